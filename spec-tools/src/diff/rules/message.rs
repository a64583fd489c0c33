//! The rules of messages and their fields, each for what we send and for what we receive.
//!
//! A row: name, kind, effect and where Rust shows it, then the explanation as `sent` (a request, a
//! reply, a structure) and as `received` (a response, a notification). The last block holds what
//! only a message that we send can have. Received messages are read tolerantly: only a demanded
//! field must be there, lengths and ranges are not judged, enums are open. `strictly` marks what
//! the reader does insist on.

use super::Effect::{Doubtful, Extended, Loosened, Neutral, Tightened, Unknown};
use super::Shown::{Built, Checked, Field, Hidden, Typed, Variant};
use super::{Bump, Direction, Rule, Sides, both, levels, received, sent, strict, strictly};
use crate::diff::Level::{Breaking, Compatible, NoEffect, Warning};

macro_rules! rule {
    ($direction:ident $prefix:literal $kind:literal $levels:expr, $explanation:literal) => {
        Rule {
            id: concat!($prefix, "-", $kind),
            direction: Direction::$direction,
            kind: $kind,
            wire: $levels.wire,
            api: $levels.api,
            bump: $levels.bump,
            explanation: $explanation,
        }
    };
}
pub(super) use rule;

macro_rules! message_rules {
    ($(
        $name:ident $kind:literal = $levels:expr;
        sent $sent:literal
        received $received:literal;
    )*) => {
        $(pub(in crate::diff) static $name: Sides = Sides {
            request: rule!(Request "request" $kind $levels[0], $sent),
            response: rule!(Response "response" $kind $levels[1], $received),
            notification: rule!(Notification "notification" $kind $levels[1], $received),
        };)*
        pub(super) static SIDES: &[&Sides] = &[$(&$name),*];
    };
}

macro_rules! sent_rules {
    ($($name:ident $kind:literal = $levels:expr; $explanation:literal;)*) => {
        $(pub(in crate::diff) static $name: Rule = rule!(Request "request" $kind $levels, $explanation);)*
        pub(super) static SENT: &[&Rule] = &[$(&$name),*];
    };
}

message_rules! {
    // Fields that come, go and change their name.
    FIELD_ADDED_REQUIRED "field-added-required" = strictly(Tightened, Field);
        sent "Requests without the field are refused, and the builder does not compile before it is given."
        received "Running programs hold the field among the unknown ones, but the new reader demands it, so a platform that does not send it yet cannot be read.";
    FIELD_ADDED_OPTIONAL "field-added-optional" = both(Extended, Field);
        sent "Requests without the field stay valid, and the builder gains a setter."
        received "Running programs hold the field among the unknown ones; the struct, which is non-exhaustive, gains an `Option`.";
    FIELD_REMOVED_REQUIRED "field-removed-required" = strictly(Doubtful, Typed);
        sent "The platform may ignore or refuse the field that running programs go on sending; its setter is gone."
        received "Running programs demand the field and cannot read the message without it; the field of the struct is gone.";
    FIELD_REMOVED_OPTIONAL "field-removed-optional" = both(Doubtful, Typed);
        sent "The platform may ignore or refuse the field where a running program sends it; its setter is gone."
        received "Running programs find the field absent from now on; the field of the struct is gone.";
    FIELD_RENAMED "field-renamed" = strictly(Unknown, Typed);
        sent "The platform does not know the name that running programs send, and the setter has another name."
        received "Running programs look for a name that no longer comes, and the field of the struct has another name.";
    FIELD_CASE_CHANGED "field-case-changed" = strictly(Unknown, Hidden);
        sent "Names on the wire are exact, in the signature too; the name in Rust stays."
        received "Names on the wire are exact, so running programs do not find the field; the name in Rust stays.";
    FIELD_MOVED "field-moved" = both(Neutral, Hidden);
        sent "The order of the table is for people: the wire order is by name."
        received "The order of the table is for people: fields are found by name.";

    // Required or not.
    FIELD_BECAME_REQUIRED "field-became-required" = strictly(Tightened, Typed);
        sent "Requests without the field are refused, and the builder does not compile before it is given."
        received "The value is no longer an `Option`, and a platform that still leaves it out cannot be read.";
    FIELD_BECAME_OPTIONAL "field-became-optional" = strictly(Loosened, Typed);
        sent "The setter stays and may be left out, but the public field becomes an `Option`, so code that reads it does not compile."
        received "Running programs demand the field and cannot read a message that leaves it out; the value becomes an `Option`.";
    FIELD_MARK_CHANGED "field-mark-changed" = [levels(Warning, NoEffect), levels(Compatible, NoEffect)];
        sent "The document marks the field in another way (Y, N or words) and the spec demands the same, so a person should check the ruling."
        received "The document marks the field in another way (Y, N or words); the reader demands the same.";

    // Conditions, parts, groups, rules.
    CONDITION_TIGHTENED "condition-tightened" = both(Tightened, Checked);
        sent "Requests that were valid are refused, by the platform and by `build()`."
        received "More is promised of what comes; conditions of what we receive are documented, not checked.";
    CONDITION_LOOSENED "condition-loosened" = both(Loosened, Checked);
        sent "Every request that was valid stays valid, and `build()` accepts more."
        received "Less is promised of what comes: a program may find a field absent, or present, where it was not before.";
    PART_TIGHTENED "part-tightened" = both(Tightened, Hidden);
        sent "The fields of a part belong to the message in more cases than before."
        received "The fields of a part come in more cases than before.";
    PART_LOOSENED "part-loosened" = strictly(Doubtful, Hidden);
        sent "The fields of a part belong to the message in fewer cases than before."
        received "The fields of a part come in fewer cases, and running programs go on demanding them in the others.";
    GROUP_TIGHTENED "group-tightened" = both(Tightened, Built);
        sent "Choices that were valid are refused, and the builder does not compile with them."
        received "More is promised of what comes; groups of what we receive are documented, not checked.";
    GROUP_LOOSENED "group-loosened" = both(Loosened, Built);
        sent "Every choice that was valid stays valid, and the builder accepts more."
        received "Less is promised of what comes: a choice may have another result than before.";
    RULE_TIGHTENED "rule-tightened" = both(Tightened, Checked);
        sent "Requests that were valid are refused, by the platform and by `build()`."
        received "More is promised of what comes; rules of what we receive are documented, not checked.";
    RULE_LOOSENED "rule-loosened" = both(Loosened, Checked);
        sent "Every request that was valid stays valid, and `build()` accepts more."
        received "Less is promised of what comes, and a program may have relied on it.";

    // What a value is.
    MAX_LENGTH_SET "max-length-set" = both(Tightened, Checked);
        sent "Values that were sent may be too long now, and `build()` refuses them."
        received "What comes is bounded from now on; lengths of what we receive are never judged.";
    MAX_LENGTH_REMOVED "max-length-removed" = both(Loosened, Checked);
        sent "Longer values may be sent, and `build()` accepts them."
        received "Longer values may come than a caller's store has room for; lengths of what we receive are never judged.";
    MAX_LENGTH_RAISED "max-length-raised" = both(Loosened, Checked);
        sent "Longer values may be sent, and `build()` accepts them."
        received "Longer values may come than a caller's store has room for; lengths of what we receive are never judged.";
    MAX_LENGTH_LOWERED "max-length-lowered" = both(Tightened, Checked);
        sent "Values that were sent may be too long now, and `build()` refuses them."
        received "Only shorter values come; lengths of what we receive are never judged.";
    LENGTH_UNIT_CHANGED "length-unit-changed" = both(Unknown, Checked);
        sent "A Chinese character is three bytes, so the same text may be too long now, and `build()` refuses it."
        received "The same limit lets another length come; lengths of what we receive are never judged.";
    TYPE_CHANGED "type-changed" = strictly(Unknown, Typed);
        sent "The platform expects values of another type, and the setter takes another type."
        received "Running programs cannot read the new values, and the field of the struct has another type.";
    TYPE_WIDENED "type-widened" = strictly(Loosened, Typed);
        sent "Every number that was valid stays valid, but the setter takes a wider type."
        received "Numbers may come that running programs cannot hold, and the field of the struct has a wider type.";
    TYPE_NARROWED "type-narrowed" = both(Tightened, Typed);
        sent "Numbers that were sent may be too large now, and the setter takes a narrower type."
        received "Running programs hold every number that comes, but the field of the struct has a narrower type.";
    FORMAT_CHANGED "format-changed" = strictly(Unknown, Typed);
        sent "The platform expects another form, and the setter takes another type."
        received "Running programs cannot read the new form, and the field of the struct has another type.";
    UNIT_CHANGED "unit-changed" = strictly(Unknown, Typed);
        sent "The same number means another amount, and the setter takes another type."
        received "The same number means another amount, and the field of the struct has another type.";
    ENUM_ATTACHED "enum-attached" = both(Tightened, Typed);
        sent "Only listed values are valid from now on, and the setter takes an enum."
        received "The same values come under names; the field of the struct becomes an enum.";
    ENUM_DETACHED "enum-detached" = both(Loosened, Typed);
        sent "Values are no longer limited to a list, and the setter no longer takes an enum."
        received "Values that running programs have no name for may come; the field of the struct is no longer an enum.";
    ENUM_REPLACED "enum-replaced" = both(Unknown, Typed);
        sent "Other values are valid, and the setter takes another enum."
        received "Values that running programs have no name for may come; the field of the struct is another enum.";
    RANGE_TIGHTENED "range-tightened" = both(Tightened, Checked);
        sent "Numbers that were sent may be too small now, and `build()` refuses them."
        received "Fewer numbers come; ranges of what we receive are never judged.";
    RANGE_LOOSENED "range-loosened" = both(Loosened, Checked);
        sent "Smaller numbers may be sent, and `build()` accepts them."
        received "Numbers may come that did not before; ranges of what we receive are never judged.";
    DEFAULT_CHANGED "default-changed" = [sent(Doubtful, Checked), received(Doubtful, Checked).step(Bump::Minor)];
        sent "What is left out counts as another number, for the platform and in the rules that `build()` checks."
        received "What is left out counts as another number.";
    ENUM_VALUE_ADDED "enum-value-added" = both(Loosened, Variant);
        sent "More may be sent; the enum, which is non-exhaustive, gains a variant."
        received "Running programs see an unknown value and must do something sensible with it; the enum gains a variant.";
    ENUM_VALUE_REMOVED "enum-value-removed" = both(Tightened, Variant);
        sent "The platform refuses the value, and the variant is gone."
        received "The value no longer comes, and the variant is gone.";
    LISTED_VALUE_ADDED "listed-value-added" = both(Loosened, Hidden);
        sent "The field takes one more value of its enum, which has it already."
        received "The field comes with one more value of its enum, which a program may not expect there.";
    LISTED_VALUE_REMOVED "listed-value-removed" = both(Tightened, Hidden);
        sent "The platform refuses the value in this field; the enum keeps it for others."
        received "The field no longer comes with the value; the enum keeps it for others.";

    // What else a row says.
    ALIAS_ADDED "alias-added" = [levels(NoEffect, Compatible).step(Bump::Patch), levels(Compatible, Compatible).step(Bump::Patch)];
        sent "One more name is accepted where such a message is read."
        received "One more name is accepted; running programs keep what comes under it among the unknown fields.";
    ALIAS_REMOVED "alias-removed" = [levels(NoEffect, Warning), levels(Warning, Warning)];
        sent "One name less is accepted where such a message is read."
        received "One name less is accepted: where a platform still sends it, the value ends up among the unknown fields.";
    REDACTION_ADDED "redaction-added" = [levels(NoEffect, Compatible).step(Bump::Patch), levels(NoEffect, Compatible).step(Bump::Patch)];
        sent "The value no longer appears in `Debug` and errors."
        received "The value no longer appears in `Debug` and errors.";
    REDACTION_REMOVED "redaction-removed" = [levels(NoEffect, Warning).step(Bump::Patch), levels(NoEffect, Warning).step(Bump::Patch)];
        sent "The value appears in `Debug` and errors from now on, so in the logs of callers."
        received "The value appears in `Debug` and errors from now on, so in the logs of callers.";
    FIELD_LABEL_CHANGED "field-label-changed" = both(Neutral, Hidden);
        sent "The document's word for the field appears in errors and explanations only."
        received "The document's word for the field appears in errors and explanations only.";
    FIELD_DOC_CHANGED "field-doc-changed" = both(Neutral, Hidden);
        sent "The explanation changed, nothing else."
        received "The explanation changed, nothing else.";

    // The message as a whole.
    SIGNING_ADDED "signing-added" = [sent(Tightened, Hidden), strict(Tightened, Hidden).step(Bump::Minor)];
        sent "The platform refuses the message without a signature; the new client writes it by itself."
        received "Running programs do not verify the signature, and the new client refuses the message without it.";
    SIGNING_REMOVED "signing-removed" = [sent(Doubtful, Hidden).step(Bump::Minor), strict(Doubtful, Hidden)];
        sent "The platform may refuse the signature that running programs go on sending."
        received "Running programs refuse the message without a signature, and what comes can no longer be trusted by itself.";
    MESSAGE_DOC_CHANGED "message-doc-changed" = both(Neutral, Hidden);
        sent "Section, explanation, errata or names of rules and groups changed, nothing else."
        received "Section, explanation, errata or names of rules and groups changed, nothing else.";
}

sent_rules! {
    FIELD_ADDED_CONDITIONAL "field-added-conditional" = sent(Tightened, Checked);
        "Requests in which the condition holds are refused without the field, by the platform and by `build()`.";
    FIELD_ADDED_SUPPLIED "field-added-supplied" = levels(Breaking, Compatible);
        "Running programs do not send the field; the new client takes it from the merchant profile or makes it.";
    SUPPLIED_BECAME_REQUIRED "supplied-became-required" = sent(Tightened, Checked);
        "A request without the field is refused, and a merchant profile that lacks it is an error before anything is sent.";
    SUPPLIED_BECAME_OPTIONAL "supplied-became-optional" = sent(Loosened, Checked);
        "A merchant profile may lack what the field is taken from.";
    SUPPLIER_CHANGED "supplier-changed" = sent(Neutral, Typed);
        "The setter comes or goes, because another side gives the field.";
    SUPPLIED_VALUE_CHANGED "supplied-value-changed" = sent(Doubtful, Checked);
        "The client sends another value than before; the caller does not see it.";
}

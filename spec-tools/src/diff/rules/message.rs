//! The rules of messages and their fields, each for what we send and for what we receive.
//!
//! A row: name, kind; then wire, API, bump and explanation, first as `sent` (a request, a reply, a structure), then as
//! `received` (a response, a notification). The last block holds what only a message that we send can have.
//! Received messages are read tolerantly: only a demanded field must be there, lengths and ranges are never judged,
//! enums are open. So much that breaks a sender is merely news to a reader.

use super::{Bump, Direction, Level, Rule, Sides};

macro_rules! rule {
    ($direction:ident $prefix:literal $kind:literal $wire:ident $api:ident $bump:ident $explanation:literal) => {
        Rule {
            id: concat!($prefix, "-", $kind),
            direction: Direction::$direction,
            kind: $kind,
            wire: Level::$wire,
            api: Level::$api,
            bump: Bump::$bump,
            explanation: $explanation,
        }
    };
}
pub(super) use rule;

macro_rules! message_rules {
    ($(
        $name:ident $kind:literal
        sent $wire:ident $api:ident $bump:ident $explanation:literal
        received $their_wire:ident $their_api:ident $their_bump:ident $their_explanation:literal;
    )*) => {
        $(pub(in crate::diff) static $name: Sides = Sides {
            request: rule!(Request "request" $kind $wire $api $bump $explanation),
            response: rule!(Response "response" $kind $their_wire $their_api $their_bump $their_explanation),
            notification: rule!(Notification "notification" $kind $their_wire $their_api $their_bump $their_explanation),
        };)*
        pub(super) static SIDES: &[&Sides] = &[$(&$name),*];
    };
}

macro_rules! sent_rules {
    ($($name:ident $kind:literal $wire:ident $api:ident $bump:ident $explanation:literal;)*) => {
        $(pub(in crate::diff) static $name: Rule = rule!(Request "request" $kind $wire $api $bump $explanation);)*
        pub(super) static SENT: &[&Rule] = &[$(&$name),*];
    };
}

message_rules! {
    // Fields that come, go and change their name.
    FIELD_ADDED_REQUIRED "field-added-required"
        sent Breaking Breaking Major "Requests without the field are refused, and the builder does not compile before it is given."
        received Warning Compatible Minor "Running programs keep the field among the unknown ones, but the new reader demands it, so a platform that does not send it yet cannot be read.";
    FIELD_ADDED_OPTIONAL "field-added-optional"
        sent Compatible Compatible Minor "Requests without the field stay valid, and the builder gains a setter."
        received Compatible Compatible Minor "Running programs keep the field among the unknown ones; the struct, which is non-exhaustive, gains an `Option`.";
    FIELD_REMOVED_REQUIRED "field-removed-required"
        sent Warning Breaking Major "The platform may ignore or refuse the field that running programs go on sending; its setter is gone."
        received Breaking Breaking Major "Running programs demand the field and cannot read the message without it; the field of the struct is gone.";
    FIELD_REMOVED_OPTIONAL "field-removed-optional"
        sent Warning Breaking Major "The platform may ignore or refuse the field where a running program sends it; its setter is gone."
        received Warning Breaking Major "Running programs find the field absent from now on; the field of the struct is gone.";
    FIELD_RENAMED "field-renamed"
        sent Breaking Breaking Major "The platform does not know the name that running programs send, and the setter is called otherwise."
        received Breaking Breaking Major "Running programs look for a name that no longer comes, and the field of the struct is called otherwise.";
    FIELD_CASE_CHANGED "field-case-changed"
        sent Breaking NoEffect Minor "Names on the wire are exact, in the signature too; the name in Rust stays."
        received Breaking NoEffect Minor "Names on the wire are exact, so running programs do not find the field; the name in Rust stays.";
    FIELD_MOVED "field-moved"
        sent NoEffect NoEffect Patch "The order of the table is for people: the wire order is by name."
        received NoEffect NoEffect Patch "The order of the table is for people: fields are found by name.";

    // Required or not.
    FIELD_BECAME_REQUIRED "field-became-required"
        sent Breaking Breaking Major "Requests without the field are refused, and the builder does not compile before it is given."
        received Warning Breaking Major "The value is no longer an `Option`, and a platform that still leaves it out cannot be read.";
    FIELD_BECAME_OPTIONAL "field-became-optional"
        sent Compatible Breaking Major "The setter stays and may be left out, but the public field becomes an `Option`, so code that reads it does not compile."
        received Breaking Breaking Major "Running programs demand the field and cannot read a message that leaves it out; the value becomes an `Option`.";
    FIELD_MARK_CHANGED "field-mark-changed"
        sent Warning NoEffect Patch "The document marks the field otherwise (Y, N or words) while what we demand stays, so the ruling deserves a look."
        received Compatible NoEffect Patch "The document marks the field otherwise (Y, N or words); what we demand stays.";

    // Conditions, parts, groups, rules.
    CONDITION_TIGHTENED "condition-tightened"
        sent Breaking Warning Minor "Requests that were valid are refused, by the platform and by `build()`."
        received Compatible NoEffect Patch "More is promised of what comes; conditions of what we receive are told, not checked.";
    CONDITION_LOOSENED "condition-loosened"
        sent Compatible Compatible Minor "Every request that was valid stays valid, and `build()` accepts more."
        received Warning NoEffect Patch "Less is promised of what comes: a program may find a field absent, or present, where it was not before.";
    PART_TIGHTENED "part-tightened"
        sent Breaking NoEffect Minor "The fields of a part belong into the message in more cases than before."
        received Compatible NoEffect Patch "The fields of a part come in more cases than before.";
    PART_LOOSENED "part-loosened"
        sent Warning NoEffect Patch "The fields of a part belong into the message in fewer cases than before."
        received Breaking NoEffect Minor "The fields of a part come in fewer cases, and running programs go on demanding them in the others.";
    GROUP_TIGHTENED "group-tightened"
        sent Breaking Breaking Major "Choices that were valid are refused, and the builder does not compile with them."
        received Compatible NoEffect Patch "More is promised of what comes; groups of what we receive are told, not checked.";
    GROUP_LOOSENED "group-loosened"
        sent Compatible Compatible Minor "Every choice that was valid stays valid, and the builder accepts more."
        received Warning NoEffect Patch "Less is promised of what comes: a choice may end otherwise than before.";
    RULE_TIGHTENED "rule-tightened"
        sent Breaking Warning Minor "Requests that were valid are refused, by the platform and by `build()`."
        received Compatible NoEffect Patch "More is promised of what comes; rules of what we receive are told, not checked.";
    RULE_LOOSENED "rule-loosened"
        sent Compatible Compatible Minor "Every request that was valid stays valid, and `build()` accepts more."
        received Warning NoEffect Patch "Less is promised of what comes, and a program may have relied on it.";

    // What a value is.
    MAX_LENGTH_SET "max-length-set"
        sent Breaking Warning Minor "Values that were sent may be too long now, and `build()` refuses them."
        received Compatible NoEffect Patch "What comes is bounded from now on; lengths of what we receive are never judged.";
    MAX_LENGTH_REMOVED "max-length-removed"
        sent Compatible Compatible Minor "Longer values may be sent, and `build()` accepts them."
        received Warning NoEffect Patch "Longer values may come than a caller's store has room for; lengths of what we receive are never judged.";
    MAX_LENGTH_RAISED "max-length-raised"
        sent Compatible Compatible Minor "Longer values may be sent, and `build()` accepts them."
        received Warning NoEffect Patch "Longer values may come than a caller's store has room for; lengths of what we receive are never judged.";
    MAX_LENGTH_LOWERED "max-length-lowered"
        sent Breaking Warning Minor "Values that were sent may be too long now, and `build()` refuses them."
        received Compatible NoEffect Patch "Only shorter values come; lengths of what we receive are never judged.";
    LENGTH_UNIT_CHANGED "length-unit-changed"
        sent Breaking Warning Minor "A Chinese character is three bytes, so the same text may be too long now, and `build()` refuses it."
        received Warning NoEffect Patch "The same limit lets another length come; lengths of what we receive are never judged.";
    TYPE_CHANGED "type-changed"
        sent Breaking Breaking Major "The platform expects values of another type, and the setter takes another type."
        received Breaking Breaking Major "Running programs cannot read the new values, and the field of the struct has another type.";
    TYPE_WIDENED "type-widened"
        sent Compatible Breaking Major "Every number that was valid stays valid, but the setter takes a wider type."
        received Breaking Breaking Major "Numbers may come that running programs cannot hold, and the field of the struct has a wider type.";
    TYPE_NARROWED "type-narrowed"
        sent Breaking Breaking Major "Numbers that were sent may be too large now, and the setter takes a narrower type."
        received Compatible Breaking Major "Running programs hold every number that comes, but the field of the struct has a narrower type.";
    FORMAT_CHANGED "format-changed"
        sent Breaking Breaking Major "The platform expects another form, and the setter takes another type."
        received Breaking Breaking Major "Running programs cannot read the new form, and the field of the struct has another type.";
    UNIT_CHANGED "unit-changed"
        sent Breaking Breaking Major "The same number means another amount, and the setter takes another type."
        received Breaking Breaking Major "The same number means another amount, and the field of the struct has another type.";
    ENUM_ATTACHED "enum-attached"
        sent Breaking Breaking Major "Only listed values are valid from now on, and the setter takes an enum."
        received Compatible Breaking Major "The same values come under names; the field of the struct becomes an enum.";
    ENUM_DETACHED "enum-detached"
        sent Compatible Breaking Major "Values are no longer limited to a list, and the setter no longer takes an enum."
        received Warning Breaking Major "Values that running programs have no name for may come; the field of the struct is no longer an enum.";
    ENUM_REPLACED "enum-replaced"
        sent Breaking Breaking Major "Other values are valid, and the setter takes another enum."
        received Warning Breaking Major "Values that running programs have no name for may come; the field of the struct is another enum.";
    RANGE_TIGHTENED "range-tightened"
        sent Breaking Warning Minor "Numbers that were sent may be too small now, and `build()` refuses them."
        received Compatible NoEffect Patch "Fewer numbers come; ranges of what we receive are never judged.";
    RANGE_LOOSENED "range-loosened"
        sent Compatible Compatible Minor "Smaller numbers may be sent, and `build()` accepts them."
        received Warning NoEffect Patch "Numbers may come that did not before; ranges of what we receive are never judged.";
    DEFAULT_CHANGED "default-changed"
        sent Warning Warning Minor "What is left out counts as another number, for the platform and in the rules that `build()` checks."
        received Warning NoEffect Minor "What is left out counts as another number.";
    ENUM_VALUE_ADDED "enum-value-added"
        sent Compatible Compatible Minor "More may be sent; the enum, which is non-exhaustive, gains a variant."
        received Warning Compatible Minor "Running programs keep the value as an unknown one and must do something sensible with it; the enum gains a variant.";
    ENUM_VALUE_REMOVED "enum-value-removed"
        sent Breaking Breaking Major "The platform refuses the value, and the variant is gone."
        received Compatible Breaking Major "The value no longer comes, and the variant is gone.";
    LISTED_VALUE_ADDED "listed-value-added"
        sent Compatible NoEffect Patch "The field takes a value more of its enum, which has it already."
        received Warning NoEffect Patch "The field comes with a value more of its enum, which a program may not expect there.";
    LISTED_VALUE_REMOVED "listed-value-removed"
        sent Breaking NoEffect Minor "The platform refuses the value in this field; the enum keeps it for others."
        received Compatible NoEffect Patch "The field no longer comes with the value; the enum keeps it for others.";

    // What else a row says.
    ALIAS_ADDED "alias-added"
        sent NoEffect Compatible Patch "A name more is accepted where such a message is read."
        received Compatible Compatible Patch "A name more is accepted; running programs keep what comes under it among the unknown fields.";
    ALIAS_REMOVED "alias-removed"
        sent NoEffect Warning Minor "A name less is accepted where such a message is read."
        received Warning Warning Minor "A name less is accepted: where a platform still sends it, the value ends up among the unknown fields.";
    REDACTION_ADDED "redaction-added"
        sent NoEffect Compatible Patch "The value no longer appears in `Debug` and errors."
        received NoEffect Compatible Patch "The value no longer appears in `Debug` and errors.";
    REDACTION_REMOVED "redaction-removed"
        sent NoEffect Warning Patch "The value appears in `Debug` and errors from now on, so in the logs of callers."
        received NoEffect Warning Patch "The value appears in `Debug` and errors from now on, so in the logs of callers.";
    FIELD_LABEL_CHANGED "field-label-changed"
        sent NoEffect NoEffect Patch "The document's word for the field appears in errors and explanations only."
        received NoEffect NoEffect Patch "The document's word for the field appears in errors and explanations only.";
    FIELD_DOC_CHANGED "field-doc-changed"
        sent NoEffect NoEffect Patch "The explanation changed, nothing else."
        received NoEffect NoEffect Patch "The explanation changed, nothing else.";

    // The message as a whole.
    SIGNING_ADDED "signing-added"
        sent Breaking NoEffect Minor "The platform refuses the message without a signature; the new client writes it by itself."
        received Warning NoEffect Minor "Running programs do not verify the signature, and the new client refuses the message without it.";
    SIGNING_REMOVED "signing-removed"
        sent Warning NoEffect Minor "The platform may refuse the signature that running programs go on sending."
        received Breaking NoEffect Minor "Running programs refuse the message without a signature, and what comes can no longer be trusted by itself.";
    MESSAGE_DOC_CHANGED "message-doc-changed"
        sent NoEffect NoEffect Patch "Section, explanation, errata or names of rules and groups changed, nothing else."
        received NoEffect NoEffect Patch "Section, explanation, errata or names of rules and groups changed, nothing else.";
}

sent_rules! {
    FIELD_ADDED_CONDITIONAL "field-added-conditional" Breaking Warning Minor
        "Requests in which the condition holds are refused without the field, by the platform and by `build()`.";
    FIELD_ADDED_SUPPLIED "field-added-supplied" Breaking Compatible Minor
        "Running programs do not send the field; the new client takes it from the merchant profile or makes it.";
    SUPPLIED_BECAME_REQUIRED "supplied-became-required" Breaking Warning Minor
        "A request without the field is refused, and a merchant profile that lacks it is an error before anything is sent.";
    SUPPLIED_BECAME_OPTIONAL "supplied-became-optional" Compatible Compatible Minor
        "A merchant profile may lack what the field is taken from.";
    SUPPLIER_CHANGED "supplier-changed" NoEffect Breaking Major
        "The setter comes or goes, because another side gives the field.";
    SUPPLIED_VALUE_CHANGED "supplied-value-changed" Warning Warning Minor
        "The client sends another value than before without the caller's doing.";
}

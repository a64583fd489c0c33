//! The rules of what stands around and beside the messages: interfaces, views, enums, error codes, bills, the document.
//!
//! A row: name, direction with its word, kind, effect and where Rust shows it, explanation.

use super::Effect::{Doubtful, Extended, Loosened, Neutral, Tightened, Unknown};
use super::Shown::{Checked, Field, Hidden, Typed, Variant};
use super::message::rule;
use super::{Bump, Direction, Rule, levels, received, sent, strict};
use crate::diff::Level::{Compatible, NoEffect, Warning};

macro_rules! rules {
    ($($name:ident $direction:ident $prefix:literal $kind:literal = $levels:expr; $explanation:literal;)*) => {
        $(pub(in crate::diff) static $name: Rule = rule!($direction $prefix $kind $levels, $explanation);)*
        pub(super) static RULES: &[&Rule] = &[$(&$name),*];
    };
}

rules! {
    INTERFACE_ADDED Interface "interface" "added" = sent(Extended, Field);
        "The client has one more method.";
    INTERFACE_REMOVED Interface "interface" "removed" = sent(Tightened, Typed);
        "Calls fail, and the module and the method of the client are gone.";
    INTERFACE_RENAMED Interface "interface" "renamed" = sent(Neutral, Typed);
        "The address stays; the module and the method of the client have other names.";
    INTERFACE_URL_CHANGED Interface "interface" "url-changed" = sent(Unknown, Hidden);
        "Running programs call the old address.";
    INTERFACE_METHOD_CHANGED Interface "interface" "method-changed" = sent(Unknown, Hidden);
        "Running programs call with the old method.";
    INTERFACE_AUTH_CHANGED Interface "interface" "auth-changed" = sent(Unknown, Hidden);
        "The platform asks for another proof of who calls: a token, a listed address, or none.";
    INTERFACE_REPLY_FORM_CHANGED Interface "interface" "reply-form-changed" = strict(Unknown, Hidden);
        "Running programs cannot read the new form of the reply.";
    INTERFACE_REPLY_TYPE_CHANGED Interface "interface" "reply-type-changed" = strict(Unknown, Typed);
        "The reply turns from a message into text or back, so the method of the client gives another type.";
    INTERFACE_TOKEN_MODE_CHANGED Interface "interface" "token-mode-changed" = sent(Doubtful, Checked);
        "The client asks another interface for the access token of a mode.";
    INTERFACE_STABLE_URL_CHANGED Interface "interface" "stable-url-changed" = sent(Doubtful, Checked);
        "The client asks another address for a token that other callers do not end, or has none to ask.";
    INTERFACE_REPEATABLE_CHANGED Interface "interface" "repeatable-changed" = sent(Doubtful, Hidden);
        "A client that repeats calls begins or ceases to repeat this one.";
    INTERFACE_MESSAGE_ADDED Interface "interface" "message-added" = received(Extended, Field);
        "The interface gains a message or structure; a field that holds it is a separate change.";
    INTERFACE_MESSAGE_REMOVED Interface "interface" "message-removed" = received(Doubtful, Typed);
        "The interface loses a message or structure, and its struct is gone.";
    INTERFACE_VIEW_ADDED Interface "interface" "view-added" = received(Neutral, Field);
        "A message gains a function that gives a typed subset.";
    INTERFACE_VIEW_REMOVED Interface "interface" "view-removed" = received(Neutral, Typed);
        "A message loses a function and its struct.";
    INTERFACE_VIEW_CHANGED Interface "interface" "view-changed" = levels(NoEffect, Warning);
        "A function of a message gives its subset in other cases or from other fields.";
    INTERFACE_VIEW_VALUE_ADDED Interface "interface" "view-value-added" = received(Neutral, Field);
        "A subset gains a value; its struct is non-exhaustive.";
    INTERFACE_VIEW_VALUE_REMOVED Interface "interface" "view-value-removed" = received(Neutral, Typed);
        "A subset loses a value, and the field of its struct is gone.";
    INTERFACE_DOC_CHANGED Interface "interface" "doc-changed" = received(Neutral, Hidden);
        "Section, title, explanation, notes, origin or errata changed, nothing else.";

    ENUM_ADDED Enum "enum" "added" = received(Neutral, Field);
        "The spec has one more enum; the fields that hold it are separate changes.";
    ENUM_REMOVED Enum "enum" "removed" = received(Neutral, Typed);
        "The type is gone; the fields that held it are separate changes.";
    ENUM_RENAMED Enum "enum" "renamed" = received(Neutral, Typed);
        "The type has another name; the values stay.";
    ENUM_TYPE_CHANGED Enum "enum" "type-changed" = received(Doubtful, Hidden);
        "The printed type of the values differs, which a JSON payload shows and XML does not.";
    ENUM_VALUE_CHANGED Enum "enum" "value-changed" = strict(Unknown, Hidden);
        "The same variant has another spelling on the wire, so running programs send and expect the old value.";
    ENUM_VALUE_RENAMED Enum "enum" "value-renamed" = received(Neutral, Typed);
        "The variant has another name; the value on the wire stays.";
    ENUM_VALUE_LABEL_CHANGED Enum "enum" "value-label-changed" = received(Neutral, Hidden);
        "The document's word for the value changed; `label()` gives the new one.";
    ENUM_MOVE_ADDED Enum "enum" "move-added" = received(Loosened, Hidden).step(Bump::Minor);
        "A state may become another one that it did not become before; a program that stores orders may have to handle it.";
    ENUM_MOVE_REMOVED Enum "enum" "move-removed" = received(Tightened, Hidden);
        "A state no longer becomes another one; a program that expects it waits in vain.";
    ENUM_MOVES_ADDED Enum "enum" "moves-added" = received(Neutral, Field);
        "The spec says for the first time how the states become one another; the type gains `MOVES`.";
    ENUM_MOVES_REMOVED Enum "enum" "moves-removed" = received(Neutral, Typed);
        "The spec no longer says how the states become one another; the type loses `MOVES`.";
    ENUM_DOC_CHANGED Enum "enum" "doc-changed" = received(Neutral, Hidden);
        "The explanation or the errata of the enum or of a value changed, nothing else.";

    ERROR_CODE_ADDED ErrorCode "error-code" "added" = received(Loosened, Variant);
        "Running programs see an unknown code and must treat the outcome as unknown; the enum gains a variant.";
    ERROR_CODE_REMOVED ErrorCode "error-code" "removed" = received(Tightened, Variant);
        "The code no longer comes, and the variant is gone.";
    ERROR_CODE_RENAMED ErrorCode "error-code" "renamed" = received(Neutral, Typed);
        "The variant has another name; the code on the wire stays.";
    ERROR_CODE_MEANING_CHANGED ErrorCode "error-code" "meaning-changed" = received(Doubtful, Hidden).step(Bump::Minor);
        "What programs do about the code may no longer fit; `meaning()` gives the new words.";
    ERROR_CODE_EFFECT_CHANGED ErrorCode "error-code" "effect-changed" = strict(Unknown, Hidden);
        "Whether the call may have taken effect decides between repeating and querying, so a running program may pay twice or not at all.";
    ERROR_CODE_INTERFACES_CHANGED ErrorCode "error-code" "interfaces-changed" = received(Doubtful, Hidden);
        "The code comes from other interfaces than before; `interfaces()` names them.";
    ERROR_CODE_DOC_CHANGED ErrorCode "error-code" "doc-changed" = received(Neutral, Hidden);
        "The advice or the errata changed, nothing else.";

    BILL_LAYOUT_ADDED Bill "bill" "layout-added" = received(Extended, Field);
        "The platform gives one more kind of bill.";
    BILL_LAYOUT_REMOVED Bill "bill" "layout-removed" = strict(Doubtful, Typed);
        "A kind of bill is no longer given, and its list of columns is gone.";
    BILL_COLUMN_ADDED Bill "bill" "column-added" = received(Extended, Field);
        "Columns are found by header, so running programs keep the new one among the unknown columns; the row gains an `Option`.";
    BILL_COLUMN_REMOVED Bill "bill" "column-removed" = received(Doubtful, Typed);
        "Running programs find the column absent from now on; the field of the row is gone where no other layout has it.";
    BILL_COLUMN_MOVED Bill "bill" "column-moved" = received(Doubtful, Hidden);
        "Columns are found by header, but a program that counts them reads the wrong one.";
    BILL_COLUMN_RENAMED Bill "bill" "column-renamed" = strict(Unknown, Typed);
        "Running programs look for a header that no longer comes; the field of the row may have another name.";
    BILL_COLUMN_TYPE_CHANGED Bill "bill" "column-type-changed" = strict(Unknown, Typed);
        "Running programs cannot read the new cells, or read another amount; the field of the row has another type.";
    BILL_COLUMN_READING_CHANGED Bill "bill" "column-reading-changed" = received(Doubtful, Hidden);
        "Other headers are taken for the column, or bills without it are refused or no longer refused.";
    BILL_PART_ADDED Bill "bill" "part-added" = received(Neutral, Field);
        "The totals of a bill have a share more.";
    BILL_PART_REMOVED Bill "bill" "part-removed" = received(Neutral, Typed);
        "The totals of a bill lose a share.";
    BILL_SUMS_CHANGED Bill "bill" "sums-changed" = received(Doubtful, Hidden);
        "A row counts as another kind, or the totals of a bill add up other columns.";
    BILL_REDACTION_ADDED Bill "bill" "redaction-added" = levels(NoEffect, Compatible).step(Bump::Patch);
        "The cell no longer appears in `Debug` and errors.";
    BILL_REDACTION_REMOVED Bill "bill" "redaction-removed" = levels(NoEffect, Warning).step(Bump::Patch);
        "The cell appears in `Debug` and errors from now on, so in the logs of callers.";
    BILL_DOC_CHANGED Bill "bill" "doc-changed" = received(Neutral, Hidden);
        "Title, explanation or errata of a column or layout changed, nothing else.";

    DOCUMENT_VERSION_CHANGED Document "document" "version-changed" = received(Neutral, Hidden);
        "The spec describes another version of the document; the other changes say what that means.";
    DOCUMENT_SIGNATURE_CHANGED Document "document" "signature-changed" = sent(Unknown, Hidden);
        "Messages are signed by another algorithm, so what running programs send is refused and what comes fails their check.";
    DOCUMENT_NAME_CHANGED Document "document" "name-changed" = received(Neutral, Typed);
        "A build script writes a file of another name.";
    DOCUMENT_DOC_CHANGED Document "document" "doc-changed" = received(Neutral, Hidden);
        "Title, landing page, notes, translations or the history of the document changed, nothing else.";
    DOCUMENT_ERRATUM_ADDED Document "document" "erratum-added" = received(Neutral, Hidden);
        "A ruling was added; the rows that it is about are separate changes.";
    DOCUMENT_ERRATUM_REMOVED Document "document" "erratum-removed" = received(Neutral, Hidden);
        "A ruling was dropped; the rows that it is about are separate changes.";
    DOCUMENT_ERRATUM_CHANGED Document "document" "erratum-changed" = received(Neutral, Hidden);
        "A ruling was reworded; the rows that it is about are separate changes.";
}

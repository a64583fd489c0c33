//! The rules of what stands around and beside the messages: interfaces, views, enums, error codes, bills, the document.
//!
//! A row: name, direction with its word, kind, levels on the wire and in Rust, explanation.

use super::message::rule;
use super::{Bump, Direction, Rule, levels};
use crate::diff::Level::{Breaking, Compatible, NoEffect, Warning};

macro_rules! rules {
    ($($name:ident $direction:ident $prefix:literal $kind:literal = $levels:expr; $explanation:literal;)*) => {
        $(pub(in crate::diff) static $name: Rule = rule!($direction $prefix $kind $levels, $explanation);)*
        pub(super) static RULES: &[&Rule] = &[$(&$name),*];
    };
}

rules! {
    INTERFACE_ADDED Interface "interface" "added" = levels(Compatible, Compatible);
        "There is more to call.";
    INTERFACE_REMOVED Interface "interface" "removed" = levels(Breaking, Breaking);
        "Calls fail, and the module and the method of the client are gone.";
    INTERFACE_RENAMED Interface "interface" "renamed" = levels(NoEffect, Breaking);
        "The address stays; the module and the method of the client are called otherwise.";
    INTERFACE_URL_CHANGED Interface "interface" "url-changed" = levels(Breaking, NoEffect);
        "Running programs call the old address.";
    INTERFACE_METHOD_CHANGED Interface "interface" "method-changed" = levels(Breaking, NoEffect);
        "Running programs call in the old way.";
    INTERFACE_AUTH_CHANGED Interface "interface" "auth-changed" = levels(Breaking, NoEffect);
        "The platform asks for another proof of who calls: a token, a listed address, or none.";
    INTERFACE_REPLY_FORM_CHANGED Interface "interface" "reply-form-changed" = levels(Breaking, NoEffect);
        "Running programs cannot read the new form of the reply.";
    INTERFACE_REPLY_TYPE_CHANGED Interface "interface" "reply-type-changed" = levels(Breaking, Breaking);
        "The reply turns from a message into text or back, so the method of the client gives another type.";
    INTERFACE_TOKEN_MODE_CHANGED Interface "interface" "token-mode-changed" = levels(Warning, Warning);
        "The client asks another interface for the access token of a mode.";
    INTERFACE_MESSAGE_ADDED Interface "interface" "message-added" = levels(Compatible, Compatible);
        "The interface gains a message or structure; where a field holds it, that field tells.";
    INTERFACE_MESSAGE_REMOVED Interface "interface" "message-removed" = levels(Warning, Breaking);
        "The interface loses a message or structure, and its struct is gone.";
    INTERFACE_VIEW_ADDED Interface "interface" "view-added" = levels(NoEffect, Compatible);
        "A message gains a function that gives a typed subset.";
    INTERFACE_VIEW_REMOVED Interface "interface" "view-removed" = levels(NoEffect, Breaking);
        "A message loses a function and its struct.";
    INTERFACE_VIEW_CHANGED Interface "interface" "view-changed" = levels(NoEffect, Warning);
        "A function of a message gives its subset in other cases or from other fields.";
    INTERFACE_VIEW_VALUE_ADDED Interface "interface" "view-value-added" = levels(NoEffect, Compatible);
        "A subset gains a value; its struct is non-exhaustive.";
    INTERFACE_VIEW_VALUE_REMOVED Interface "interface" "view-value-removed" = levels(NoEffect, Breaking);
        "A subset loses a value, and the field of its struct is gone.";
    INTERFACE_DOC_CHANGED Interface "interface" "doc-changed" = levels(NoEffect, NoEffect);
        "Section, title, explanation, notes, origin or errata changed, nothing else.";

    ENUM_ADDED Enum "enum" "added" = levels(NoEffect, Compatible);
        "There is a type more; the fields that hold it tell what that means.";
    ENUM_REMOVED Enum "enum" "removed" = levels(NoEffect, Breaking);
        "The type is gone; the fields that held it tell what that means on the wire.";
    ENUM_RENAMED Enum "enum" "renamed" = levels(NoEffect, Breaking);
        "The type is called otherwise; the values stay.";
    ENUM_TYPE_CHANGED Enum "enum" "type-changed" = levels(Warning, NoEffect);
        "The printed type of the values differs, which a JSON payload shows and XML does not.";
    ENUM_VALUE_CHANGED Enum "enum" "value-changed" = levels(Breaking, NoEffect);
        "The same variant is written otherwise, so running programs send and expect the old value.";
    ENUM_VALUE_RENAMED Enum "enum" "value-renamed" = levels(NoEffect, Breaking);
        "The variant is called otherwise; the value on the wire stays.";
    ENUM_VALUE_LABEL_CHANGED Enum "enum" "value-label-changed" = levels(NoEffect, NoEffect);
        "The document's word for the value changed; `label()` gives the new one.";
    ENUM_MOVE_ADDED Enum "enum" "move-added" = levels(Warning, NoEffect).step(Bump::Minor);
        "A state may become another one that it did not become before; who keeps orders looks at what that means.";
    ENUM_MOVE_REMOVED Enum "enum" "move-removed" = levels(Compatible, NoEffect);
        "A state no longer becomes another one; who expected it waits in vain.";
    ENUM_MOVES_ADDED Enum "enum" "moves-added" = levels(NoEffect, Compatible);
        "The spec says for the first time how the states become one another; the type gains `MOVES`.";
    ENUM_MOVES_REMOVED Enum "enum" "moves-removed" = levels(NoEffect, Breaking);
        "The spec no longer says how the states become one another; the type loses `MOVES`.";
    ENUM_DOC_CHANGED Enum "enum" "doc-changed" = levels(NoEffect, NoEffect);
        "The explanation or the errata of the enum or of a value changed, nothing else.";

    ERROR_CODE_ADDED ErrorCode "error-code" "added" = levels(Warning, Compatible);
        "Running programs keep the code as an unknown one and must treat the outcome as unknown; the enum gains a variant.";
    ERROR_CODE_REMOVED ErrorCode "error-code" "removed" = levels(Compatible, Breaking);
        "The code no longer comes, and the variant is gone.";
    ERROR_CODE_RENAMED ErrorCode "error-code" "renamed" = levels(NoEffect, Breaking);
        "The variant is called otherwise; the code on the wire stays.";
    ERROR_CODE_MEANING_CHANGED ErrorCode "error-code" "meaning-changed" = levels(Warning, NoEffect).step(Bump::Minor);
        "What programs do about the code may no longer fit; `meaning()` gives the new words.";
    ERROR_CODE_EFFECT_CHANGED ErrorCode "error-code" "effect-changed" = levels(Breaking, NoEffect);
        "Whether the call may have taken effect decides between repeating and querying, so a running program may pay twice or not at all.";
    ERROR_CODE_INTERFACES_CHANGED ErrorCode "error-code" "interfaces-changed" = levels(Warning, NoEffect);
        "The code comes from other interfaces than before; `interfaces()` names them.";
    ERROR_CODE_DOC_CHANGED ErrorCode "error-code" "doc-changed" = levels(NoEffect, NoEffect);
        "The advice or the errata changed, nothing else.";

    BILL_LAYOUT_ADDED Bill "bill" "layout-added" = levels(Compatible, Compatible);
        "There is a kind of bill more.";
    BILL_LAYOUT_REMOVED Bill "bill" "layout-removed" = levels(Breaking, Breaking);
        "A kind of bill is no longer given, and its list of columns is gone.";
    BILL_COLUMN_ADDED Bill "bill" "column-added" = levels(Compatible, Compatible);
        "Columns are found by header, so running programs keep the new one among the unknown columns; the row gains an `Option`.";
    BILL_COLUMN_REMOVED Bill "bill" "column-removed" = levels(Warning, Breaking);
        "Running programs find the column absent from now on; the field of the row is gone where no other layout has it.";
    BILL_COLUMN_MOVED Bill "bill" "column-moved" = levels(Warning, NoEffect);
        "Columns are found by header, but a program that counts them reads the wrong one.";
    BILL_COLUMN_RENAMED Bill "bill" "column-renamed" = levels(Breaking, Breaking);
        "Running programs look for a header that no longer comes; the field of the row may be called otherwise.";
    BILL_COLUMN_TYPE_CHANGED Bill "bill" "column-type-changed" = levels(Breaking, Breaking);
        "Running programs cannot read the new cells, or read another amount; the field of the row has another type.";
    BILL_REDACTION_ADDED Bill "bill" "redaction-added" = levels(NoEffect, Compatible).step(Bump::Patch);
        "The cell no longer appears in `Debug` and errors.";
    BILL_REDACTION_REMOVED Bill "bill" "redaction-removed" = levels(NoEffect, Warning).step(Bump::Patch);
        "The cell appears in `Debug` and errors from now on, so in the logs of callers.";
    BILL_DOC_CHANGED Bill "bill" "doc-changed" = levels(NoEffect, NoEffect);
        "Title, explanation or errata of a column or layout changed, nothing else.";

    DOCUMENT_VERSION_CHANGED Document "document" "version-changed" = levels(NoEffect, NoEffect);
        "The spec describes another version of the document; the other changes tell what that means.";
    DOCUMENT_SIGNATURE_CHANGED Document "document" "signature-changed" = levels(Breaking, NoEffect);
        "Messages are signed by another algorithm, so what running programs send is refused and what comes fails their check.";
    DOCUMENT_NAME_CHANGED Document "document" "name-changed" = levels(NoEffect, Breaking);
        "A build script writes a file of another name.";
    DOCUMENT_DOC_CHANGED Document "document" "doc-changed" = levels(NoEffect, NoEffect);
        "Title, notes, translations or the history of the document changed, nothing else.";
    DOCUMENT_ERRATUM_ADDED Document "document" "erratum-added" = levels(NoEffect, NoEffect);
        "A ruling was added; the rows that it rules on tell what that means.";
    DOCUMENT_ERRATUM_REMOVED Document "document" "erratum-removed" = levels(NoEffect, NoEffect);
        "A ruling was dropped; the rows that it ruled on tell what that means.";
    DOCUMENT_ERRATUM_CHANGED Document "document" "erratum-changed" = levels(NoEffect, NoEffect);
        "A ruling has other words; the rows that it rules on tell what that means.";
}

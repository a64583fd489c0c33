//! The codes of the lint, with their level and one line that explains each.
//!
//! A code keeps its number for ever. Its hundreds are the area: 1 words, 2 what must not be shown, 3
//! units and signatures, 4 what is decided and since when, 5 errata, 6 error codes, 7 tests, 8 translations.

use signed_xml_codegen::{Code, Level};

macro_rules! codes {
    ($($name:ident $id:literal $level:ident $explanation:literal;)*) => {
        $(#[doc = $explanation] pub const $name: Code = Code::new($id, Level::$level, $explanation);)*

        /// Every code of the lint, in the order of its number.
        pub const ALL: &[Code] = &[$($name,)*];
    };
}

codes! {
    LABEL_MISSING "L101" Warning "An item lacks the document's word for it: label, meaning or title.";
    DOC_MISSING "L102" Warning "An item has no `doc`, or one that only repeats its label.";
    UNDECLARED_ENUM "L103" Warning "A remark lists values, and the field names no enum.";
    LABEL_SPACED "L104" Warning "A label has a space beside a Chinese character.";
    CONDITION_IN_PROSE "L105" Warning "The document says in words when a field is needed, and the spec says it nowhere.";
    PERSONAL_UNMARKED "L201" Warning "What tells of a person is not marked `personal`.";
    SECRET_UNMARKED "L202" Warning "A key, password or token is not marked `secret`.";
    UNIT_MISSING "L301" Warning "An amount of money or a length of time has no unit.";
    SIGNATURE_UNCLEAR "L302" Warning "A message is marked unsigned and has a field for the signature.";
    UNDECIDED "L401" Error "An import left a mark that a person must decide.";
    NEWER_THAN_DOCUMENT "L402" Warning "An item is newer than the version that the spec describes.";
    ERRATUM_WITHOUT_WHY "L501" Warning "An erratum does not say why.";
    ERRATUM_WITHOUT_SECTION "L502" Warning "An erratum does not say where in the document.";
    ADVICE_MISSING "L601" Warning "An error code does not say what to do next.";
    NO_INTERFACE "L602" Warning "An error code belongs to no interface.";
    GROUP_NOT_EXERCISED "L701" Warning "No test names every member of a group.";
    TRANSLATION_MISSING "L801" Error "`zh.toml` has no Chinese for a text of the spec.";
    TRANSLATION_UNUSED "L802" Error "`zh.toml` translates a text that the spec does not have.";
    TRANSLATION_NAMES_DIFFER "L803" Warning "A translation names other things in code than its text.";
}

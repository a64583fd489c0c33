//! Every code that the compiler can report, with its level and one line that explains it.
//!
//! A code keeps its number for ever: scripts and explanations refer to it. `S` is the compiler's; its
//! hundreds are the area: 0 reading, 1 names, 2 types, 3 conditions, 4 groups, 5 errata, 6
//! suppliers, 7 enums, error codes and bills, 8 versions, 9 views. Other tools that report on a spec
//! make codes of their own with [`Code::new`], under another letter.

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Nothing is emitted; of the lint: not to be released.
    Error,
    /// Worth a look; the spec compiles.
    Warning,
}

/// What is wrong, as a stable code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code {
    id: &'static str,
    level: Level,
    explanation: &'static str,
}

impl Code {
    /// A code, with its level and one sentence that says what it means.
    #[must_use]
    pub const fn new(id: &'static str, level: Level, explanation: &'static str) -> Self {
        Self {
            id,
            level,
            explanation,
        }
    }

    /// The stable code: `S002`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        self.id
    }

    /// Error or warning.
    #[must_use]
    pub const fn level(self) -> Level {
        self.level
    }

    /// One sentence that says what the code means.
    #[must_use]
    pub const fn explanation(self) -> &'static str {
        self.explanation
    }

    /// True if the finding may be wrong when another part of the spec could not be read.
    pub(crate) fn needs_all_files(self) -> bool {
        [
            Self::UNKNOWN_ENUM,
            Self::UNUSED_ENUM,
            Self::UNKNOWN_ERRATUM,
            Self::UNUSED_ERRATUM,
            Self::UNKNOWN_INTERFACE,
            Self::UNKNOWN_BILL_TYPE,
            Self::UNKNOWN_VERSION,
        ]
        .contains(&self)
    }
}

macro_rules! codes {
    ($($name:ident $id:literal $level:ident $explanation:literal;)*) => {
        impl Code {
            $(#[doc = $explanation] pub const $name: Self = Self::new($id, Level::$level, $explanation);)*

            /// Every code of the compiler, in the order of its number.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];
        }
    };
}

codes! {
    TOML_SYNTAX "S001" Error "The file is not valid TOML.";
    UNKNOWN_KEY "S002" Error "A table has a key that the spec language does not know.";
    MISSING_KEY "S003" Error "A table lacks a key that it must have.";
    WRONG_VALUE_TYPE "S004" Error "A key has a value of another type than the spec language asks for.";
    MISSING_FILE "S005" Error "A file that the spec needs, or an interface that it lists, is not there.";
    UNLISTED_FILE "S006" Error "A file is not part of the spec: `spec.toml` does not list the interface, or the name means nothing.";
    WORD_NOT_ALLOWED "S007" Error "A key that takes one of a few words has another word.";
    NUMBER_OUT_OF_RANGE "S008" Error "A number is negative or too large.";
    FIELD_TWICE "S101" Error "A message names a field twice; the second row must say `repeated = true` if the document does so.";
    ALIAS_SHADOWS "S102" Error "An alias is the name of a field, or an alias, of the same message.";
    NOT_AN_XML_NAME "S103" Error "A field name or alias cannot be the name of an XML element.";
    RUST_NAME_CLASH "S104" Error "Two names of the spec become the same Rust name.";
    INTERFACE_TWICE "S105" Error "`spec.toml` lists an interface twice.";
    INTERFACE_NAME_DIFFERS "S106" Error "An interface file is called otherwise than the interface in it.";
    NOT_A_RUST_NAME "S107" Error "A name of ours is not of the form that Rust asks for.";
    MESSAGE_MISSING "S108" Error "An interface lacks a message that its method asks for, or has one that it cannot have.";
    INDEX_MISPLACED "S109" Error "The `$n` or `$m` of a field name stands elsewhere than once at its end, or beside a digit.";
    ELEMENT_TAKEN "S110" Error "A field or an alias has a name that a field with an index takes in.";
    SIGN_MISSING "S111" Error "A signed message has no field `sign`, or one that cannot hold the signature.";
    UNKNOWN_TYPE "S201" Error "A field has a type that the spec language does not know.";
    UNKNOWN_ENUM "S202" Error "A field or column names an enum that `enums.toml` does not have.";
    UNKNOWN_FORMAT "S203" Error "A field has a format that the spec language does not know.";
    UNKNOWN_STRUCTURE "S204" Error "A field names a structure that its interface does not have.";
    LENGTH_ON_NUMBER "S205" Error "`max` or `length_unit` stands on a number.";
    NUMBER_KEY_ON_TEXT "S206" Error "`min`, `default` or `unit` stands on a string.";
    KEYS_EXCLUDE "S207" Error "A field has two keys that exclude each other, or one that needs another.";
    UNUSED_ENUM "S208" Warning "No field and no bill column uses this enum.";
    UNUSED_STRUCTURE "S209" Warning "No field of the interface uses this structure.";
    KEY_ON_INDEXED "S210" Error "A field with an index has a key, or is in a group, that is for fields that stand once.";
    NOT_A_URL "S211" Error "The `url` of an interface is not an absolute address without a query.";
    CONDITION_SYNTAX "S301" Error "A condition does not parse.";
    UNKNOWN_FIELD_IN_CONDITION "S302" Error "A condition names a field that its message does not have.";
    CONDITION_TYPE "S303" Error "An operand of a condition has another type than its operator asks for.";
    UNKNOWN_VALUE_IN_CONDITION "S304" Error "A condition compares with a value that the enum does not have.";
    OPTIONAL_NUMBER "S305" Error "A number that may be absent and has no default is used in a comparison.";
    NOT_IN_THE_LANGUAGE "S306" Error "A condition is Rust, but not of the condition language.";
    CONDITION_CONSTANT "S307" Error "A condition always holds, or never.";
    CONDITION_ON_ITSELF "S308" Error "A field is required or forbidden by a condition that names the field itself.";
    GROUP_OF_ONE "S401" Error "A group has fewer than two members.";
    UNKNOWN_GROUP_MEMBER "S402" Error "A group names a field that its message does not have.";
    MEMBER_OF_TWO_GROUPS "S403" Error "A field is a member of two groups, or twice of one.";
    GROUP_MEMBER_DEMANDED "S404" Error "A member of a group is demanded or supplied, so the group is no choice.";
    GROUP_TWICE "S405" Error "Two groups or two rules of a message share a name.";
    UNKNOWN_ERRATUM "S501" Error "An erratum is referenced that `errata.toml` does not have.";
    UNUSED_ERRATUM "S502" Error "No row, message or interface refers to this erratum.";
    DEMAND_WITHOUT_ERRATUM "S503" Error "`demand` differs from what the document prints and no erratum says why.";
    ERRATUM_TWICE "S504" Error "Two errata share an id.";
    SUPPLIED_IN_REPLY "S601" Error "`supplied_by` stands on a field of a message that we only receive.";
    UNKNOWN_PROFILE_KEY "S602" Error "`from` names a key that a merchant profile does not have.";
    ENUM_VALUE_TWICE "S701" Error "An enum states a value twice.";
    ENUM_NAME_TWICE "S702" Error "An enum gives two values the same Rust name.";
    ERROR_CODE_TWICE "S703" Error "An error code stands twice.";
    UNKNOWN_INTERFACE "S704" Error "An error code belongs to an interface that the spec does not have.";
    UNKNOWN_COLUMN "S705" Error "A bill layout names a column that `columns` does not have.";
    COLUMN_REPEATED "S706" Error "A bill layout repeats a column, or `columns` declares it twice.";
    UNKNOWN_BILL_TYPE "S707" Error "A bill layout is for a value that the enum `BillType` does not have, or for one that has a layout.";
    UNUSED_COLUMN "S708" Warning "No bill layout has this column.";
    WRONG_MOVE "S709" Error "A move of an enum names a value that the enum does not have, leads from a value to itself, or stands twice.";
    EMPTY_VALUE "S710" Error "A value of an enum or an error code is an empty text.";
    UNKNOWN_VERSION "S801" Error "`since`, `until` or `document` names a version that `spec.toml` does not list.";
    VERSIONS_REVERSED "S802" Error "`until` comes before `since`.";
    UNKNOWN_VIEW_FIELD "S901" Error "A view names a field that its message does not have.";
    VIEW_NEVER_HOLDS "S902" Error "A view asks for something that its message can never have, or of a type that it cannot show.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_of_the_codes_ascend_and_so_are_unique() {
        let ids: Vec<&str> = Code::ALL.iter().map(|code| code.id()).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]), "{ids:?}");
    }
}

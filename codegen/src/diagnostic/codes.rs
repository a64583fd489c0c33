//! Every code that the compiler can report, with its level and one line that explains it.
//!
//! A code keeps its number for ever: scripts and explanations refer to it. `S`: the compiler; its
//! hundreds are the area: 0 reading, 1 names, 2 types, 3 conditions, 4 groups, 5 errata, 6
//! suppliers, 7 enums, error codes and bills, 8 versions, 9 views. `L`: the lint; 1 words, 2 what
//! must not be shown, 3 units and signatures, 4 what is decided and since when, 5 errata, 6 error
//! codes, 7 tests, 8 translations.

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Nothing is emitted; of the lint: not to be released.
    Error,
    /// Worth a look; the spec compiles.
    Warning,
}

macro_rules! codes {
    ($($name:ident $id:literal $level:ident $explanation:literal;)*) => {
        /// What is wrong, as a stable code.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = $explanation] $name,)*
        }

        impl Code {
            /// Every code, in the order of its number.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The stable code: `S002`.
            pub fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)* }
            }

            /// The code of this id, in either case of letters.
            pub fn from_id(id: &str) -> Option<Self> {
                let mut codes = Self::ALL.iter();
                codes.find(|code| code.id().eq_ignore_ascii_case(id)).copied()
            }

            /// Error or warning.
            pub fn level(self) -> Level {
                match self { $(Self::$name => Level::$level,)* }
            }

            /// One sentence that says what the code means.
            pub fn explanation(self) -> &'static str {
                match self { $(Self::$name => $explanation,)* }
            }
        }
    };
}

codes! {
    TomlSyntax "S001" Error "The file is not valid TOML.";
    UnknownKey "S002" Error "A table has a key that the spec language does not know.";
    MissingKey "S003" Error "A table lacks a key that it must have.";
    WrongValueType "S004" Error "A key has a value of another type than the spec language asks for.";
    MissingFile "S005" Error "A file that the spec needs, or an interface that it lists, is not there.";
    UnlistedFile "S006" Error "An interface file is not listed in `spec.toml`.";
    WordNotAllowed "S007" Error "A key that takes one of a few words has another word.";
    NumberOutOfRange "S008" Error "A number is negative or too large.";
    FieldTwice "S101" Error "A message names a field twice; the second row must say `repeated = true` if the document does so.";
    AliasShadows "S102" Error "An alias is the name of a field, or an alias, of the same message.";
    NotAnXmlName "S103" Error "A field name or alias cannot be the name of an XML element.";
    RustNameClash "S104" Error "Two names of the spec become the same Rust name.";
    InterfaceTwice "S105" Error "`spec.toml` lists an interface twice.";
    InterfaceNameDiffers "S106" Error "An interface file is called otherwise than the interface in it.";
    NotARustName "S107" Error "A name of ours is not of the form that Rust asks for.";
    MessageMissing "S108" Error "An interface lacks a message that its method asks for, or has one that it cannot have.";
    IndexMisplaced "S109" Error "The `$n` of a field name stands elsewhere than once at its end, or behind a digit.";
    ElementTaken "S110" Error "A field or an alias has a name that a field with an index takes in.";
    UnknownType "S201" Error "A field has a type that the spec language does not know.";
    UnknownEnum "S202" Error "A field or column names an enum that `enums.toml` does not have.";
    UnknownFormat "S203" Error "A field has a format that the spec language does not know.";
    UnknownStructure "S204" Error "A field names a structure that its interface does not have.";
    LengthOnNumber "S205" Error "`max` or `length_unit` stands on a number.";
    NumberKeyOnText "S206" Error "`min`, `default` or `unit` stands on a string.";
    KeysExclude "S207" Error "A field has two keys that exclude each other, or one that needs another.";
    UnusedEnum "S208" Warning "No field and no bill column uses this enum.";
    UnusedStructure "S209" Warning "No field of the interface uses this structure.";
    KeyOnIndexed "S210" Error "A field with an index has a key, or is in a group, that is for fields that stand once.";
    ConditionSyntax "S301" Error "A condition does not parse.";
    UnknownFieldInCondition "S302" Error "A condition names a field that its message does not have.";
    ConditionType "S303" Error "An operand of a condition has another type than its operator asks for.";
    UnknownValueInCondition "S304" Error "A condition compares with a value that the enum does not have.";
    OptionalNumber "S305" Error "A number that may be absent and has no default is used in a comparison.";
    NotInTheLanguage "S306" Error "A condition is Rust, but not of the condition language.";
    GroupOfOne "S401" Error "A group has fewer than two members.";
    UnknownGroupMember "S402" Error "A group names a field that its message does not have.";
    MemberOfTwoGroups "S403" Error "A field is a member of two groups, or twice of one.";
    GroupMemberDemanded "S404" Error "A member of a group is demanded or supplied, so the group is no choice.";
    GroupTwice "S405" Error "Two groups or two rules of a message share a name.";
    UnknownErratum "S501" Error "An erratum is referenced that `errata.toml` does not have.";
    UnusedErratum "S502" Error "No row, message or interface refers to this erratum.";
    DemandWithoutErratum "S503" Error "`demand` differs from what the document prints and no erratum says why.";
    ErratumTwice "S504" Error "Two errata share an id.";
    SuppliedInReply "S601" Error "`supplied_by` stands on a field of a message that we only receive.";
    UnknownProfileKey "S602" Error "`from` names a key that a merchant profile does not have.";
    EnumValueTwice "S701" Error "An enum states a value twice.";
    EnumNameTwice "S702" Error "An enum gives two values the same Rust name.";
    ErrorCodeTwice "S703" Error "An error code stands twice.";
    UnknownInterface "S704" Error "An error code belongs to an interface that the spec does not have.";
    UnknownColumn "S705" Error "A bill layout names a column that `columns` does not have.";
    ColumnRepeated "S706" Error "A bill layout repeats a column, or `columns` declares it twice.";
    UnknownBillType "S707" Error "A bill layout is for a value that the enum `BillType` does not have, or for one that has a layout.";
    UnusedColumn "S708" Warning "No bill layout has this column.";
    WrongMove "S709" Error "A move of an enum names a value that the enum does not have, leads from a value to itself, or stands twice.";
    UnknownVersion "S801" Error "`since`, `until` or `document` names a version that `spec.toml` does not list.";
    VersionsReversed "S802" Error "`until` comes before `since`.";
    UnknownViewField "S901" Error "A view names a field that its message does not have.";
    ViewNeverHolds "S902" Error "A view asks for something that its message can never have, or of a type that it cannot show.";
    LabelMissing "L101" Warning "An item lacks the document's word for it: label, meaning or title.";
    DocMissing "L102" Warning "An item has no `doc`, or one that only repeats its label.";
    UndeclaredEnum "L103" Warning "A remark lists values, and the field names no enum.";
    LabelSpaced "L104" Warning "A label has a space beside a Chinese character.";
    ConditionInProse "L105" Warning "The document says in words when a field is needed, and the spec says it nowhere.";
    PersonalUnmarked "L201" Warning "What tells of a person is not marked `personal`.";
    SecretUnmarked "L202" Warning "A key, password or token is not marked `secret`.";
    UnitMissing "L301" Warning "An amount of money or a length of time has no unit.";
    SignatureUnclear "L302" Warning "A message is marked signed and has no field for the signature, or the reverse.";
    Undecided "L401" Error "An import left a mark that a person must decide.";
    NewerThanDocument "L402" Warning "An item is newer than the version that the spec describes.";
    ErratumWithoutWhy "L501" Warning "An erratum does not say why.";
    ErratumWithoutSection "L502" Warning "An erratum does not say where in the document.";
    AdviceMissing "L601" Warning "An error code does not say what to do next.";
    NoInterface "L602" Warning "An error code belongs to no interface.";
    GroupNotExercised "L701" Warning "No test names every member of a group.";
    TranslationMissing "L801" Error "`zh.toml` has no Chinese for a text of the spec.";
    TranslationUnused "L802" Error "`zh.toml` translates a text that the spec does not have.";
    TranslationNamesDiffer "L803" Warning "A translation names other things in code than its text.";
}

impl Code {
    /// True if the finding may be wrong when another file of the spec could not be read.
    pub(crate) fn needs_all_files(self) -> bool {
        matches!(
            self,
            Self::UnknownEnum
                | Self::UnusedEnum
                | Self::UnknownErratum
                | Self::UnusedErratum
                | Self::UnknownInterface
                | Self::UnknownBillType
                | Self::UnknownVersion
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_of_the_codes_ascend_and_so_are_unique() {
        for letter in ["S", "L"] {
            let ids = Code::ALL.iter().map(|code| code.id());
            let ids: Vec<&str> = ids.filter(|id| id.starts_with(letter)).collect();
            assert!(ids.windows(2).all(|pair| pair[0] < pair[1]), "{ids:?}");
        }
    }
}

//! Words by which the tools understand a document and a spec: what the columns of its tables are called, what tells of a person.
//!
//! All of it is data of the spec (`vocabulary.toml`): the tools themselves know no language and no vendor. A spec without the file has
//! an empty vocabulary: its lint judges no words, and an import finds no table.

/// The words of `vocabulary.toml`.
#[derive(Clone, Debug, Default)]
pub struct Vocabulary {
    /// What names and labels say of a field.
    pub fields: FieldWords,
    /// What remarks say of a field.
    pub remarks: RemarkWords,
    /// How the document's tables and headings are recognised.
    pub document: DocumentWords,
    /// What samples of the reference site hold, by the first that fits.
    pub samples: Vec<SampleWord>,
}

/// A kind of field, by the words of its name and of its label.
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// Words of the wire name, which `_` parts.
    pub names: Vec<String>,
    /// Last words of the wire name.
    pub last_words: Vec<String>,
    /// Ends of words of the wire name.
    pub word_ends: Vec<String>,
    /// Whole wire names.
    pub whole_names: Vec<String>,
    /// Parts of the label.
    pub labels: Vec<String>,
    /// Parts of the label that count only without one of `unless`.
    pub weak_labels: Vec<String>,
    /// Parts of the label that take `weak_labels` back.
    pub unless: Vec<String>,
}

/// What names and labels say of a field.
#[derive(Clone, Debug, Default)]
pub struct FieldWords {
    /// It tells of a person.
    pub personal: Words,
    /// It is a key, a password or a token.
    pub secret: Words,
    /// It is an amount of money.
    pub money: Words,
    /// It is a length of time.
    pub duration: Words,
    /// It is a moment.
    pub moment: Words,
}

/// What remarks say of a field.
#[derive(Clone, Debug, Default)]
pub struct RemarkWords {
    /// The field depends on others.
    pub condition: Vec<String>,
    /// The field may depend on others: a person is asked.
    pub perhaps_condition: Vec<String>,
    /// Ends the word of a choice: one out of so many.
    pub choice: Vec<String>,
    /// Characters that stand before `choice`: the first text those for one, the next those for two, …
    pub counts: Vec<String>,
    /// Names of units, and the spec's word for each.
    pub units: Vec<(String, String)>,
    /// What stands before the name of a unit.
    pub unit: Vec<String>,
    /// What stands on both sides of the name of a unit.
    pub in_unit: Vec<(String, String)>,
    /// Between the field's own name and its value.
    pub is: Vec<String>,
    /// Words in capitals that are not values.
    pub not_values: Vec<String>,
}

/// How the document's tables and headings are recognised.
#[derive(Clone, Debug, Default)]
pub struct DocumentWords {
    /// Headings of the column of field names.
    pub name: Vec<String>,
    /// Those of `name` that are headings of a structure.
    pub structure_name: Vec<String>,
    /// Headings of the column of labels.
    pub label: Vec<String>,
    /// Headings of the column of types.
    pub wire_type: Vec<String>,
    /// Headings of the column of lengths.
    pub length: Vec<String>,
    /// Headings of the column that says whether a field is required.
    pub mark: Vec<String>,
    /// Headings of the column of remarks.
    pub remark: Vec<String>,
    /// Headings of the column of error codes.
    pub error_code: Vec<String>,
    /// Headings of the column of their meanings.
    pub error_meaning: Vec<String>,
    /// Headings of the column of versions.
    pub version: Vec<String>,
    /// Headings of the column of their dates.
    pub date: Vec<String>,
    /// Name of the rule that says how messages are signed.
    pub signature: Vec<String>,
    /// Names of other rules, in a table without a heading row; the spec does not hold them.
    pub rule: Vec<String>,
    /// Headings of the second column in a table of rules.
    pub rule_value: Vec<String>,
    /// Types that are text.
    pub text_type: Vec<String>,
    /// Marks of a required field.
    pub yes: Vec<String>,
    /// Marks of an optional field.
    pub no: Vec<String>,
    /// In the heading of a request's table.
    pub request: Vec<String>,
    /// In the heading of a response's or a reply's table.
    pub response: Vec<String>,
    /// In the heading of a notification's table.
    pub notification: Vec<String>,
    /// In the heading of a structure's table, behind its name.
    pub structure: Vec<String>,
    /// Begins the line that says when the fields below it come.
    pub condition: Vec<String>,
    /// What surrounds a page number.
    pub page: Vec<String>,
}

/// What a sample holds for a field whose name or label ends so.
#[derive(Clone, Debug)]
pub struct SampleWord {
    /// Ends of the wire name.
    pub name_ends: Vec<String>,
    /// Ends of the label.
    pub label_ends: Vec<String>,
    /// The text that the sample begins with.
    pub text: String,
    /// How many hexadecimal digits follow.
    pub hex: usize,
    /// How many decimal digits follow.
    pub digits: usize,
    /// Whether the rest of the label follows.
    pub rest: bool,
}

impl Words {
    /// True if the wire name or the label of a field is of this kind.
    #[must_use]
    pub fn fit(&self, name: &str, label: &str) -> bool {
        self.fit_name(name) || self.fit_label(label)
    }

    fn fit_name(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        let last = name.rsplit('_').next().unwrap_or(&name);
        self.whole_names.contains(&name)
            || self.last_words.iter().any(|word| word == last)
            || name.split('_').any(|part| {
                self.names.iter().any(|word| word == part)
                    || self.word_ends.iter().any(|end| part.ends_with(end))
            })
    }

    /// True if the label ends with a word of this kind.
    #[must_use]
    pub fn end(&self, label: &str) -> bool {
        self.labels
            .iter()
            .any(|word| label.ends_with(word.as_str()))
    }

    fn fit_label(&self, label: &str) -> bool {
        let label = label.to_lowercase();
        let has = |words: &[String]| words.iter().any(|word| label.contains(word.as_str()));
        has(&self.labels) || (has(&self.weak_labels) && !has(&self.unless))
    }
}

impl RemarkWords {
    /// True if the text makes its field depend on others: a choice or a condition.
    #[must_use]
    pub fn is_condition(&self, text: &str) -> bool {
        let mut words = self.choice.iter().chain(&self.condition);
        words.any(|word| text.contains(word.as_str()))
    }

    /// The word of a choice in a text, and out of how many it is; 0 if that is not said.
    #[must_use]
    pub fn choice_in<'t>(&self, text: &'t str) -> Option<(&'t str, usize)> {
        self.choice.iter().find_map(|word| {
            let at = text.find(word.as_str())?;
            let (start, many) = text.get(..at)?.char_indices().next_back()?;
            let count = self
                .counts
                .iter()
                .position(|counts| counts.contains(many))?
                + 1;
            let told = text.get(start..at + word.len())?;
            match count {
                1 => None,
                2..=9 => Some((told, count)),
                _ => Some((told, 0)),
            }
        })
    }

    /// The spec's word for the unit that a text without blanks names.
    #[must_use]
    pub fn unit_in(&self, text: &str) -> Option<&str> {
        let whole = |name: &str| self.units.iter().find(|(word, _)| word == name);
        let begins = |text: &str| {
            let mut units = self.units.iter();
            units.find(|(word, _)| text.starts_with(word.as_str()))
        };
        let around = self.in_unit.iter().find_map(|(open, close)| {
            let (before, _) = text.split_once(close.as_str())?;
            whole(before.rsplit_once(open.as_str())?.1)
        });
        let behind = || {
            let mut words = self.unit.iter();
            words.find_map(|word| begins(text.split_once(word.as_str())?.1))
        };
        around.or_else(behind).map(|(_, unit)| unit.as_str())
    }
}

//! What is wrong with a message that is to be sent, field by field, and how it reads.

use std::fmt;

use crate::indexed::ElementIndex;
use crate::schema::{Field, Length, Supplied};

mod chinese;

/// Collects what is wrong with one message.
#[derive(Debug)]
pub struct Report {
    message: &'static str,
    complete: bool,
    /// The number of the element that is being looked at.
    element: Option<ElementIndex>,
    found: Vec<Violation>,
}

impl Report {
    /// Whether the merchant profile and the client have filled in theirs.
    #[must_use]
    pub fn complete(&self) -> bool {
        self.complete
    }

    /// Adds a problem of one field.
    pub fn problem(&mut self, field: &'static Field, problem: Problem) {
        self.found.push(Violation {
            field: Some(field),
            index: self.element,
            problem,
        });
    }

    /// A required field that the builder was never given.
    pub fn missing(&mut self, field: &'static Field) {
        self.problem(field, Problem::Missing);
    }

    /// A field that comes from the merchant profile or the client, and must.
    pub fn supplied(&mut self, field: &'static Field, present: bool) {
        if self.complete && !present {
            self.problem(field, Problem::NotSupplied);
        }
    }

    /// Exactly one member of the group must be present.
    pub fn exactly_one(&mut self, group: &'static str, members: &[(&'static Field, bool)]) {
        self.group(group, true, members);
    }

    /// At least one member of the group must be present.
    pub fn at_least_one(&mut self, group: &'static str, members: &[(&'static Field, bool)]) {
        self.group(group, false, members);
    }

    fn group(&mut self, group: &'static str, exactly: bool, members: &[(&'static Field, bool)]) {
        let given = members.iter().filter(|(_, present)| *present).count();
        if given == 0 || (exactly && given > 1) {
            let names = members.iter().map(|(field, _)| field.name).collect();
            self.found.push(Violation {
                field: None,
                index: None,
                problem: Problem::Group {
                    group,
                    exactly,
                    names,
                    given,
                },
            });
        }
    }

    /// A rule over several fields.
    pub fn rule(&mut self, rule: Rule, holds: bool) {
        if !holds {
            let Rule {
                name,
                doc,
                doc_zh,
                check,
            } = rule;
            self.found.push(Violation {
                field: None,
                index: None,
                problem: Problem::Rule {
                    name,
                    doc,
                    doc_zh,
                    check,
                },
            });
        }
    }

    /// A field that a condition calls for.
    pub fn required_when(
        &mut self,
        field: &'static Field,
        condition: &'static str,
        applies: bool,
        present: bool,
    ) {
        if applies && !present {
            self.problem(field, Problem::RequiredWhen { condition });
        }
    }

    /// A field that a condition excludes.
    pub fn forbidden_when(
        &mut self,
        field: &'static Field,
        condition: &'static str,
        applies: bool,
        present: bool,
    ) {
        if applies && present {
            self.problem(field, Problem::ForbiddenWhen { condition });
        }
    }

    /// A field that the caller added by name.
    pub(crate) fn extra(&mut self, name: &str, problem: &'static str) {
        self.found.push(Violation {
            field: None,
            index: None,
            problem: Problem::Extra {
                name: name.to_owned(),
                problem,
            },
        });
    }

    /// The number of the element that is looked at from here on, of a field with an index.
    pub(crate) fn look_at(&mut self, element: Option<ElementIndex>) {
        self.element = element;
    }

    /// The problems of a payload inside a field of this message.
    pub(crate) fn nested(&mut self, violations: Violations) {
        self.found.extend(violations.found);
    }

    /// Ends a report that was begun with [`Report::begin`].
    ///
    /// # Errors
    ///
    /// What was found.
    pub fn end(self) -> Result<(), Violations> {
        if self.found.is_empty() {
            Ok(())
        } else {
            Err(Violations {
                message: self.message,
                found: self.found,
            })
        }
    }

    /// An empty report on a message of that name, before the merchant profile and the client have
    /// filled in theirs.
    #[must_use]
    pub fn begin(message: &'static str) -> Self {
        Self::new(message, false)
    }

    pub(crate) fn new(message: &'static str, complete: bool) -> Self {
        Self {
            message,
            complete,
            element: None,
            found: Vec::new(),
        }
    }
}

/// A rule over several fields, as the derive writes it.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Its name.
    pub name: &'static str,
    /// What it says.
    pub doc: &'static str,
    /// The same in Chinese; empty where nobody has written it.
    pub doc_zh: &'static str,
    /// The condition as the spec writes it.
    pub check: &'static str,
}

/// Everything that is wrong with one message. Nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Violations {
    message: &'static str,
    found: Vec<Violation>,
}

impl Violations {
    /// The message in words, such as `order request`.
    #[must_use]
    pub fn message(&self) -> &'static str {
        self.message
    }

    /// The violations in Chinese.
    ///
    /// # Examples
    ///
    /// ```
    /// use signed_xml::{Builder, Message, Text};
    ///
    /// #[derive(Clone, PartialEq, Message, Builder)]
    /// #[message(name = "order request", section = "2.1", unsigned)]
    /// pub struct Order {
    ///     #[field(label = "商品描述", max = 4)]
    ///     pub body: Text,
    /// }
    ///
    /// let wrong = Order::builder().body("tea for two").build().unwrap_err();
    /// let expected = "不能发送 order request：`body`（商品描述，章节 2.1）最多 4 个字符，实际为 11";
    /// assert_eq!(wrong.in_chinese().to_string(), expected);
    /// ```
    #[must_use]
    pub fn in_chinese(&self) -> impl fmt::Display {
        chinese::Violations(self)
    }
}

impl std::ops::Deref for Violations {
    type Target = [Violation];

    fn deref(&self) -> &[Violation] {
        &self.found
    }
}

impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the {} cannot be sent: ", self.message)?;
        for (i, violation) in self.found.iter().enumerate() {
            if i > 0 {
                f.write_str("; ")?;
            }
            write!(f, "{violation}")?;
        }
        Ok(())
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Violation {
    /// The field, if it is about one.
    pub field: Option<&'static Field>,
    /// Of a field with an index, the number of the element, or both of them.
    pub index: Option<ElementIndex>,
    /// What is wrong.
    pub problem: Problem,
}

impl PartialEq for Violation {
    fn eq(&self, other: &Self) -> bool {
        self.field.map(|field| field.name) == other.field.map(|field| field.name)
            && self.index == other.index
            && self.problem == other.problem
    }
}

impl Eq for Violation {}

/// What is wrong with a message.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// A required field was not given.
    Missing,
    /// A required field is empty.
    Empty,
    /// A text is too long.
    TooLong {
        /// The greatest length.
        max: u32,
        /// What it counts.
        length: Length,
        /// The length found.
        found: usize,
    },
    /// A number is too small.
    TooSmall {
        /// The least allowed.
        min: u64,
        /// The number found.
        found: u64,
    },
    /// A text holds a character that XML cannot carry.
    Character {
        /// Its place, counted in characters from 0.
        position: usize,
        /// The character.
        character: char,
    },
    /// A text has another form than it must.
    Form {
        /// The form it must have.
        expected: &'static str,
    },
    /// A condition calls for the field.
    RequiredWhen {
        /// The condition.
        condition: &'static str,
    },
    /// A condition excludes the field.
    ForbiddenWhen {
        /// The condition.
        condition: &'static str,
    },
    /// The merchant profile or the client must supply the field and has nothing to supply.
    NotSupplied,
    /// Too few or too many members of a group.
    Group {
        /// The group's name.
        group: &'static str,
        /// Whether more than one is too many.
        exactly: bool,
        /// The members.
        names: Vec<&'static str>,
        /// How many are given.
        given: usize,
    },
    /// A rule over several fields is broken.
    Rule {
        /// The rule's name.
        name: &'static str,
        /// The rule in words.
        doc: &'static str,
        /// The same in Chinese; empty where nobody has written it.
        doc_zh: &'static str,
        /// The rule as the spec writes it.
        check: &'static str,
    },
    /// A field that the caller added by name cannot be sent.
    Extra {
        /// Its name.
        name: String,
        /// What is wrong.
        problem: &'static str,
    },
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(field) = self.field {
            write!(
                f,
                "`{}` ({}, section {}) ",
                field.shown_name(self.index),
                field.label,
                field.section
            )?;
        }
        match &self.problem {
            Problem::Missing => f.write_str("is required and not set"),
            Problem::Empty => f.write_str("is required and empty"),
            Problem::TooLong { max, length, found } => {
                let unit = match length {
                    Length::Chars => "characters",
                    Length::Bytes => "bytes",
                };
                write!(f, "holds at most {max} {unit}, found {found}")
            }
            Problem::TooSmall { min, found } => write!(f, "must be at least {min}, found {found}"),
            Problem::Character {
                position,
                character,
            } => {
                write!(
                    f,
                    "holds U+{:04X} at character {position}, which XML cannot carry: remove it",
                    *character as u32
                )
            }
            Problem::Form { expected } => write!(f, "must be {expected}"),
            Problem::RequiredWhen { condition } => {
                write!(f, "is required when {condition}")?;
                match self.field.map(|field| field.supplied) {
                    Some(Supplied::Merchant(key @ ("sub_appid" | "app_secret" | "sign_type"))) => {
                        write!(
                            f,
                            ": it comes from the merchant profile, set it with `Merchant::with_{key}`"
                        )
                    }
                    _ => Ok(()),
                }
            }
            Problem::ForbiddenWhen { condition } => write!(f, "must be left out when {condition}"),
            Problem::NotSupplied => match self.field.map(|field| field.supplied) {
                Some(Supplied::Merchant(key)) => {
                    write!(
                        f,
                        "comes from the merchant profile, whose `{key}` is not set"
                    )?;
                    match key {
                        "sub_appid" | "app_secret" | "sign_type" => {
                            write!(f, ": set it with `Merchant::with_{key}`")
                        }
                        "sub_mch_id" => {
                            f.write_str(": make the profile with `Merchant::service_provider`")
                        }
                        _ => Ok(()),
                    }
                }
                _ => f.write_str("comes from the client, which did not supply it"),
            },
            Problem::Group {
                exactly,
                names,
                given,
                ..
            } => {
                let wanted = if *exactly {
                    "exactly one"
                } else {
                    "at least one"
                };
                write!(
                    f,
                    "{wanted} of `{}` must be set, found {given}",
                    names.join("`, `")
                )
            }
            Problem::Rule {
                name, doc, check, ..
            } => {
                write!(f, "{} (rule {name}: {check})", doc.trim_end_matches('.'))
            }
            Problem::Extra { name, problem } => write!(f, "the extra field `{name}` {problem}"),
        }
    }
}

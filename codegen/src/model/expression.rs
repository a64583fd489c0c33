//! Conditions over the fields of a message, as typed trees.

use std::fmt;

/// A condition as written and as understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression {
    /// As the spec writes it.
    pub text: String,
    /// The tree; every field in it is one of the message, by wire name.
    pub condition: Condition,
}

/// Something that holds or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Both hold.
    And(Box<Condition>, Box<Condition>),
    /// One of them holds, or both.
    Or(Box<Condition>, Box<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
    /// If the first holds, so does the second.
    Implies(Box<Condition>, Box<Condition>),
    /// The field is there.
    Present(String),
    /// The field is not there.
    Absent(String),
    /// The enum field is there and has this wire value.
    Is {
        /// Wire name of the field.
        field: String,
        /// Wire value.
        value: String,
    },
    /// The enum field has not this wire value, or is not there.
    IsNot {
        /// Wire name of the field.
        field: String,
        /// Wire value.
        value: String,
    },
    /// The enum field has one of these wire values.
    OneOf {
        /// Wire name of the field.
        field: String,
        /// Wire values.
        values: Vec<String>,
    },
    /// Two sums compare so.
    Compare {
        /// Terms that are added up.
        left: Vec<Term>,
        /// How they compare.
        comparison: Comparison,
        /// Terms that are added up.
        right: Vec<Term>,
    },
}

/// A term of a sum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Term {
    /// The number of this field, or its default.
    Field(String),
    /// A number.
    Number(u64),
}

/// How two numbers compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
}

impl Condition {
    /// Wire names of the fields that it speaks of, each once, in order.
    pub fn fields(&self) -> Vec<&str> {
        let mut names = Vec::new();
        self.collect(&mut names);
        names
    }

    fn collect<'a>(&'a self, names: &mut Vec<&'a str>) {
        let mut add = |name: &'a str| {
            if !names.contains(&name) {
                names.push(name);
            }
        };
        match self {
            Self::And(a, b) | Self::Or(a, b) | Self::Implies(a, b) => {
                a.collect(names);
                b.collect(names);
            }
            Self::Not(inner) => inner.collect(names),
            Self::Present(field) | Self::Absent(field) => add(field),
            Self::Is { field, .. } | Self::IsNot { field, .. } | Self::OneOf { field, .. } => {
                add(field);
            }
            Self::Compare { left, right, .. } => {
                for term in left.iter().chain(right) {
                    if let Term::Field(field) = term {
                        add(field);
                    }
                }
            }
        }
    }
}

impl Comparison {
    /// The operator.
    pub fn operator(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Equal => "==",
            Self::NotEqual => "!=",
        }
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

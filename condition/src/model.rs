//! The tree of a condition.
//!
//! Its depth is bounded by [`MAX_NESTING`](crate::MAX_NESTING), so that every walk over it may
//! recurse; its breadth is not.

/// Something that holds of a message or not.
///
/// `F` is how a field is named: an [`Ident`](proc_macro2::Ident) as parsed, with its place;
/// whatever [`map`](Self::map) makes of it after.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Condition<F = String> {
    /// All hold: `a && b`.
    All(Vec<Self>),
    /// At least one holds: `a || b`.
    Any(Vec<Self>),
    /// It does not hold. Printed as `absent` and `!=` where that says it.
    Not(Box<Self>),
    /// If the first holds, so does the second.
    Implies(Box<Self>, Box<Self>),
    /// The field is there.
    Present(F),
    /// The field is there and has one of these values on the wire.
    Is {
        /// The field.
        field: F,
        /// At least one value.
        values: Vec<String>,
    },
    /// Two sums compare so.
    Compare {
        /// The terms of the left sum, at least one.
        left: Vec<Term<F>>,
        /// How they compare.
        comparison: Comparison,
        /// The terms of the right sum, at least one.
        right: Vec<Term<F>>,
    },
}

/// A term of a sum.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Term<F = String> {
    /// The number of this field, or its default.
    Field(F),
    /// A number.
    Number(u64),
}

/// How two numbers compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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

impl<F> Condition<F> {
    /// Holds of every message. No text says so.
    pub const ALWAYS: Self = Self::All(Vec::new());

    /// Holds of no message. No text says so.
    pub const NEVER: Self = Self::Any(Vec::new());

    /// The same condition with each field named by what `name` makes of it.
    ///
    /// # Examples
    ///
    /// ```
    /// use signed_xml_condition::Condition;
    ///
    /// let condition = Condition::Present("Order_no".to_owned()).map(&mut |name| name.to_lowercase());
    /// assert_eq!(condition, Condition::Present("order_no".to_owned()));
    /// ```
    pub fn map<G>(&self, name: &mut impl FnMut(&F) -> G) -> Condition<G> {
        match self {
            Self::All(parts) => Condition::All(parts.iter().map(|part| part.map(name)).collect()),
            Self::Any(parts) => Condition::Any(parts.iter().map(|part| part.map(name)).collect()),
            Self::Not(inner) => Condition::Not(Box::new(inner.map(name))),
            Self::Implies(first, second) => {
                Condition::Implies(Box::new(first.map(name)), Box::new(second.map(name)))
            }
            Self::Present(field) => Condition::Present(name(field)),
            Self::Is { field, values } => Condition::Is {
                field: name(field),
                values: values.clone(),
            },
            Self::Compare {
                left,
                comparison,
                right,
            } => {
                let mut sum = |terms: &[Term<F>]| terms.iter().map(|term| term.map(name)).collect();
                Condition::Compare {
                    left: sum(left),
                    comparison: *comparison,
                    right: sum(right),
                }
            }
        }
    }

    /// The fields that it names, each once, in the order of the text.
    ///
    /// # Examples
    ///
    /// ```
    /// use signed_xml_condition::{Condition, Field, Kind};
    ///
    /// let fields = ["a", "b", "c"].map(|name| Field::new(name, Kind::Number));
    /// let condition = Condition::parse_str("b + a <= c && b > 0", &fields)?;
    /// assert_eq!(condition.fields(), ["b", "a", "c"]);
    /// # Ok::<(), Vec<signed_xml_condition::Problem>>(())
    /// ```
    pub fn fields(&self) -> Vec<&F>
    where
        F: PartialEq,
    {
        let mut found = Vec::new();
        let mut see = |field| {
            if !found.contains(&field) {
                found.push(field);
            }
        };
        self.visit(&mut |part| match part {
            Self::Present(field) | Self::Is { field, .. } => see(field),
            Self::Compare { left, right, .. } => {
                for term in left.iter().chain(right) {
                    if let Term::Field(field) = term {
                        see(field);
                    }
                }
            }
            _ => {}
        });
        found
    }

    /// Shows the parts that hold no other ones, in the order of the text.
    pub(crate) fn visit<'a>(&'a self, see: &mut impl FnMut(&'a Self)) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.visit(see)),
            Self::Not(inner) => inner.visit(see),
            Self::Implies(first, second) => {
                first.visit(see);
                second.visit(see);
            }
            Self::Present(_) | Self::Is { .. } | Self::Compare { .. } => see(self),
        }
    }
}

impl<F> Term<F> {
    fn map<G>(&self, name: &mut impl FnMut(&F) -> G) -> Term<G> {
        match self {
            Self::Field(field) => Term::Field(name(field)),
            Self::Number(number) => Term::Number(*number),
        }
    }
}

impl Comparison {
    pub(crate) const ALL: [Self; 6] = [
        Self::LessOrEqual,
        Self::GreaterOrEqual,
        Self::Equal,
        Self::NotEqual,
        Self::Less,
        Self::Greater,
    ];

    /// The operator.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(signed_xml_condition::Comparison::LessOrEqual.operator(), "<=");
    /// ```
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

    /// Whether two numbers compare so.
    ///
    /// # Examples
    ///
    /// ```
    /// use signed_xml_condition::Comparison;
    ///
    /// assert!(Comparison::LessOrEqual.holds(2, 2));
    /// assert!(!Comparison::Less.holds(2, 2));
    /// ```
    pub fn holds<N: PartialOrd>(self, left: N, right: N) -> bool {
        match self {
            Self::Less => left < right,
            Self::LessOrEqual => left <= right,
            Self::Greater => left > right,
            Self::GreaterOrEqual => left >= right,
            Self::Equal => left == right,
            Self::NotEqual => left != right,
        }
    }
}

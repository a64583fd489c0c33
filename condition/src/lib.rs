//! The condition language: what must hold between the fields of one message.
//!
//! A spec states conditions in its rows, the derives read them in attributes, and both mean the
//! same:
//!
//! ```text
//! a && b   a || b   !a   (a)   implies(a, b)
//! present(field)   absent(field)
//! field == "VALUE"   field != "VALUE"   one_of(field, "A", "B")
//! a + b + 3 <= c     and < > >= == != between sums of numbers
//! ```
//!
//! The words are Rust's. A value on the wire is quoted, so that a misspelt field is never
//! taken for a value; a field that is absent equals no value. Numbers are whole and have no sign,
//! so subtraction does not exist.
//!
//! The steps, a file each: bound the nesting (`nesting`), parse and check against the fields
//! (`parse`, problems in `problem`), the tree ([`Condition`]), print it (`print`), turn it into
//! Rust (`evaluate`), judge a message by it (`holds`), compare two of them (`order`).
//!
//! # Examples
//!
//! ```
//! use signed_xml_condition::{Condition, Field, Kind};
//!
//! let fields = [
//!     Field::new("kind", Kind::Enum { name: "Kind".into(), values: vec!["CASH".into(), "CARD".into()] }),
//!     Field::new("fee", Kind::Number),
//!     Field::new("card_no", Kind::Text).optional(),
//! ];
//! let condition = Condition::parse_str(r#"kind == "CARD" && (present(card_no) || fee == 0)"#, &fields)?;
//! assert_eq!(condition.to_string(), r#"kind == "CARD" && (present(card_no) || fee == 0)"#);
//!
//! let problems = Condition::parse_str(r#"kind == CARD && fees > 0"#, &fields).unwrap_err();
//! assert_eq!(problems[0].to_string(), "a value of `kind` needs quotes: write `\"CARD\"`");
//! assert_eq!(problems[1].to_string(), "the message has no field `fees`: did you mean `fee`?");
//! # Ok::<(), Vec<signed_xml_condition::Problem>>(())
//! ```

pub use evaluate::Ask;
pub use field::{Field, Kind, Presence};
pub use holds::Facts;
pub use indexed::{INDEX, IndexFault, IndexedName, SECOND_INDEX};
pub use lookalike::looks_like;
pub use model::{Comparison, Condition, Term};
pub use nearest::{did_you_mean, nearest};
pub use nesting::{MAX_NESTING, nested_deeper};
pub use order::Order;
pub use problem::{Fault, Problem};

mod check;
mod cursor;
mod evaluate;
mod field;
mod holds;
mod indexed;
mod lookalike;
mod model;
mod nearest;
mod nesting;
mod order;
mod parse;
mod print;
mod problem;

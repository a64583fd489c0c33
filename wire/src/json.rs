//! A flat JSON object inside a field.

use crate::fields::Fields;
use crate::indexed::ElementIndex;
use crate::message::Message;
use crate::report::{Problem, Report};
use crate::schema::Field;
use crate::validate::validate;
use crate::value::{Expected, Raw, Sink, Value};
use crate::xml::{BodyError, Limits};

/// A field whose text is a flat JSON object with the members of `T`, all of them strings.
///
/// # Examples
///
/// ```
/// use signed_xml::{Builder, Json, Message, Text, Value};
///
/// #[derive(Clone, PartialEq, Message, Builder)]
/// #[message(name = "operator", section = "3.3", unsigned)]
/// pub struct Operator {
///     #[field(label = "操作员工号", max = 20)]
///     pub operator_no: Text,
/// }
///
/// let payload = Json(Operator::builder().operator_no("sys").build()?);
/// let mut text = Vec::new();
/// payload.write(&mut text);
/// assert_eq!(text, br#"{"operator_no":"sys"}"#);
/// # Ok::<(), signed_xml::Violations>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Json<T>(pub T);

impl<T> From<T> for Json<T> {
    fn from(payload: T) -> Self {
        Self(payload)
    }
}

impl<T: Message> Value for Json<T> {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(b'{');
        let mut members = Members { out, first: true };
        self.0.visit(&mut members);
        for (name, value) in self.0.unknown() {
            members.name(name);
            members.string(|out| out.extend_from_slice(value.as_bytes()));
        }
        out.push(b'}');
    }

    fn read(raw: Raw<'_>) -> Result<Self, Expected> {
        let limits = Limits {
            bytes: usize::MAX,
            ..Limits::default()
        };
        let fields = Fields::parse_json(raw.as_str().as_bytes(), &limits).map_err(|error| {
            Expected(match error {
                BodyError::Repeated { .. } => "a JSON object with each name once",
                _ => "one JSON object and nothing behind it",
            })
        })?;
        fields
            .read()
            .map(Self)
            .map_err(|_| Expected("a JSON object with the members of its table"))
    }

    fn check(&self, field: &'static Field, report: &mut Report) {
        if let Err(violations) = validate(&self.0) {
            report.nested(violations);
        }
        if let Some(max) = field.max {
            let mut text = Vec::new();
            self.write(&mut text);
            let found = String::from_utf8_lossy(&text).chars().count();
            if found > max as usize {
                report.problem(
                    field,
                    Problem::TooLong {
                        max,
                        length: field.length,
                        found,
                    },
                );
            }
        }
    }
}

struct Members<'a> {
    out: &'a mut Vec<u8>,
    first: bool,
}

impl Members<'_> {
    /// The comma, the name and the colon.
    fn name(&mut self, name: &str) {
        if !std::mem::take(&mut self.first) {
            self.out.push(b',');
        }
        self.string(|out| out.extend_from_slice(name.as_bytes()));
        self.out.push(b':');
    }

    /// A string, whose text is written as it is and escaped afterwards if it must be.
    fn string(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        self.out.push(b'"');
        let at = self.out.len();
        write(self.out);
        // Without an early end, so that the compiler can look at many bytes at a time.
        let special = |found, b: &u8| found | (*b < 0x20) | (*b == b'"') | (*b == b'\\');
        if self.out[at..].iter().fold(false, special) {
            let text = self.out.split_off(at);
            self.out.pop();
            // Writing a string into a vector cannot fail.
            let _ = serde_json::to_writer(&mut *self.out, &String::from_utf8_lossy(&text));
        } else {
            self.out.push(b'"');
        }
    }
}

impl Sink for Members<'_> {
    fn field<V: Value>(&mut self, field: &'static Field, value: &V) {
        self.member(field.name, value);
    }

    fn element<V: Value>(&mut self, field: &'static Field, index: ElementIndex, value: &V) {
        self.member(&field.element_name(index), value);
    }
}

impl Members<'_> {
    /// A member, unless its value is empty.
    fn member<V: Value>(&mut self, name: &str, value: &V) {
        let (start, first) = (self.out.len(), self.first);
        self.name(name);
        let at = self.out.len();
        self.string(|out| value.write(out));
        if &self.out[at..] == b"\"\"" {
            self.out.truncate(start);
            self.first = first;
        }
    }
}

//! Literals that are checked when the program is compiled.

use crate::schema::{Field, Length};

/// A string literal for a field, refused at compile time if it is longer than the field holds.
///
/// # Examples
///
/// ```
/// use signed_xml::{Builder, Message, Text, literal};
///
/// #[derive(Clone, PartialEq, Message, Builder)]
/// #[message(name = "note", section = "1", unsigned)]
/// pub struct Note {
///     #[field(label = "商品描述", max = 4)]
///     pub body: Text,
/// }
///
/// let note = Note::builder().body(literal!(Note, body, "挂号费")).build()?;
/// # Ok::<(), signed_xml::Violations>(())
/// ```
///
/// ```compile_fail
/// # use signed_xml::{Builder, Message, Text, literal};
/// # #[derive(Clone, PartialEq, Message, Builder)]
/// # #[message(name = "note", section = "1", unsigned)]
/// # pub struct Note {
/// #     #[field(label = "商品描述", max = 4)]
/// #     pub body: Text,
/// # }
/// let note = Note::builder().body(literal!(Note, body, "挂号诊疗费")).build();
/// ```
#[macro_export]
macro_rules! literal {
    ($message:ty, $field:ident, $text:literal) => {{
        const LITERAL: &str = $crate::checked_literal(
            <$message as $crate::Message>::SCHEMA.fields,
            stringify!($field),
            $text,
        );
        LITERAL
    }};
}

/// What [`literal!`] expands to.
///
/// # Panics
///
/// At compile time, if there is no such field or the text is too long for it.
#[doc(hidden)]
#[must_use]
pub const fn checked_literal(fields: &[Field], name: &str, text: &'static str) -> &'static str {
    let mut i = 0;
    while i < fields.len() {
        if same(fields[i].name.as_bytes(), name.as_bytes()) {
            if let Some(max) = fields[i].max {
                let length = match fields[i].length {
                    Length::Bytes => text.len(),
                    Length::Chars => characters(text.as_bytes()),
                };
                assert!(length <= max as usize, "{}", fields[i].too_long);
            }
            return text;
        }
        i += 1;
    }
    panic!("this message has no field of that name")
}

/// Equal but for case: the Rust name of a field is its wire name in lower case.
const fn same(wire: &[u8], rust: &[u8]) -> bool {
    wire.eq_ignore_ascii_case(rust)
}

const fn characters(text: &[u8]) -> usize {
    let (mut i, mut count) = (0, 0);
    while i < text.len() {
        // Bytes 10xxxxxx continue a character.
        if text[i] & 0xC0 != 0x80 {
            count += 1;
        }
        i += 1;
    }
    count
}

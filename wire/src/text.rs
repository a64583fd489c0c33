//! Text that shares the buffer of the message it was read from.
//!
//! A reply of forty fields is one allocation, not forty: each [`Text`] is a counted reference into
//! the body that arrived. Text made by a caller owns its buffer.

use std::borrow::{Borrow, Cow};
use std::fmt;
use std::ops::Deref;

use arcstr::{ArcStr, Substr};

/// An immutable string that is cheap to clone.
///
/// It derefs to [`str`], and anything that a string literal or a [`String`] is good for, it is good
/// for. A `Text` that was read from a message keeps that message's buffer alive; where one value of
/// a large message is stored for long, store [`Text::detached`] instead.
///
/// # Examples
///
/// ```
/// use signed_xml::Text;
///
/// let number = Text::from("M17091140641875036");
/// assert_eq!(number, "M17091140641875036");
/// assert!(number.starts_with('M'));
/// ```
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(Substr);

impl Text {
    /// The text as a string slice.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A copy that shares no buffer with the message it came from.
    #[must_use]
    pub fn detached(&self) -> Self {
        Self::from(self.as_str())
    }

    pub(crate) fn part_of(buffer: &ArcStr, start: usize, end: usize) -> Self {
        Self(buffer.substr(start..end))
    }

    pub(crate) fn location(&self) -> (&ArcStr, usize, usize) {
        let range = self.0.range();
        (self.0.parent(), range.start, range.end)
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        self
    }
}

impl Borrow<str> for Text {
    fn borrow(&self) -> &str {
        self
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(Substr::from(text))
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(Substr::from(text))
    }
}

impl From<&String> for Text {
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<Cow<'_, str>> for Text {
    fn from(text: Cow<'_, str>) -> Self {
        Self::from(&*text)
    }
}

impl From<&Text> for Text {
    fn from(text: &Text) -> Self {
        text.clone()
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.as_str().to_owned()
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl PartialEq<String> for Text {
    fn eq(&self, other: &String) -> bool {
        self.as_str() == other.as_str()
    }
}

impl PartialEq<Text> for str {
    fn eq(&self, other: &Text) -> bool {
        self == other.as_str()
    }
}

impl PartialEq<Text> for &str {
    fn eq(&self, other: &Text) -> bool {
        *self == other.as_str()
    }
}

//! A reply that is a table as text, such as a bill.

use std::fmt;
use std::io::BufRead;

use bytes::Bytes;

/// The text that a call was answered with. It is not signed, and not yet checked in any way.
///
/// # Examples
///
/// ```no_run
/// # use signed_xml::Call;
/// # async fn lines<C: Call + Clone>(client: &signed_xml_client::Client, request: &C) -> Result<(), Box<dyn std::error::Error>> {
/// use std::io::BufRead;
///
/// let bill = client.call_text(request, None).await?;
/// for line in bill.reader().lines() {
///     println!("{}", line?);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct TextReply {
    body: Bytes,
}

impl TextReply {
    pub(crate) fn new(body: Bytes) -> Self {
        Self { body }
    }

    /// The bytes as they came.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// The bytes as they came, without a copy.
    #[must_use]
    pub fn into_body(self) -> Bytes {
        self.body
    }

    /// Reads the text from its start.
    pub fn reader(&self) -> impl BufRead {
        &*self.body
    }
}

impl fmt::Debug for TextReply {
    /// The size: a bill is full of personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TextReply({} bytes)", self.body.len())
    }
}

//! A file to lines, whatever its form: text with tabs, Markdown tables, or .docx.

use super::docx;
use super::lines::{Line, MOST_BYTES, ReadError, text_lines};

/// Reads a document of any form.
///
/// # Errors
///
/// [`ReadError`], if the bytes cannot be read as a document.
pub fn lines(bytes: &[u8]) -> Result<Vec<Line>, ReadError> {
    if bytes.len() > MOST_BYTES {
        return Err(ReadError::TooLarge { bytes: bytes.len() });
    }
    if bytes.starts_with(b"PK") {
        return docx::lines(bytes);
    }
    let text = std::str::from_utf8(bytes).map_err(|error| ReadError::NotUtf8 {
        at: error.valid_up_to(),
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    Ok(text_lines(text))
}

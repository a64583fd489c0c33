//! Fields as XML, one by one: for what the one pass of `encode` cannot write.

use memchr::memchr2;

/// Writes fields as XML, in the order given.
pub(crate) fn write_fields<'a>(fields: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<u8> {
    let mut xml = b"<xml>".to_vec();
    for (name, value) in fields {
        xml.push(b'<');
        xml.extend_from_slice(name.as_bytes());
        if value.bytes().all(|b| b.is_ascii_digit()) {
            xml.push(b'>');
            xml.extend_from_slice(value.as_bytes());
            xml.extend_from_slice(b"</");
        } else {
            xml.extend_from_slice(b"><![CDATA[");
            write_cdata(value.as_bytes(), &mut xml);
            xml.extend_from_slice(b"]]></");
        }
        xml.extend_from_slice(name.as_bytes());
        xml.push(b'>');
    }
    xml.extend_from_slice(b"</xml>");
    xml
}

/// The inside of a CDATA section: `]]>` is split over two, and a carriage return, which a reader
/// may turn into a line feed, goes between two as a character reference.
fn write_cdata(text: &[u8], xml: &mut Vec<u8>) {
    let mut rest = text;
    while let Some(at) = memchr2(b']', b'\r', rest) {
        xml.extend_from_slice(&rest[..at]);
        if rest[at] == b'\r' {
            xml.extend_from_slice(b"]]>&#13;<![CDATA[");
            rest = &rest[at + 1..];
        } else if rest[at..].starts_with(b"]]>") {
            xml.extend_from_slice(b"]]]]><![CDATA[>");
            rest = &rest[at + 3..];
        } else {
            xml.push(b']');
            rest = &rest[at + 1..];
        }
    }
    xml.extend_from_slice(rest);
}

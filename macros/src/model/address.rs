//! The address of a call, split into origin and path.

use syn::LitStr;

use crate::problems::Problems;

/// An absolute address without query and fragment.
pub(crate) struct Address {
    /// Scheme and host: `https://api.shop.example`.
    pub(crate) origin: String,
    /// The path, which starts with a slash.
    pub(crate) path: String,
}

impl Address {
    /// Splits an address, or reports why it is not one.
    pub(crate) fn of(literal: &LitStr, problems: &mut Problems) -> Option<Self> {
        let url = literal.value();
        let split = ["https://", "http://"].iter().find_map(|scheme| {
            let (host, path) = url.strip_prefix(scheme)?.split_once('/')?;
            let plain = url
                .chars()
                .all(|c| c.is_ascii_graphic() && !matches!(c, '?' | '#' | '"' | '<' | '>'));
            (!host.is_empty() && !path.is_empty() && plain).then(|| Self {
                origin: format!("{scheme}{host}"),
                path: format!("/{path}"),
            })
        });
        if split.is_none() {
            problems.report(
                literal,
                format_args!("`url` is an absolute address without query, such as \"https://api.example.com/pay/order\", found \"{url}\""),
            );
        }
        split
    }
}

#[cfg(test)]
mod tests {
    use proc_macro2::Span;

    use super::*;

    fn split(url: &str) -> Option<(String, String)> {
        let mut problems = Problems::default();
        let address = Address::of(&LitStr::new(url, Span::call_site()), &mut problems);
        assert_eq!(address.is_none(), !problems.is_empty());
        address.map(|address| (address.origin, address.path))
    }

    #[test]
    fn splits_an_address_at_the_path() {
        let expected = (
            "https://api.shop.example".to_owned(),
            "/cgi-bin/token".to_owned(),
        );
        assert_eq!(
            split("https://api.shop.example/cgi-bin/token"),
            Some(expected)
        );
    }

    #[test]
    fn refuses_what_is_no_plain_absolute_address() {
        for url in [
            "",
            "/token",
            "ftp://host/path",
            "https://host",
            "https:///path",
            "https://host/path?a=b",
            "https://host/a b",
        ] {
            assert_eq!(split(url), None, "{url}");
        }
    }
}

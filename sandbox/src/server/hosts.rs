//! The hosts that the sandbox answers to: the loopback names at its own port, and what was allowed beside them.

use std::net::{Ipv4Addr, Ipv6Addr};

use axum::http::uri::Authority;

/// The hosts that the sandbox answers to.
#[derive(Debug)]
pub(super) struct Hosts {
    /// The port that it listens on.
    pub(super) port: u16,
    /// What was allowed beside the loopback names.
    allowed: Vec<AllowedHost>,
}

impl Hosts {
    pub(super) fn new(port: u16, allowed: Vec<AllowedHost>) -> Self {
        Self { port, allowed }
    }

    pub(super) fn admit(&self, authority: &Authority) -> bool {
        let port = authority.port_u16().unwrap_or(80);
        let allowed = |known: &AllowedHost| {
            known.name.eq_ignore_ascii_case(authority.host())
                && known.port.is_none_or(|known| known == port)
        };
        (is_loopback(authority.host()) && port == self.port) || self.allowed.iter().any(allowed)
    }
}

/// A host beside the loopback names, such as `sandbox.test` (any port) or `sandbox.test:8080`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AllowedHost {
    name: String,
    port: Option<u16>,
}

impl AllowedHost {
    /// The host that a text names, if it names one: a name or an address, without scheme, path or wildcard.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let authority = authority(text)?;
        let name = authority.host();
        let is_name = !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        if !is_name && ipv6(name).is_none() {
            return None;
        }
        Some(Self {
            name: name.to_owned(),
            port: authority.port_u16(),
        })
    }
}

/// `host` or `host:port`; nothing with a user or a port that is not a number.
pub(super) fn authority(text: &str) -> Option<Authority> {
    let authority: Authority = text.parse().ok()?;
    let port = authority.as_str().strip_prefix(authority.host())?;
    (port.is_empty() || authority.port_u16().is_some()).then_some(authority)
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.parse().is_ok_and(|ip: Ipv4Addr| ip.is_loopback())
        || ipv6(host).is_some_and(|ip| ip.is_loopback())
}

/// An IPv6 address in its brackets.
fn ipv6(host: &str) -> Option<Ipv6Addr> {
    host.strip_prefix('[')?.strip_suffix(']')?.parse().ok()
}

//! Where notifications may go: to this machine, and to the networks of the configuration.
//!
//! An order names any address, and the sandbox would post to it from inside a developer's network.
//! So what counts is the address that a connection is made to, in whichever way it was written:
//! the client connects to nothing but what was checked here, and follows no redirect.

use std::error::Error;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// The networks besides loopback.
#[derive(Debug, Clone)]
pub(super) struct Receivers(Arc<[IpNet]>);

/// An address outside them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the notify_url leads to {address}, which is not this machine: add its network to `notify_networks` of the configuration if notifications may go there"
)]
pub(super) struct Forbidden {
    /// What the host of the address stands for.
    address: String,
}

impl Receivers {
    pub(super) fn new(networks: &[IpNet]) -> Self {
        Self(networks.into())
    }

    fn allows(&self, address: IpAddr) -> bool {
        // `::ffff:10.0.0.1` is 10.0.0.1.
        let address = address.to_canonical();
        address.is_loopback() || self.0.iter().any(|network| network.contains(&address))
    }

    /// Refuses an address that is written as a number and may not be reached. A name is looked at
    /// when it is resolved.
    pub(super) fn check(&self, url: &str) -> Result<(), String> {
        let url =
            Url::parse(url).map_err(|error| format!("the notify_url is not a URL: {error}"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(format!(
                "the notify_url has the scheme {:?}, allowed are http and https",
                url.scheme()
            ));
        }
        let address = match url.host() {
            Some(Host::Ipv4(address)) => IpAddr::V4(address),
            Some(Host::Ipv6(address)) => IpAddr::V6(address),
            Some(Host::Domain(_)) => return Ok(()),
            None => return Err("the notify_url has no host".to_owned()),
        };
        match self.allows(address) {
            true => Ok(()),
            false => Err(Forbidden {
                address: address.to_string(),
            }
            .to_string()),
        }
    }

    /// Of the addresses of a name those that may be reached.
    fn allowed(
        &self,
        found: impl Iterator<Item = SocketAddr>,
    ) -> Result<Vec<SocketAddr>, Forbidden> {
        let (allowed, forbidden): (Vec<_>, Vec<_>) =
            found.partition(|found| self.allows(found.ip()));
        match forbidden.first() {
            Some(first) if allowed.is_empty() => Err(Forbidden {
                address: first.ip().to_string(),
            }),
            _ => Ok(allowed),
        }
    }
}

impl Resolve for Receivers {
    fn resolve(&self, name: Name) -> Resolving {
        let receivers = self.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed = receivers.allowed(found)?;
            let addresses: Addrs = Box::new(allowed.into_iter());
            Ok::<_, Box<dyn Error + Send + Sync>>(addresses)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sockets(addresses: &[&str]) -> Vec<SocketAddr> {
        let parsed = addresses.iter().map(|address| address.parse().unwrap());
        parsed.map(|address: IpAddr| (address, 0).into()).collect()
    }

    #[test]
    fn of_the_addresses_of_a_name_only_those_that_may_be_reached_are_left() {
        let receivers = Receivers::new(&["10.1.0.0/16".parse().unwrap()]);
        let found = sockets(&["10.2.0.1", "127.0.0.1", "10.1.2.3", "::1", "fe80::1"]);
        let left = receivers.allowed(found.into_iter()).unwrap();
        assert_eq!(left, sockets(&["127.0.0.1", "10.1.2.3", "::1"]));
        let found = sockets(&["169.254.169.254", "10.2.0.1"]);
        let refused = receivers.allowed(found.into_iter()).unwrap_err();
        assert!(refused.to_string().contains("169.254.169.254"), "{refused}");
    }
}

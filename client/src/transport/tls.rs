//! Whom a connection trusts, and who this machine says it is.
//!
//! Steps: the certificates that the operating system trusts, those of a CA of one's own beside or
//! instead of them, and a certificate and key that this machine shows when it is asked for them.

use std::fmt;
use std::sync::Arc;

use rustls::client::WantsClientCert;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, ConfigBuilder, RootCertStore};
use rustls_platform_verifier::Verifier;
use zeroize::Zeroizing;

use super::TransportError;

/// Certificates and a key, as PEM, unread.
#[derive(Clone, Default)]
pub(super) struct Tls {
    /// Certificates of CAs besides those of the operating system.
    pub(super) authorities: Vec<Vec<u8>>,
    /// Whether those of the operating system do not count.
    pub(super) own_authorities_only: bool,
    /// What this machine shows.
    pub(super) identity: Option<Arc<Identity>>,
}

/// A client certificate, as PEM, unread.
pub(super) struct Identity {
    /// The certificate and those that lead to its CA.
    pub(super) chain: Vec<u8>,
    pub(super) key: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for Tls {
    /// How many CAs there are and whether there is a key, which is secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls")
            .field("authorities", &self.authorities.len())
            .field("own_authorities_only", &self.own_authorities_only)
            .field("has_client_certificate", &self.identity.is_some())
            .finish()
    }
}

impl Tls {
    /// The settings for rustls.
    ///
    /// A system without any certificate still gets a transport, since a sandbox on this machine needs
    /// none; every `https` call then fails before it is sent.
    pub(super) fn config(&self) -> Result<ClientConfig, TransportError> {
        let provider = CryptoProvider::get_default()
            .cloned()
            .unwrap_or_else(|| Arc::new(rustls::crypto::ring::default_provider()));
        let config = self.trusting(provider)?;
        let Some(identity) = &self.identity else {
            return Ok(config.with_no_client_auth());
        };
        let chain = certificates(&identity.chain, "the client certificate")?;
        // The parser's own words may repeat a line of the key.
        let key =
            PrivateKeyDer::from_pem_slice(&identity.key).map_err(|_| TransportError::Request {
                detail: "TLS: the key of the client certificate is not a private key in PEM form"
                    .to_owned(),
            })?;
        config
            .with_client_auth_cert(chain, key)
            .map_err(|error| unusable(&error))
    }

    /// The settings as far as they say whom to trust.
    fn trusting(
        &self,
        provider: Arc<CryptoProvider>,
    ) -> Result<ConfigBuilder<ClientConfig, WantsClientCert>, TransportError> {
        let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| unusable(&error))?;
        let mut own = Vec::new();
        for pem in &self.authorities {
            own.extend(certificates(pem, "the CA certificate")?);
        }
        if !self.own_authorities_only {
            match Verifier::new_with_extra_roots(own.iter().cloned(), provider) {
                Ok(verifier) => {
                    return Ok(config
                        .dangerous()
                        .with_custom_certificate_verifier(Arc::new(verifier)));
                }
                Err(error) => {
                    tracing::warn!(%error, "no CA certificates: install this system's ca-certificates, https calls are refused until then");
                }
            }
        }
        let mut roots = RootCertStore::empty();
        for authority in own {
            roots.add(authority).map_err(|error| unusable(&error))?;
        }
        Ok(config.with_root_certificates(roots))
    }
}

fn certificates(pem: &[u8], what: &str) -> Result<Vec<CertificateDer<'static>>, TransportError> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    match read {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        _ => Err(TransportError::Request {
            detail: format!(
                "TLS: {what} is not in PEM form: expected `-----BEGIN CERTIFICATE-----`"
            ),
        }),
    }
}

fn unusable(error: &rustls::Error) -> TransportError {
    TransportError::Request {
        detail: format!("TLS: {error}"),
    }
}

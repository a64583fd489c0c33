//! Access tokens as stores hold them: sealed, so that a reader of a database, its log or a backup cannot call the platform with one.
//!
//! XChaCha20-Poly1305 with a key made from the merchant's signing key, and the hospital's name as associated data. The nonce is a keyed digest of what is
//! sealed, so that nothing random is needed and only equal tokens look equal. What was sealed with another key, or is not sealed, counts as no token:
//! the client then asks for a new one. Source: RFC 8439; draft-irtf-cfrg-xchacha; RFC 5297 for the idea of such a nonce.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use signed_xml_client::{BoxFuture, Merchant, Token, TokenLease, TokenStore, TokenStoreError};

/// What a sealed token begins with.
const MARK: &str = "sealed1:";
/// What the two keys are made for.
const SEAL: &str = "payinsurance access token";
const NONCE: &str = "payinsurance access token nonce";

const NONCE_BYTES: usize = 24;

/// A [`TokenStore`] that stores nothing in clear in another one.
pub(super) struct SealedTokens {
    inner: Box<dyn TokenStore>,
    seal: Arc<Seal>,
}

struct Seal {
    cipher: XChaCha20Poly1305,
    /// Makes nonces.
    mac: Hmac<Sha256>,
    hospital: String,
}

impl SealedTokens {
    /// Seals for that hospital with keys made from the merchant's.
    pub(super) fn new(inner: Box<dyn TokenStore>, hospital: &str, merchant: &Merchant) -> Self {
        let mac = Hmac::new_from_slice(&*merchant.derive_key(NONCE));
        let seal = Seal {
            cipher: XChaCha20Poly1305::new((&*merchant.derive_key(SEAL)).into()),
            mac: mac.expect("invariant: HMAC takes keys of any length"),
            hospital: hospital.to_owned(),
        };
        Self {
            inner,
            seal: Arc::new(seal),
        }
    }
}

impl TokenStore for SealedTokens {
    fn current(&self) -> BoxFuture<'_, Result<Option<Token>, TokenStoreError>> {
        Box::pin(async {
            let found = self.inner.current().await?;
            Ok(found.as_ref().and_then(|sealed| self.seal.open(sealed)))
        })
    }

    fn lease(&self) -> BoxFuture<'_, Result<Box<dyn TokenLease + '_>, TokenStoreError>> {
        Box::pin(async {
            let inner = self.inner.lease().await?;
            let token = inner.token().and_then(|sealed| self.seal.open(sealed));
            let lease: Box<dyn TokenLease> = Box::new(SealedLease {
                inner,
                token,
                seal: &self.seal,
            });
            Ok(lease)
        })
    }
}

struct SealedLease<'a> {
    inner: Box<dyn TokenLease + 'a>,
    token: Option<Token>,
    seal: &'a Seal,
}

impl TokenLease for SealedLease<'_> {
    fn token(&self) -> Option<&Token> {
        self.token.as_ref()
    }

    fn store<'a>(self: Box<Self>, token: Token) -> BoxFuture<'a, Result<(), TokenStoreError>>
    where
        Self: 'a,
    {
        match self.seal.close(&token) {
            Some(sealed) => self.inner.store(sealed),
            None => Box::pin(async {
                Err(TokenStoreError::new("the access token could not be sealed"))
            }),
        }
    }
}

impl Seal {
    /// The token as it is stored.
    fn close(&self, token: &Token) -> Option<Token> {
        let value = token.value().as_bytes();
        let digest = self.mac.clone().chain_update(value).finalize().into_bytes();
        let (nonce, _) = digest.as_slice().split_first_chunk::<NONCE_BYTES>()?;
        let payload = Payload {
            msg: value,
            aad: self.hospital.as_bytes(),
        };
        let sealed = self.cipher.encrypt(&XNonce::from(*nonce), payload).ok()?;
        let text = URL_SAFE_NO_PAD.encode([nonce.as_slice(), &sealed].concat());
        let value = format!("{MARK}{text}");
        Some(Token::stored(value, token.renew_at(), token.expires_at()))
    }

    /// The token of a stored one; `None` if it is not sealed, or not with this key for this hospital.
    fn open(&self, stored: &Token) -> Option<Token> {
        let text = stored.value().strip_prefix(MARK)?;
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE_BYTES>()?;
        let payload = Payload {
            msg: sealed,
            aad: self.hospital.as_bytes(),
        };
        let value = self.cipher.decrypt(&XNonce::from(*nonce), payload).ok()?;
        let value = String::from_utf8(value).ok()?;
        Some(Token::stored(value, stored.renew_at(), stored.expires_at()))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

    use std::time::Duration;

    use payinsurance::Key;
    use signed_xml_client::MemoryTokenStore;

    use super::*;

    const KEY: &str = "192006250b4c09247ec02edce69f6a2d";
    const OTHER_KEY: &str = "292006250b4c09247ec02edce69f6a2d";

    fn merchant(key: &str) -> Merchant {
        let key = Key::new(key).unwrap();
        Merchant::service_provider("wx1", "1900000109", "1900000110", key).unwrap()
    }

    fn sealed(store: &Arc<MemoryTokenStore>, hospital: &str, key: &str) -> SealedTokens {
        SealedTokens::new(Box::new(Arc::clone(store)), hospital, &merchant(key))
    }

    fn token(value: &str) -> Token {
        let at = "2020-07-13T08:00:00Z".parse().unwrap();
        Token::new(value.to_owned(), at, Duration::from_secs(7200)).unwrap()
    }

    async fn keep(tokens: &dyn TokenStore, value: &str) {
        let lease = tokens.lease().await.unwrap();
        lease.store(token(value)).await.unwrap();
    }

    #[tokio::test]
    async fn a_token_comes_back_as_it_was_kept_and_is_not_stored_in_clear() {
        let store = Arc::new(MemoryTokenStore::default());
        let tokens = sealed(&store, "first", KEY);
        assert!(tokens.current().await.unwrap().is_none());
        for value in ["42_a-token", "one-more"] {
            keep(&tokens, value).await;
            assert_eq!(tokens.current().await.unwrap(), Some(token(value)));
            let lease = tokens.lease().await.unwrap();
            assert_eq!(lease.token(), Some(&token(value)));
            drop(lease);
            let stored = store.current().await.unwrap().unwrap();
            assert!(value.is_empty() || !stored.value().contains(value));
            assert_eq!(stored.expires_at(), token(value).expires_at());
        }
    }

    #[tokio::test]
    async fn what_another_key_or_hospital_has_sealed_reads_as_absent() {
        let store = Arc::new(MemoryTokenStore::default());
        keep(&sealed(&store, "first", KEY), "42_a-token").await;
        for others in [
            sealed(&store, "first", OTHER_KEY),
            sealed(&store, "second", KEY),
        ] {
            assert!(others.current().await.unwrap().is_none());
            assert!(others.lease().await.unwrap().token().is_none());
        }
        assert!(
            sealed(&store, "first", KEY)
                .current()
                .await
                .unwrap()
                .is_some()
        );
    }

    #[tokio::test]
    async fn what_is_not_sealed_or_damaged_reads_as_absent_and_is_replaced() {
        let store = Arc::new(MemoryTokenStore::default());
        let tokens = sealed(&store, "first", KEY);
        keep(&tokens, "42_a-token").await;
        let whole = store.current().await.unwrap().unwrap();
        let mut damaged = whole.value().to_owned();
        let last = if damaged.pop() == Some('A') { 'B' } else { 'A' };
        damaged.insert(MARK.len(), last);
        for value in ["42_in-clear", MARK, "sealed1:AAAA", "sealed1:%", &damaged] {
            keep(&store, value).await;
            assert!(tokens.current().await.unwrap().is_none(), "{value}");
            keep(&tokens, "42_new").await;
            assert_eq!(tokens.current().await.unwrap(), Some(token("42_new")));
        }
    }
}

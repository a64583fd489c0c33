//! The clock of the peer, as the `Date` of its responses shows it.

use jiff::{SignedDuration, Timestamp};

/// The time of the peer and the time of the client at one moment.
///
/// `Date` is not signed and counts whole seconds: good for noticing that a clock is wrong, and for nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeerClock {
    /// The time that the response says.
    pub peer: Timestamp,
    /// The client's time when it had the response.
    pub own: Timestamp,
}

impl PeerClock {
    /// How far the client's clock is ahead of the peer's; negative if it is behind.
    ///
    /// # Examples
    ///
    /// ```
    /// use jiff::SignedDuration;
    /// use signed_xml_client::PeerClock;
    ///
    /// let reading = PeerClock { peer: "2026-05-01T08:31:02Z".parse()?, own: "2026-05-01T08:36:02Z".parse()? };
    /// assert_eq!(reading.own_is_ahead(), SignedDuration::from_mins(5));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn own_is_ahead(&self) -> SignedDuration {
        self.own.duration_since(self.peer)
    }
}

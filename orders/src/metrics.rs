//! What is counted, for a Prometheus endpoint. Names follow OpenTelemetry's conventions as Prometheus writes them; no label holds a number of an order.

use std::sync::atomic::AtomicU64;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::{Family, MetricConstructor};
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::State;

type Labels = [(&'static str, &'static str); 2];
type Label = [(&'static str, &'static str); 1];

/// The counters of one desk.
pub(crate) struct Metrics {
    registry: Registry,
    transitions: Family<Labels, Counter>,
    notifications: Family<Label, Counter>,
    calls: Family<Labels, Histogram, Buckets>,
    deliveries: Family<Label, Counter>,
    store_errors: Counter<u64, AtomicU64>,
}

/// The buckets of a call's duration, in seconds.
#[derive(Clone)]
struct Buckets;

impl MetricConstructor<Histogram> for Buckets {
    fn new_metric(&self) -> Histogram {
        Histogram::new([0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0])
    }
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("payinsurance");
        let transitions = Family::default();
        registry.register(
            "order_transitions",
            "Moves of orders from one state to another",
            transitions.clone(),
        );
        let notifications = Family::default();
        registry.register(
            "notifications",
            "Notifications, by what became of them",
            notifications.clone(),
        );
        let calls = Family::new_with_constructor(Buckets);
        registry.register_with_unit(
            "client_call_duration",
            "Calls to the platform, by interface and kind of failure",
            Unit::Seconds,
            calls.clone(),
        );
        let deliveries = Family::default();
        registry.register(
            "event_deliveries",
            "Deliveries of events to the hospital's own system",
            deliveries.clone(),
        );
        let store_errors = Counter::default();
        registry.register(
            "store_errors",
            "Times that the store did not do what it was asked",
            store_errors.clone(),
        );
        Self {
            registry,
            transitions,
            notifications,
            calls,
            deliveries,
            store_errors,
        }
    }
}

impl Metrics {
    pub(crate) fn moved(&self, from: State, to: State) {
        let labels = [("from", from.as_str()), ("to", to.as_str())];
        self.transitions.get_or_create(&labels).inc();
    }

    pub(crate) fn notified(&self, outcome: &'static str) {
        self.notifications
            .get_or_create(&[("outcome", outcome)])
            .inc();
    }

    pub(crate) fn called(&self, interface: &'static str, error_type: &'static str, seconds: f64) {
        let labels = [("interface", interface), ("error_type", error_type)];
        self.calls.get_or_create(&labels).observe(seconds);
    }

    pub(crate) fn delivered(&self, outcome: &'static str) {
        self.deliveries.get_or_create(&[("outcome", outcome)]).inc();
    }

    pub(crate) fn store_failed(&self) {
        self.store_errors.inc();
    }

    /// All of it in the text format of OpenMetrics.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        // Writing into a string cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

//! Decisions and runs, in memory, on SQLite and PostgreSQL.

use payinsurance_orders::store::MemoryStore;
use payinsurance_reconcile::{Decision, Ledger, LedgerError, Report, Scope, Since, Standing};

use crate::orders::{CLINIC, DAYS, differences, keep, noon, paid, row, run};

fn scope() -> Scope {
    Scope {
        days: DAYS,
        merchants: [CLINIC.to_owned()].into(),
    }
}

fn decision(who: &str) -> Decision {
    Decision {
        at: noon(1),
        who: who.to_owned(),
        why: "paid in cash at the counter".to_owned(),
    }
}

/// The cases in each kind of ledger.
macro_rules! on_each {
    ($($name:ident)*) => {
        #[cfg(feature = "sqlite")]
        mod memory {
            use super::*;
            $(
                #[tokio::test]
                async fn $name() {
                    super::$name(&Ledger::memory().await.unwrap()).await;
                }
            )*
        }
        #[cfg(feature = "sqlite")]
        mod sqlite {
            use super::*;
            $(
                #[tokio::test]
                async fn $name() {
                    let folder = tempfile::tempdir().unwrap();
                    let path = folder.path().join("ledger 50%?.db");
                    let ledger = Ledger::sqlite(&path).await.unwrap();
                    super::$name(&ledger).await;
                    ledger.close().await;
                }
            )*
        }
        #[cfg(feature = "postgres")]
        mod postgres {
            use super::*;
            $(
                #[tokio::test]
                async fn $name() {
                    let Some(url) = crate::server::url() else { return };
                    let case = concat!("reconcile_", stringify!($name));
                    let url = crate::server::fresh_schema(&url, case).await;
                    assert!(Ledger::existing_postgres(&url).await.unwrap().is_none());
                    let ledger = Ledger::postgres(&url).await.unwrap();
                    super::$name(&ledger).await;
                    ledger.close().await;
                    assert!(Ledger::existing_postgres(&url).await.unwrap().is_some());
                }
            )*
        }
    };
}

on_each! {
    a_decided_difference_does_not_come_back_and_a_changed_one_does
    a_second_run_shows_what_is_new_and_what_went
    a_decision_without_a_reason_is_refused_and_the_first_one_stays
}

async fn a_decided_difference_does_not_come_back_and_a_changed_one_does(ledger: &Ledger) {
    let store = MemoryStore::default();
    keep(&store, &paid("A")).await;
    let cheaper = || row("A").replace("`77.50", "`70.00");
    let mut outcome = run(&store, &[cheaper()]).await;
    let found = differences(&mut outcome);
    let prints: Vec<String> = found.iter().map(|found| found.fingerprint()).collect();
    let decided = ledger.decide(&prints, &decision("Li")).await.unwrap();
    assert_eq!(decided, prints.len() as u64);
    for (rows, open) in [
        (vec![cheaper()], 0),
        (
            vec![row("A").replace("`77.50", "`69.99")],
            prints.len() as u64,
        ),
    ] {
        let outcome = run(&store, &rows).await;
        let decisions = ledger.decisions().await.unwrap();
        let mut report = Report::new(outcome, decisions, Since::default());
        let decided = prints.len() as u64 - open;
        assert_eq!(report.standing().unwrap(), Standing { open, decided });
    }
}

async fn a_second_run_shows_what_is_new_and_what_went(ledger: &Ledger) {
    let store = MemoryStore::default();
    keep(&store, &paid("A")).await;
    keep(&store, &paid("B")).await;
    let mut first = run(&store, &[row("A"), row("C")]).await;
    let since = ledger.since(&scope(), &mut first).await.unwrap();
    assert!(since.at.is_none() && since.new.is_empty() && since.gone.is_empty());
    ledger
        .record(&scope(), &mut first, "Li", noon(1))
        .await
        .unwrap();
    let mut second = run(&store, &[row("B"), row("C")]).await;
    let since = ledger.since(&scope(), &mut second).await.unwrap();
    assert_eq!(since.at, Some(noon(1)));
    assert_eq!(since.new.len(), 1, "the bill has lost A");
    let gone: Vec<&str> = since
        .gone
        .iter()
        .map(|gone| gone.key.hosp_out_trade_no.as_str())
        .collect();
    assert_eq!(gone, ["B"]);
    let elsewhere = Scope {
        merchants: ["branch".to_owned()].into(),
        ..scope()
    };
    let since = ledger.since(&elsewhere, &mut second).await.unwrap();
    assert!(since.at.is_none(), "another hospital is another scope");
}

async fn a_decision_without_a_reason_is_refused_and_the_first_one_stays(ledger: &Ledger) {
    let print = ["0".repeat(32)];
    let empty = Decision {
        why: " ".to_owned(),
        ..decision("Li")
    };
    let error = ledger.decide(&print, &empty).await.unwrap_err();
    assert!(matches!(error, LedgerError::Words { field: "why", .. }));
    assert_eq!(ledger.decide(&print, &decision("Li")).await.unwrap(), 1);
    assert_eq!(ledger.decide(&print, &decision("Wang")).await.unwrap(), 0);
    assert_eq!(ledger.decisions().await.unwrap()[&print[0]], decision("Li"));
}

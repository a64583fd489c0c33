//! Placing orders: the same one again, another one under its number, lost requests and lost answers, refusals.

use payinsurance::ErrorCode;
use payinsurance::enums::AllowFeeChange;
use payinsurance_orders::{Desk, DeskError, State};
use payinsurance_sandbox::{Fault, Interface, Mode};
use signed_xml::Fen;

use crate::hospital::{HOSPITAL, Hospital};
use crate::world::{Trouble, order};

#[tokio::test]
async fn an_order_is_placed_and_says_where_to_pay() {
    let hospital = Hospital::new();
    let placed = hospital.place("T1").await;
    assert_eq!(placed.state, State::Placed);
    let link = placed.placed.unwrap().pay_url.unwrap();
    assert!(link.starts_with("https://pay.example/"), "{link}");
    assert_eq!(
        hospital.story("T1").await,
        [
            "caller: stored (250 fen asked for)",
            "caller: placed (M26050100000000001)"
        ]
    );
}

#[tokio::test]
async fn a_placed_order_gives_the_ways_to_pay_of_the_document() {
    let hospital = Hospital::new();
    let placed = hospital.place("T1").await.placed.unwrap();
    let reply = placed.reply().unwrap();
    let ways = (
        reply.official_account().map(|way| way.url),
        reply.app().map(|way| way.url),
        reply.mini_program().map(|way| way.path),
    );
    let url = placed.pay_url.as_deref();
    assert!(
        ways == (url, url, None) || ways == (None, None, url),
        "a link, or a mini program"
    );
    let lost = payinsurance_orders::Placed {
        pay_url: None,
        ..placed
    };
    assert!(lost.reply().is_none());
}

#[tokio::test]
async fn the_same_order_again_is_what_is_known_and_is_not_sent_again() {
    let hospital = Hospital::new();
    let first = hospital.place("T1").await;
    let again = hospital.place("T1").await;
    assert!(first == again);
    let elsewhere = hospital
        .another_process()
        .place(HOSPITAL, &order("T1"))
        .await;
    assert!(first == elsewhere.unwrap());
    assert_eq!(hospital.outside.calls("unifiedorder"), 1);
}

#[tokio::test]
async fn another_order_under_a_number_in_use_is_a_conflict() {
    let hospital = Hospital::new();
    hospital.place("T1").await;
    let mut other = order("T1");
    other.total_fee = Fen(251);
    let error = hospital.desk.place(HOSPITAL, &other).await.unwrap_err();
    assert!(matches!(error, DeskError::Conflict { .. }), "{error}");
    assert_eq!(hospital.outside.calls("unifiedorder"), 1);
}

#[tokio::test]
async fn a_request_that_breaks_a_rule_is_neither_stored_nor_sent() {
    let hospital = Hospital::new();
    let mut wrong = order("T1");
    wrong.total_fee = Fen(1);
    let error = hospital.desk.place(HOSPITAL, &wrong).await.unwrap_err();
    assert!(matches!(error, DeskError::Invalid(_)), "{error}");
    let none = hospital.desk.order(HOSPITAL, "T1").await.unwrap_err();
    assert!(matches!(none, DeskError::NoOrder { .. }), "{none}");
    assert_eq!(hospital.outside.calls("unifiedorder"), 0);
}

#[tokio::test]
async fn a_number_with_a_control_character_is_neither_stored_nor_sent() {
    let hospital = Hospital::new();
    for number in ["T\0", "T1\n", "T1\u{85}"] {
        let mut pasted = order("T1");
        pasted.hosp_out_trade_no = number.into();
        let error = hospital.desk.place(HOSPITAL, &pasted).await.unwrap_err();
        let message = error.to_string();
        assert!(
            message.starts_with("hosp_out_trade_no has a control"),
            "{message}"
        );
        let none = hospital.desk.order(HOSPITAL, number).await.unwrap_err();
        assert!(matches!(none, DeskError::NoOrder { .. }), "{none}");
        let history = hospital.desk.history(HOSPITAL, number).await.unwrap().rows;
        assert!(history.is_empty());
    }
    assert_eq!(hospital.outside.calls("unifiedorder"), 0);
}

#[tokio::test]
async fn a_hospital_whose_name_has_a_control_character_is_refused() {
    let hospital = Hospital::new();
    let client = hospital.outside.client(Mode::ServiceProvider);
    let desk = Desk::builder(hospital.store.clone()).merchant("first\0", client);
    let error = desk.build().unwrap_err().to_string();
    assert!(error.contains("\"first\\0\""), "{error}");
    assert!(error.contains("at character 6"), "{error}");
}

#[tokio::test]
async fn a_lost_request_is_asked_for_twice_and_then_sent_again_under_its_number() {
    let hospital = Hospital::new();
    hospital
        .outside
        .trouble("unifiedorder", Trouble::RequestLost);
    let unknown = hospital.place("T1").await;
    assert_eq!(unknown.state, State::Placing);
    assert_eq!(hospital.outside.calls("queryorder"), 1, "asked at once");
    hospital.pass(60).await;
    let placed = hospital.order("T1").await;
    assert_eq!(placed.state, State::Placed);
    assert!(placed.placed.unwrap().pay_url.is_some());
    assert_eq!(hospital.outside.calls("unifiedorder"), 2);
    assert_eq!(hospital.delivered(), ["order.placed"]);
}

#[tokio::test]
async fn a_lost_answer_is_found_by_asking_and_never_sent_again() {
    let hospital = Hospital::new();
    hospital
        .outside
        .trouble("unifiedorder", Trouble::AnswerLost);
    let placed = hospital.place("T1").await;
    assert_eq!(placed.state, State::Placed);
    assert_eq!(
        placed.placed.unwrap().pay_url,
        None,
        "the link cannot be asked for"
    );
    assert_eq!(hospital.outside.calls("unifiedorder"), 1);
}

#[tokio::test]
async fn what_never_left_is_sent_by_the_workers() {
    let hospital = Hospital::new();
    hospital.outside.trouble("unifiedorder", Trouble::NotSent);
    assert_eq!(hospital.place("T1").await.state, State::Placing);
    hospital.pass(120).await;
    assert_eq!(hospital.state("T1").await, State::Placed);
}

#[tokio::test]
async fn a_signed_refusal_ends_the_order_and_says_why() {
    let hospital = Hospital::new();
    let fault = Fault {
        interface: Interface::Unifiedorder,
        code: ErrorCode::IdentityMismatch,
        takes_effect: false,
    };
    hospital.outside.parts().platform.fail_next(fault);
    let refused = hospital.place("T1").await;
    assert_eq!(refused.state, State::Refused);
    assert_eq!(refused.facts[0], ("err_code".to_owned(), "534".to_owned()));
    hospital.pass(600).await;
    assert_eq!(hospital.state("T1").await, State::Refused);
    assert_eq!(hospital.delivered(), ["order.refused"]);
}

#[tokio::test]
async fn a_code_that_may_have_taken_effect_is_asked_for() {
    for takes_effect in [true, false] {
        let hospital = Hospital::new();
        let fault = Fault {
            interface: Interface::Unifiedorder,
            code: ErrorCode::SystemError,
            takes_effect,
        };
        hospital.outside.parts().platform.fail_next(fault);
        let order = hospital.place("T1").await;
        assert_eq!(order.state == State::Placed, takes_effect);
        hospital.pass(60).await;
        assert_eq!(hospital.state("T1").await, State::Placed);
    }
}

#[tokio::test]
async fn an_error_page_and_an_unsigned_fail_end_nothing() {
    let hospital = Hospital::new();
    hospital.outside.trouble("unifiedorder", Trouble::Gateway);
    assert_eq!(hospital.place("T1").await.state, State::Placing);
    hospital.pass(120).await;
    assert_eq!(hospital.state("T1").await, State::Placed);
}

#[tokio::test]
async fn a_number_that_is_taken_by_our_own_earlier_try_is_our_order() {
    let hospital = Hospital::new();
    let fault = |code, takes_effect| Fault {
        interface: Interface::Unifiedorder,
        code,
        takes_effect,
    };
    let first = fault(ErrorCode::DuplicateTradeNo, true);
    hospital.outside.parts().platform.fail_next(first);
    assert_eq!(hospital.place("T1").await.state, State::Placed);
    assert_eq!(hospital.outside.calls("unifiedorder"), 1);
}

#[tokio::test]
async fn a_number_that_another_system_took_is_a_contradiction_for_people_and_nothing_final() {
    let hospital = Hospital::new();
    hospital.place("T1").await;
    // The same platform, and a desk that knows nothing of the order.
    let other = Hospital::with(Default::default(), |desk| desk);
    *other.outside.parts() = std::mem::replace(
        &mut *hospital.outside.parts(),
        crate::world::Outside::new(Default::default(), 2).take(),
    );
    let mut foreign = order("T1");
    foreign.bill_no = "OTHER".into();
    let order = other.desk.place(HOSPITAL, &foreign).await.unwrap();
    assert_eq!(order.state, State::Placing);
    let contradiction = order.contradiction.unwrap();
    assert_eq!(contradiction.reason, "bill_no is BT1, ours is OTHER");
    other.work().await;
    assert_eq!(other.delivered(), ["order.contradicted"]);
}

#[tokio::test]
async fn a_bureau_that_may_change_the_shares_is_accepted() {
    let hospital = Hospital::new();
    let mut online = order("T1");
    online.allow_fee_change = AllowFeeChange::Allow;
    let order = hospital.desk.place(HOSPITAL, &online).await.unwrap();
    assert!(order.amounts.may_change);
}

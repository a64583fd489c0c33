//! What we receive: whatever the reader takes is valid, and what the flow cannot do without is asked for.

use proptest::prelude::*;
use serde_json::{Value, json};
use signed_xml::{Message, SIGN};

use super::{Schemas, object};
use crate::by_schema::{Kind, fields, hold, kind, pairs};

/// Runs a generic function for every message that the platform sends.
macro_rules! for_every_received {
    ($function:ident) => {
        for_every_received! { $function:
            closeorder::Response, getbalancebill::Response, gettoken::Response, notification::Notification,
            queryorder::Response, queryrefund::Response, refund::Response, token::Response,
            unifiedorder::Response, verifyname::Response,
        }
    };
    ($function:ident: $($module:ident::$message:ident),* $(,)?) => {
        $($function::<payinsurance::$module::$message>();)*
    };
}

#[test]
fn what_the_reader_takes_is_valid_unknown_fields_and_values_included() {
    for_every_received!(valid);
}

fn valid<M: Message>() {
    let schemas = Schemas::of_the_spec();
    hold(M::SCHEMA.message, 48, pairs::<M>(), |pairs| {
        let mut instance = object(&fields(&pairs));
        instance.insert("zz_new".to_owned(), json!("甲"));
        prop_assert_eq!(
            schemas.problems(M::SCHEMA.message, &instance),
            Vec::<String>::new()
        );
        // What is empty counts as absent, and does no harm.
        for field in M::SCHEMA
            .fields
            .iter()
            .filter(|field| !field.demanded && field.name != SIGN)
        {
            if !instance.contains_key(field.name) {
                instance.insert(field.name.to_owned(), json!(""));
            }
        }
        prop_assert_eq!(
            schemas.problems(M::SCHEMA.message, &instance),
            Vec::<String>::new()
        );
        Ok(())
    });
}

#[test]
fn what_the_reader_cannot_read_or_misses_is_refused() {
    for_every_received!(refused);
}

fn refused<M: Message>() {
    let schemas = Schemas::of_the_spec();
    hold(M::SCHEMA.message, 8, pairs::<M>(), |mut pairs| {
        // A part of the reply is demanded of a success only.
        for (name, value) in &mut pairs {
            if name == "result_code" {
                "SUCCESS".clone_into(value);
            }
        }
        if M::SCHEMA.field("result_code").is_some()
            && pairs.iter().all(|(name, _)| name != "result_code")
        {
            pairs.push(("result_code".to_owned(), "SUCCESS".to_owned()));
        }
        if M::SCHEMA.field("return_code").is_some()
            && pairs.iter().all(|(name, _)| name != "return_code")
        {
            pairs.push(("return_code".to_owned(), "SUCCESS".to_owned()));
        }
        let whole = object(&fields(&pairs));
        for field in M::SCHEMA.fields.iter().filter(|field| field.name != SIGN) {
            let problems = |value: Option<Value>| {
                let mut instance = whole.clone();
                match value {
                    Some(value) => instance.insert(field.name.to_owned(), value),
                    None => instance.remove(field.name),
                };
                schemas.problems(M::SCHEMA.message, &instance)
            };
            if field.demanded {
                prop_assert!(!problems(None).is_empty(), "without `{}`", field.name);
                prop_assert!(
                    !problems(Some(json!(""))).is_empty(),
                    "`{}` empty",
                    field.name
                );
            }
            if kind::<M>(field) != Kind::Text {
                prop_assert!(
                    !problems(Some(json!("甲"))).is_empty(),
                    "`{}` unreadable",
                    field.name
                );
            }
        }
        Ok(())
    });
}

#[test]
fn a_field_under_an_alias_counts() {
    let schemas = Schemas::of_the_spec();
    let reply = json!({ "return_code": "SUCCESS", "result_code": "FAIL", "err_code": "541", "err_code_desc": "订单信息不存在" });
    assert_eq!(
        schemas.problems("closeorder response", reply.as_object().unwrap()),
        Vec::<String>::new()
    );
    let unreadable = json!({ "return_code": "SUCCESS", "insurance_self_fee": "1.5" });
    assert!(
        !schemas
            .problems("queryorder response", unreadable.as_object().unwrap())
            .is_empty()
    );
}

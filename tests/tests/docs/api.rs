//! The OpenAPI document of the sandbox: it has every path, and every answer is as it says.

use std::collections::BTreeSet;

use payinsurance_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::sandbox::ask;

/// Places an order by the platform's own interface, so that there is one to ask about.
async fn place(sandbox: &Sandbox, number: &str) {
    let mut order = payinsurance_sandbox::samples::order(number);
    // Nothing listens there: notifications end as "connection refused".
    order.notify_url = "http://127.0.0.1:9/notify".into();
    let client = conformance::sandbox::client(sandbox);
    client.unifiedorder(&order).await.unwrap();
}

/// An answer's schema, with what it refers to.
fn validator(document: &Value, schema: &Value) -> jsonschema::Validator {
    let mut schema = schema.clone();
    schema["components"] = document["components"].clone();
    jsonschema::validator_for(&schema).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_path_of_the_sandbox_answers_as_its_openapi_document_says() {
    let sandbox = Sandbox::start().await.unwrap();
    place(&sandbox, "T1").await;
    let origin = sandbox.origin();
    let get = async |path: &str| -> Value {
        let (status, body) = ask(origin, "GET", path, "").await;
        assert_eq!(status, 200, "{path}: {body}");
        serde_json::from_str(&body).unwrap()
    };
    let document = get("/sandbox/openapi.json").await;
    let index = get("/sandbox").await;

    let listed = index["paths"].as_object().unwrap().keys();
    let listed: BTreeSet<&str> = listed
        .map(|name| name.split(['?', ' ']).nth(1).unwrap())
        .collect();
    let paths = document["paths"].as_object().unwrap();
    let described: BTreeSet<&str> = paths.keys().map(String::as_str).collect();
    assert_eq!(described, listed);

    let mut asked = 0;
    for (path, operations) in paths {
        for (method, operation) in operations.as_object().unwrap() {
            let call = format!("{} {path}", method.to_uppercase());
            let responses = operation["responses"].as_object().unwrap();
            let ends_the_rest = ["reset", "restore"].map(Value::from);
            if path == "/sandbox/events" || ends_the_rest.contains(&operation["operationId"]) {
                // The one does not end, and the others end the rest; all have tests of their own.
                continue;
            }
            let body = &operation["requestBody"]["content"]["application/json"];
            let (example, query) = (&body["example"], query(path));
            if !example.is_null() {
                let problems = validator(&document, &body["schema"]);
                assert!(problems.is_valid(example), "{call}: {example}");
            }
            // As it should be, and with a body or a query that it cannot take.
            let sent = match example {
                Value::Null => String::new(),
                example => example.to_string(),
            };
            let wrong = match example {
                Value::Null => (format!("{path}?no_such=1"), String::new()),
                _ => (path.clone(), json!({ "no_such": 1 }).to_string()),
            };
            for (address, body) in [(format!("{path}{query}"), sent), wrong] {
                let (status, body) = ask(origin, &method.to_uppercase(), &address, &body).await;
                let response = responses
                    .get(&status.to_string())
                    .unwrap_or_else(|| panic!("{call} answers {status}, not described: {body}"));
                let response = match &response["$ref"] {
                    Value::String(_) => &document["components"]["responses"]["Problem"],
                    _ => response,
                };
                let schema = &response["content"]["application/json"]["schema"];
                let answer: Value = serde_json::from_str(&body).unwrap();
                let problems: Vec<String> = validator(&document, schema)
                    .iter_errors(&answer)
                    .map(|error| format!("{}: {error}", error.instance_path()))
                    .collect();
                assert!(problems.is_empty(), "{call} {status}: {problems:?} {body}");
                asked += 1;
            }
        }
    }
    assert!(asked >= 34, "{asked} answers");
}

/// What a path cannot do without.
fn query(path: &str) -> &'static str {
    match path {
        "/sandbox/story" => "?hosp_out_trade_no=T1",
        _ => "",
    }
}

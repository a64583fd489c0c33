//! `payinsurance verify-name` and `payinsurance token`.

use crate::hospital::Hospital;

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_verified_by_its_number_or_the_digest_of_it() {
    let hospital = Hospital::start().await;
    let person = |name: &str, number: &str| {
        format!(
            "openid = \"oSandboxPatientOfTheProvider\"\nname = \"{name}\"\nidcard_md5 = \"{number}\"\n"
        )
    };
    hospital
        .folder
        .write("right.toml", person("张三", "44030019000101123x"));
    hospital
        .folder
        .write("wrong.toml", person("李四", "44030019000101123x"));
    let agrees = hospital
        .run("verify-name --from right.toml --json")
        .objects(0);
    assert_eq!(agrees[0]["agrees"], true);
    assert_eq!(
        hospital
            .run("verify-name --from right.toml --lang zh")
            .ended(0),
        "一致\n"
    );
    let output = hospital.run("verify-name --from wrong.toml --json");
    assert_eq!(output.code, Some(1), "{}", output.err);
    assert!(output.out.contains("\"agrees\":false"), "{}", output.out);
    let error = hospital.run("verify-name name=x").refused(2);
    assert!(
        error.contains("`openid`") && error.contains("`idcard_md5`"),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_masked_unless_it_is_asked_for_and_shared_with_the_desk() {
    let hospital = Hospital::start().await;
    let error = hospital.run("token show").refused(1);
    assert!(error.contains("payinsurance token renew"), "{error}");
    let error = hospital.run("token show --lang zh").refused(1);
    assert!(error.contains("access_token"), "{error}");

    let revealed = hospital.run("token renew --reveal --json").objects(0);
    let token = revealed[0]["access_token"].as_str().unwrap().to_owned();
    assert!(token.len() > 20, "{token}");
    let shown = hospital.run("token show").ended(0);
    assert!(
        !shown.contains(&token) && shown.contains("characters]"),
        "{shown}"
    );
    let shown = hospital.run("token show --json --reveal").objects(0);
    assert_eq!(shown[0]["access_token"], *token);
    assert_eq!(shown[0]["alive"], true);

    hospital.place("T1").ended(0);
    let tokens = || {
        let calls = hospital.sandbox.traffic();
        calls
            .iter()
            .filter(|call| call.interface == "gettoken")
            .count()
    };
    assert_eq!(tokens(), 1, "the order uses the stored token");
    let renewed = hospital.run("token renew --reveal --json").objects(0);
    assert_ne!(renewed[0]["access_token"], *token);
    assert_eq!(tokens(), 2);
    // A token of this store cannot be read in clear.
    let stored = std::fs::read(hospital.folder.path("orders.db")).unwrap();
    assert!(
        !stored
            .windows(token.len())
            .any(|part| part == token.as_bytes())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_app_secret_is_named_and_not_shown() {
    let hospital = Hospital::start().await;
    let wrong = [(
        "PAYINSURANCE_APP_SECRET",
        "hunter2hunter2hunter2hunter2hunt",
    )];
    let output = hospital.folder.run_with(&wrong, "token renew");
    let error = output.refused(1);
    assert!(
        error.contains("40125") && error.contains("app secret"),
        "{error}"
    );
    assert!(!error.contains("hunter2"), "{error}");
}

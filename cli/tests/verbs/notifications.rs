//! `payinsurance notify`, over what a sandbox really posts.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};

use payinsurance_sandbox::{Act, Forgery};

use crate::hospital::{AMOUNTS, Hospital};

/// An address that takes notifications, and their bodies.
fn receiver() -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/notify", listener.local_addr().unwrap());
    let (bodies, received) = channel();
    std::thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            let mut text = Vec::new();
            let mut part = [0; 4_096];
            while !text.ends_with(b"</xml>") {
                match stream.read(&mut part) {
                    Ok(0) | Err(_) => break,
                    Ok(count) => text.extend(&part[..count]),
                }
            }
            let _ = stream.write_all(b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            let text = String::from_utf8(text).unwrap();
            let body = text.split("\r\n\r\n").nth(1).unwrap_or_default();
            if bodies.send(body.to_owned()).is_err() {
                break;
            }
        }
    });
    (address, received)
}

/// A paid order, its notification, and a forged one.
async fn notified(hospital: &Hospital) -> (String, String) {
    let (address, received) = receiver();
    let place = format!(
        "order place --from order.toml {AMOUNTS} hosp_out_trade_no=T1 notify_url={address}"
    );
    hospital.run(&place).ended(0);
    hospital.sandbox.pay("T1", Act::Pay).unwrap();
    hospital.a_minute_later().await;
    let genuine = received.recv().unwrap();
    while received.try_recv().is_ok() {}
    let forged = hospital.sandbox.forge_notification("T1", Forgery::WrongKey);
    forged.await.unwrap();
    (genuine, received.recv().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_genuine_notification_and_a_forged_one_are_distinguished() {
    let hospital = Hospital::start().await;
    let (genuine, forged) = notified(&hospital).await;
    hospital.folder.write("genuine.xml", &genuine);
    hospital.folder.write("forged.xml", &forged);

    let shown = hospital.run("notify verify genuine.xml --json").objects(0);
    assert_eq!(shown[0]["genuine"], true);
    assert_eq!(shown[0]["fields"]["hosp_out_trade_no"], "T1");
    assert_eq!(shown[0]["fields"]["total_fee"], "250");
    let shown = hospital.run("notify verify genuine.xml --lang zh").ended(0);
    assert!(shown.starts_with("通知真实有效"), "{shown}");
    let stdin = hospital
        .folder
        .run_as(".", &[], &["notify", "verify"], &genuine);
    assert_eq!(stdin.code, Some(0), "{}", stdin.err);
    let whole = hospital
        .folder
        .run("notify verify genuine.xml --reveal --json");
    let whole = whole.ended(0);
    assert!(!whole.contains("[not shown]"), "{whole}");

    let output = hospital.run("notify verify forged.xml --json");
    let shown = output.objects(1);
    assert_eq!(shown[0]["genuine"], false);
    assert!(
        shown[0]["fields"].is_null(),
        "what is forged is not repeated"
    );
    let shown = hospital.run("notify verify forged.xml").ended(1);
    assert!(shown.contains("payinsurance notify explain"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_explanation_says_what_each_field_means_and_what_was_signed() {
    let hospital = Hospital::start().await;
    let (genuine, forged) = notified(&hospital).await;
    hospital.folder.write("genuine.xml", &genuine);
    hospital.folder.write("forged.xml", &forged);
    let out = hospital
        .run("notify explain genuine.xml --lang zh")
        .ended(0);
    assert!(out.contains("第三方服务商订单号"), "{out}");
    let explained = hospital.run("notify explain genuine.xml --json").objects(0);
    let fields = explained[0]["fields"].as_array().unwrap();
    let of = |name: &str| fields.iter().find(|row| row["field"] == name).unwrap();
    assert_eq!(of("hosp_out_trade_no")["value"], "T1");
    assert!(!of("total_fee")["meaning"].as_str().unwrap().is_empty());

    let output = hospital.run("notify explain forged.xml");
    assert!(matches!(output.code, Some(1 | 3)), "{}", output.err);
    assert!(output.out.contains("verdict: "), "{}", output.out);
    // Signed by a sender who pretty-printed and signed with the app secret.
    let secret = "5f0c9d1e7a3b48266e1f8d0b9c7a2e34";
    let signed = signed_with(&genuine, secret);
    hospital.folder.write("secret.xml", signed);
    let output = hospital.run("notify explain secret.xml --json").objects(1);
    let mistake = &output[0]["signature"]["mistakes"][0]["mistake"];
    assert_eq!(mistake, "other_secret");
}

fn signed_with(body: &str, key: &str) -> Vec<u8> {
    use signed_xml::{Fields, Key, Limits, SignType};
    let fields = Fields::parse(body.as_bytes(), &Limits::default()).unwrap();
    fields.to_signed_xml(&Key::new(key).unwrap(), SignType::Md5)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_terminal_would_obey_is_not_printed() {
    let hospital = Hospital::start().await;
    let hostile = "<xml><appid>a\u{9b}2J</appid><evil>\u{202e}x</evil><sign>\u{9b}1m</sign></xml>";
    hospital.folder.write("hostile.xml", hostile);
    for command in [
        "notify verify hostile.xml",
        "notify explain hostile.xml",
        "notify explain hostile.xml --reveal",
        "sign explain hostile.xml",
        "sign explain hostile.xml --show all",
        "sign verify hostile.xml",
    ] {
        let output = hospital.run(command);
        let text = format!("{}{}", output.out, output.err);
        assert!(
            !text.contains(['\u{9b}', '\u{202e}', '\u{1b}']),
            "{command}: {text}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_notification_ends_with_4_and_no_key_with_2() {
    let hospital = Hospital::start().await;
    hospital.folder.write("words.txt", "hello");
    for verb in ["verify", "explain"] {
        hospital.run(&format!("notify {verb} words.txt")).refused(4);
        let error = hospital
            .run(&format!("notify {verb} absent.xml"))
            .refused(2);
        assert!(error.contains("absent.xml"), "{error}");
    }
    let folder = crate::command::Folder::new();
    folder.write("a.xml", "<xml><a>1</a></xml>");
    let error = folder.run("notify verify a.xml").refused(2);
    assert!(error.contains("PAYINSURANCE_KEY"), "{error}");
}

//! Exchanges that are recorded once, and answered from the file from then on.

use signed_xml::Effect;
use signed_xml_client::{
    Client, Error, HttpTransport, Recorder, Replay, ReplayError, TransportError,
};

use crate::messages::{APP_SECRET, builder, paid, query};
use crate::server::Server;

/// Records two different queries; the folder and the file.
async fn recorded() -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("exchanges.jsonl");
    let server = Server::with_token(|_| paid().into()).await;
    let recorder = Recorder::create(&path, HttpTransport::new().unwrap()).unwrap();
    let client: Client = builder(&server.origin).transport(recorder).build().unwrap();
    for number in ["R1", "R2"] {
        client.call(&query(number)).await.unwrap();
    }
    (folder, path)
}

fn replaying(replay: Replay) -> Client {
    builder("http://platform.invalid")
        .transport(replay)
        .build()
        .unwrap()
}

async fn refused(client: &Client, number: &str) -> String {
    let error = client.call(&query(number)).await.map(|_| ()).unwrap_err();
    assert!(
        matches!(error, Error::Transport(TransportError::NotRecorded { .. })),
        "{error:?}"
    );
    assert_eq!(error.effect(), Effect::NotSent);
    error.to_string()
}

#[tokio::test]
async fn what_was_recorded_is_answered_without_a_network_in_any_order() {
    let (_folder, path) = recorded().await;
    let client = replaying(Replay::open(&path).unwrap());
    for number in ["R2", "R1"] {
        let reply = client.call(&query(number)).await.unwrap();
        assert_eq!(reply.trade_no, "T1");
    }
}

#[tokio::test]
async fn what_was_not_recorded_is_refused_with_what_differs() {
    let (_folder, path) = recorded().await;
    let client = replaying(Replay::open(&path).unwrap());
    let error = refused(&client, "R3").await;
    assert!(
        error.contains("POST /family/query: the nearest one differs in out_trade_no"),
        "{error}"
    );
    client.call(&query("R1")).await.unwrap();
    let error = refused(&client, "R1").await;
    assert!(
        error.contains("it was recorded 1 times and is asked for once more"),
        "{error}"
    );
    let client = replaying(Replay::open(&path).unwrap().ignoring(["out_trade_no"]));
    client.call(&query("R3")).await.unwrap();
}

#[tokio::test]
async fn a_recording_holds_no_credential_and_nothing_personal_of_a_request() {
    let (_folder, path) = recorded().await;
    let text = std::fs::read_to_string(&path).unwrap();
    for secret in ["TOKEN-1", APP_SECRET, "openid-of-a-patient", "nonce_str"] {
        assert!(!text.contains(secret), "{secret} is in {text}");
    }
    assert_eq!(text.lines().count(), 3, "{text}");
    #[cfg(unix)]
    {
        let mode = std::fs::metadata(&path).unwrap();
        assert_eq!(
            std::os::unix::fs::PermissionsExt::mode(&mode.permissions()) & 0o777,
            0o600
        );
    }
    let again = Recorder::create(&path, HttpTransport::new().unwrap()).map(|_| ());
    assert_eq!(again.unwrap_err().kind(), std::io::ErrorKind::AlreadyExists);
}

#[test]
fn what_is_no_recording_is_refused_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("words");
    assert!(matches!(Replay::open(&path), Err(ReplayError::File(_))));
    std::fs::write(&path, "{\"request\": \"secret words\"}\n").unwrap();
    let error = Replay::open(&path).map(|_| ()).unwrap_err();
    assert!(matches!(error, ReplayError::Line(1)), "{error}");
    assert!(!format!("{error} {error:?}").contains("secret words"));
}

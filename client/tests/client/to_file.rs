//! Bills that go to a file or a writer, and those that gzip has compressed.

use std::io::{self, Read, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use signed_xml::{BillDate, Effect};
use signed_xml_client::Error;

use crate::messages::{Bill, builder};
use crate::server::{Answer, Server};

const HEADER: &str = "交易时间,总金额\n";

fn request() -> Bill {
    Bill {
        mch_id: None,
        sign: None,
    }
}

/// A bill of more bytes than are looked at to tell whether it is one.
fn long_bill() -> Vec<u8> {
    let row = "`2026-07-01 09:30:00,`12.30\n";
    format!("{HEADER}{}", row.repeat(20_000)).into_bytes()
}

fn gzipped(text: &[u8]) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::default());
    out.write_all(text).unwrap();
    out.finish().unwrap()
}

/// Fetches what the server answers with over a file that holds `before`; the outcome, what the file
/// holds then, and how many files stand in its folder.
async fn fetched(answer: impl Into<Vec<u8>>) -> (Result<u64, Error>, String, usize) {
    let answer = answer.into();
    let server = Server::with_token(move |_| Answer::Ok(answer.clone())).await;
    let client = builder(&server.origin).build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bill.csv");
    std::fs::write(&path, "before").unwrap();
    let outcome = client.call_text_to_file(&request(), None, &path).await;
    let files = std::fs::read_dir(folder.path()).unwrap().count();
    let text = std::fs::read_to_string(&path).unwrap();
    (outcome.map(|file| file.bytes), text, files)
}

#[tokio::test]
async fn a_bill_replaces_the_file_as_a_whole_compressed_or_not() {
    let short = format!("{HEADER}`2026-07-01 09:30:00,`12.30\n").into_bytes();
    for bill in [short, long_bill()] {
        for answer in [bill.clone(), gzipped(&bill)] {
            let (outcome, text, files) = fetched(answer).await;
            assert_eq!(outcome.unwrap(), bill.len() as u64);
            assert!(text.as_bytes() == bill);
            assert_eq!(files, 1, "nothing is left beside it");
        }
    }
}

#[tokio::test]
async fn what_is_not_a_whole_bill_leaves_the_file_as_it_was() {
    let cut = gzipped(&long_bill());
    let cut = cut[..cut.len() / 2].to_vec();
    for answer in [
        b"<xml><return_code>FAIL</return_code><return_msg>no bill</return_msg></xml>".to_vec(),
        b"{\"errcode\":45009,\"errmsg\":\"limit\"}".to_vec(),
        b"system busy".to_vec(),
        vec![b'x'; 200_000],
        Vec::new(),
        cut,
    ] {
        let (outcome, text, files) = fetched(answer).await;
        assert!(outcome.is_err(), "{outcome:?}");
        assert_eq!((text.as_str(), files), ("before", 1));
    }
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_an_error_of_the_file() {
    let bill = long_bill();
    let server = Server::with_token(move |_| bill.clone().into()).await;
    let client = builder(&server.origin).build().unwrap();
    let path = tempfile::tempdir().unwrap().path().join("gone/bill.csv");
    let error = client.call_text_to_file(&request(), None, &path).await;
    assert!(matches!(error, Err(Error::File(_))), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bill_is_read_from_a_pipe_while_it_comes() {
    // More than a pipe holds: the reader must have begun.
    for answer in [long_bill(), gzipped(&long_bill())] {
        let server = Server::with_token(move |_| Answer::Ok(answer.clone())).await;
        let client = builder(&server.origin).build().unwrap();
        let (mut reader, writer) = io::pipe().unwrap();
        let text = tokio::task::spawn_blocking(move || {
            let mut text = Vec::new();
            reader.read_to_end(&mut text).map(|_| text)
        });
        let bytes = client.call_text_to_writer(&request(), None, writer).await;
        assert_eq!(bytes.unwrap(), long_bill().len() as u64);
        assert!(text.await.unwrap().unwrap() == long_bill());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_written_of_what_is_not_a_bill() {
    let failure = b"<xml><return_code>FAIL</return_code><return_msg>no bill</return_msg></xml>";
    for answer in [failure.to_vec(), vec![b'x'; 200_000], Vec::new()] {
        let server = Server::with_token(move |_| Answer::Ok(answer.clone())).await;
        let client = builder(&server.origin).build().unwrap();
        let (mut reader, writer) = io::pipe().unwrap();
        let outcome = client.call_text_to_writer(&request(), None, writer).await;
        assert!(outcome.is_err(), "{outcome:?}");
        let mut text = Vec::new();
        let read = tokio::task::spawn_blocking(move || reader.read_to_end(&mut text));
        assert_eq!(read.await.unwrap().unwrap(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_is_gone_ends_the_call() {
    let server = Server::with_token(|_| Answer::Ok(long_bill())).await;
    let client = builder(&server.origin).build().unwrap();
    let (reader, writer) = io::pipe().unwrap();
    drop(reader);
    let outcome = client.call_text_to_writer(&request(), None, writer).await;
    let error = outcome.unwrap_err();
    assert!(
        matches!(error, Error::File(io::ErrorKind::BrokenPipe)),
        "{error:?}"
    );
}

#[tokio::test]
async fn the_bill_of_a_day_is_not_asked_for_before_ten_of_the_next_day_in_beijing() {
    let server = Server::with_token(|_| HEADER.into()).await;
    let day: BillDate = "20260701".parse().unwrap();
    let folder = tempfile::tempdir().unwrap();
    // 10:00 in Beijing is 2:00 of UTC.
    for (now, is_ready) in [
        ("2026-07-01T12:00:00Z", false),
        ("2026-07-02T01:59:59Z", false),
        ("2026-07-02T02:00:00Z", true),
    ] {
        let now: Timestamp = now.parse().unwrap();
        let client = builder(&server.origin).clock(move || now).build().unwrap();
        let path = folder.path().join("bill.csv");
        let file = client.call_text_to_file(&request(), Some(day), &path).await;
        let text = client.call_text(&request(), Some(day)).await;
        for outcome in [file.map(|_| ()), text.map(|_| ())] {
            match is_ready {
                // A header of two names alone is taken for words.
                true => assert!(
                    !matches!(outcome, Err(Error::NotReady { .. })),
                    "{outcome:?}"
                ),
                false => {
                    let error = outcome.unwrap_err();
                    assert_eq!(error.effect(), Effect::NotSent);
                    let shown = error.to_string();
                    assert!(
                        shown.contains("2026-07-01") && shown.contains("2026-07-02 10:00:00"),
                        "{shown}"
                    );
                }
            }
        }
    }
}

#[tokio::test]
async fn a_compressed_bill_in_memory_is_inflated_up_to_the_limit() {
    let bill = long_bill();
    let answer = gzipped(&bill);
    let server = Server::with_token(move |_| answer.clone().into()).await;
    let client = builder(&server.origin).build().unwrap();
    let text = client.call_text(&request(), None).await.unwrap();
    assert!(*text.body() == bill);
    let client = builder(&server.origin).text_limit(100_000).build().unwrap();
    let error = client.call_text(&request(), None).await.unwrap_err();
    assert!(error.to_string().contains("100000"), "{error}");
}

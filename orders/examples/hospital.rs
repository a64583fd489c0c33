//! The desk inside of an axum application: `cargo run -p payinsurance-orders --example hospital`, beside a running sandbox.

#![allow(clippy::print_stdout, reason = "a program for the terminal")]

use std::error::Error;

use axum::{Router, routing::get};
use payinsurance::{Client, Key, Merchant};
use payinsurance_orders::{Desk, Routes, store::Event, store::MemoryStore};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // Merchant, key and address of the sandbox; a hospital reads its own from its configuration, and keeps orders in SqliteStore or PostgresStore.
    let key = Key::new("a3f1c27e9b4d58606e1d7c9025b8f4a3")?;
    let merchant =
        Merchant::service_provider("wx2d7a0f3c5b8e4a91", "1900000101", "1900000102", key)?
            .with_sub_appid("wx8e1c6b4d2f9a7053")?
            .with_app_secret("5f0c9d1e7a3b48266e1f8d0b9c7a2e34")?;
    let client = Client::builder(merchant).origin("http://127.0.0.1:8089");
    let desk = Desk::builder(MemoryStore::default())
        .merchant("first", client)
        .events(|event: Event| async move {
            println!("{}", event.event.payload);
            Ok(())
        })
        .build()?;
    let workers = desk.workers(2);
    let app = Router::new()
        .route("/", get(|| async { "the hospital's own pages" }))
        .merge(Routes::new(desk.clone()).router());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8090").await?;
    println!("listening on http://{}", listener.local_addr()?);
    let stop = async { drop(tokio::signal::ctrl_c().await) };
    axum::serve(listener, app)
        .with_graceful_shutdown(stop)
        .await?;
    workers.stop().await;
    desk.close_store().await;
    Ok(())
}

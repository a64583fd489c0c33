//! An answer whose connection ends within its body.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::response::Response;
use hyper::body::{Frame, SizeHint};
use tokio::time::Sleep;

/// So long the first half has to leave.
const HALF_TIME: Duration = Duration::from_millis(50);

/// The answer with half of its body, then the end of the connection.
pub(super) fn cut(answer: Response) -> Response {
    let (mut parts, body) = answer.into_parts();
    let whole = body.size_hint().exact().unwrap_or_default();
    parts.headers.remove(axum::http::header::CONTENT_LENGTH);
    let half = CutBody {
        body,
        whole,
        end: None,
    };
    Response::from_parts(parts, Body::new(half))
}

struct CutBody {
    body: Body,
    /// What the head says of the length.
    whole: u64,
    /// When the connection ends.
    end: Option<Pin<Box<Sleep>>>,
}

impl HttpBody for CutBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(end) = &mut self.end {
            let cut = || Some(Err(io::ErrorKind::ConnectionReset.into()));
            return end.as_mut().poll(context).map(|()| cut());
        }
        let polled = Pin::new(&mut self.body).poll_frame(context);
        polled.map(|frame| {
            self.end = Some(Box::pin(tokio::time::sleep(HALF_TIME)));
            let frame = frame?.map_err(io::Error::other);
            Some(frame.map(|frame| match frame.into_data() {
                Ok(data) => Frame::data(data.slice(..data.len() / 2)),
                Err(other) => other,
            }))
        })
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.whole)
    }
}

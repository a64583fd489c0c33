//! A text reply, such as a bill, that goes to a file or a writer piece by piece.
//!
//! Steps, in order: what gzip has compressed is inflated; the start is held in memory until it is
//! known to be a table; the table goes to the writer, or into a file beside the path, which is
//! synced and renamed when all of it is there. So the path holds a whole bill or what was there
//! before.
//!
//! A thread of its own inflates and writes: the threads of the runtime never wait for the disk.

use std::fs::File;
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use flate2::write::MultiGzDecoder;
use tempfile::NamedTempFile;
use tokio::sync::mpsc;
use tokio::task::{JoinError, JoinHandle, spawn_blocking};

use crate::judge::GZIP;
use crate::table;
use crate::transport::{BoxFuture, Pieces};

/// The most that goes to a file, in bytes, inflated: 4 GiB.
pub(crate) const MAX_BYTES: u64 = 4 << 30;

/// A text reply in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TextFile {
    /// Where it is.
    pub path: PathBuf,
    /// Its size, inflated.
    pub bytes: u64,
}

/// Where a text goes.
#[derive(Clone)]
pub(crate) enum Target {
    Path(PathBuf),
    /// Taken out when the text is known to be a table.
    Writer(Arc<Mutex<Option<Box<dyn Write + Send>>>>),
}

impl Target {
    pub(crate) fn writer(writer: impl Write + Send + 'static) -> Self {
        Self::Writer(Arc::new(Mutex::new(Some(Box::new(writer)))))
    }
}

/// So many pieces wait for the disk before no more are read from the network.
const WAITING: usize = 8;

/// Takes the pieces of a body and hands them to a thread that writes.
pub(crate) struct TextSink {
    target: Target,
    writer: Option<Writer>,
    /// Whether a piece came.
    touched: bool,
    /// All of it, once it is written.
    text: Option<Text>,
}

struct Writer {
    pieces: mpsc::Sender<Bytes>,
    thread: JoinHandle<Text>,
}

impl TextSink {
    pub(crate) fn new(target: Target) -> Self {
        Self {
            target,
            writer: None,
            touched: false,
            text: None,
        }
    }

    /// Forgets what it took, for the same call once more.
    pub(crate) fn clear(&mut self) {
        *self = Self::new(self.target.clone());
    }

    /// Whether no piece of a body came yet.
    pub(crate) fn is_untouched(&self) -> bool {
        !self.touched
    }

    /// Waits until all pieces are written. Returns the start of the body, inflated: all of it if it
    /// is short.
    pub(crate) async fn end(&mut self) -> Result<Vec<u8>, io::ErrorKind> {
        let text = match self.writer.take() {
            Some(Writer { pieces, thread }) => {
                drop(pieces);
                thread.await.map_err(stopped)?
            }
            None => Text::new(&self.target),
        };
        Ok(self.text.insert(text).head())
    }

    /// Ends the text, and gives its file the name. Returns its size in bytes.
    pub(crate) async fn finish(self) -> Result<u64, io::ErrorKind> {
        let text = self.text.unwrap_or_else(|| Text::new(&self.target));
        let finished = spawn_blocking(|| text.finish()).await;
        finished.map_err(stopped)?
    }
}

impl Pieces for TextSink {
    fn take(&mut self, piece: Bytes) -> BoxFuture<'_, ControlFlow<()>> {
        self.touched = true;
        let target = &self.target;
        let writer = self.writer.get_or_insert_with(|| Writer::start(target));
        Box::pin(async {
            // The thread ends early where it cannot write.
            match writer.pieces.send(piece).await {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            }
        })
    }
}

impl Writer {
    fn start(target: &Target) -> Self {
        let (pieces, mut waiting) = mpsc::channel::<Bytes>(WAITING);
        let mut text = Text::new(target);
        let thread = spawn_blocking(move || {
            while let Some(piece) = waiting.blocking_recv()
                && text.take(&piece)
            {}
            text
        });
        Self { pieces, thread }
    }
}

/// The runtime ends, or the thread has panicked.
fn stopped(_: JoinError) -> io::ErrorKind {
    io::ErrorKind::Interrupted
}

/// What is written of a body.
struct Text {
    target: Target,
    /// Bytes that are too few to tell whether gzip has compressed them.
    first: Vec<u8>,
    form: Form,
    error: Option<io::ErrorKind>,
}

enum Form {
    Undecided,
    Plain(Body),
    Gzip(Box<MultiGzDecoder<Body>>),
}

impl Text {
    fn new(target: &Target) -> Self {
        Self {
            target: target.clone(),
            first: Vec::new(),
            form: Form::Undecided,
            error: None,
        }
    }

    /// Takes a piece; after `false` no other one is wanted.
    fn take(&mut self, piece: &[u8]) -> bool {
        let written = self.write(piece);
        if let Err(error) = &written {
            self.error.get_or_insert(error.kind());
        }
        written.is_ok()
    }

    fn write(&mut self, piece: &[u8]) -> io::Result<()> {
        match &mut self.form {
            Form::Undecided => {
                self.first.extend_from_slice(piece);
                match self.first.len() < GZIP.len() {
                    true => Ok(()),
                    false => self.decide(),
                }
            }
            Form::Plain(body) => body.write_all(piece),
            Form::Gzip(body) => body.write_all(piece),
        }
    }

    fn decide(&mut self) -> io::Result<()> {
        let body = Body::new(&self.target);
        self.form = match self.first.starts_with(&GZIP) {
            true => Form::Gzip(Box::new(MultiGzDecoder::new(body))),
            false => Form::Plain(body),
        };
        let first = std::mem::take(&mut self.first);
        self.write(&first)
    }

    /// The start of the body, inflated: all of it if it is short.
    fn head(&mut self) -> Vec<u8> {
        if matches!(self.form, Form::Undecided) {
            return self.first.clone();
        }
        if let Form::Gzip(body) = &mut self.form
            && let Err(error) = body.try_finish()
        {
            self.error.get_or_insert(error.kind());
        }
        match &self.form {
            Form::Undecided => Vec::new(),
            Form::Plain(body) => body.head.clone(),
            Form::Gzip(body) => body.get_ref().head.clone(),
        }
    }

    /// Ends the text, and gives its file the name. Returns its size in bytes.
    fn finish(self) -> Result<u64, io::ErrorKind> {
        if let Some(error) = self.error {
            return Err(error);
        }
        let body = match self.form {
            Form::Undecided => Body::new(&self.target),
            Form::Plain(body) => body,
            Form::Gzip(body) => body.finish().map_err(|error| error.kind())?,
        };
        let bytes = body.written;
        body.persist().map_err(|error| error.kind())?;
        Ok(bytes)
    }
}

/// The inflated body: its start in memory, and all of it written as soon as it is a table.
struct Body {
    target: Target,
    head: Vec<u8>,
    out: Option<Out>,
    written: u64,
}

enum Out {
    /// Beside the path that it will have.
    File(NamedTempFile, PathBuf),
    Writer(Box<dyn Write + Send>),
}

impl Body {
    fn new(target: &Target) -> Self {
        Self {
            target: target.clone(),
            head: Vec::new(),
            out: None,
            written: 0,
        }
    }

    /// Begins to write, with the start.
    fn open(&mut self) -> io::Result<()> {
        let mut out = match &self.target {
            Target::Path(path) => Out::File(NamedTempFile::new_in(folder(path))?, path.clone()),
            Target::Writer(writer) => {
                let mut writer = writer.lock().unwrap_or_else(PoisonError::into_inner);
                Out::Writer(writer.take().ok_or(io::ErrorKind::BrokenPipe)?)
            }
        };
        out.write_all(&self.head)?;
        self.out = Some(out);
        Ok(())
    }

    fn persist(mut self) -> io::Result<()> {
        if self.out.is_none() {
            self.open()?;
        }
        match self.out {
            None => Ok(()),
            Some(Out::Writer(mut writer)) => writer.flush(),
            Some(Out::File(file, path)) => {
                file.as_file().sync_all()?;
                file.persist(&path).map_err(|error| error.error)?;
                // The new name is on the disk once its folder is; not every system can sync a
                // folder.
                if let Ok(folder) = File::open(folder(&path)) {
                    folder.sync_all().ok();
                }
                Ok(())
            }
        }
    }
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

impl Out {
    fn write_all(&mut self, piece: &[u8]) -> io::Result<()> {
        match self {
            Self::File(file, _) => file.write_all(piece),
            Self::Writer(writer) => writer.write_all(piece),
        }
    }
}

impl Write for Body {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        self.written += piece.len() as u64;
        if self.written > MAX_BYTES {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        if let Some(out) = &mut self.out {
            out.write_all(piece)?;
            return Ok(piece.len());
        }
        self.head.extend_from_slice(piece);
        if self.head.len() >= table::HEAD {
            let text = self
                .head
                .strip_prefix(b"\xef\xbb\xbf")
                .unwrap_or(&self.head);
            if !table::is_table(text.trim_ascii_start()) {
                return Err(io::ErrorKind::InvalidData.into());
            }
            self.open()?;
        }
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

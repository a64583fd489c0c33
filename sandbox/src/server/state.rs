//! The state of a sandbox in a file, and as a snapshot.
//!
//! The file is a header and then batches, a line of JSON each, with the CRC-32 of the line in front.
//! What one call changed is one batch, and is written before the call is answered: a process that is
//! killed loses at most the batch that it was writing, whose line is then cut off and left out. From
//! time to time the file is written anew: into a temporary file beside it, flushed to the disk and
//! renamed.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::{fmt, str};

use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use crate::config::{Config, ConfigError, MerchantConfig};
use crate::platform::{General, Platform, Record, RestoreError};

use super::core::{Beside, Core};

/// The version of the form of a state.
const FORMAT: u32 = 1;

/// The file is written anew when it has grown by its size, and by so many bytes at least.
const MIN_GROWTH: usize = 8 << 20;

/// Records of one batch when everything is written.
const BATCH: usize = 256;

/// All that a sandbox knows but its traffic: orders with their stories, tokens, notifications, faults,
/// what is planted, the clock.
///
/// It serializes to JSON, with personal values and access tokens in it; app secrets and keys stay in
/// the configuration.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snapshot {
    header: Header,
    sandbox: Beside,
    platform: Vec<Record>,
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let records = self.platform.len();
        f.debug_struct("Snapshot")
            .field("records", &records)
            .finish_non_exhaustive()
    }
}

/// A state cannot be read or stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
    /// The system refuses to read or write.
    #[error("the file cannot be read or written: {kind}")]
    File {
        /// What the system said.
        kind: io::ErrorKind,
    },
    /// Another sandbox has the file.
    #[error("another sandbox uses the file: stop that one, or name another file")]
    InUse,
    /// It is something else.
    #[error(
        "this is not the state of a sandbox: name another file, or one that does not exist yet"
    )]
    NotAState,
    /// Another version of the sandbox wrote it.
    #[error(
        "the state has format {found}, this version reads {FORMAT}: use the version that wrote it, or begin anew with another file"
    )]
    Format {
        /// The format found.
        found: u32,
    },
    /// The configuration has other hospitals.
    #[error(
        "the state is of the hospitals {found}, the configuration has {configured}: start with the configuration that it was made with, or begin anew with another file"
    )]
    Hospitals {
        /// The `appid` and the number of each hospital of the state.
        found: String,
        /// Those of the configuration.
        configured: String,
    },
    /// A line of the file is not what was written.
    #[error(
        "line {line} is damaged: put a copy of the file in its place, or move it away to begin anew"
    )]
    Damaged {
        /// The line, from 1.
        line: usize,
    },
    /// Parts of it contradict one another.
    #[error("the state contradicts itself: {what}; take one that was not edited")]
    Inconsistent {
        /// What is wrong.
        what: &'static str,
    },
    /// The configuration is invalid.
    #[error(transparent)]
    Config(ConfigError),
}

impl From<io::Error> for StateError {
    fn from(error: io::Error) -> Self {
        let kind = error.kind();
        Self::File { kind }
    }
}

impl From<RestoreError> for StateError {
    fn from(error: RestoreError) -> Self {
        match error {
            RestoreError::Config(error) => Self::Config(error),
            RestoreError::Inconsistent(what) => Self::Inconsistent { what },
        }
    }
}

/// What a state begins with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Header {
    /// [`FORMAT`].
    payinsurance_sandbox_state: u32,
    hospitals: Vec<Ids>,
}

/// What a state begins with in every format.
#[derive(Deserialize)]
struct AnyHeader {
    payinsurance_sandbox_state: u32,
}

/// A snapshot of any format.
#[derive(Deserialize)]
struct AnySnapshot {
    header: AnyHeader,
}

/// The ids of a hospital.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Ids {
    appid: String,
    mch_id: String,
    sub_appid: Option<String>,
    sub_mch_id: Option<String>,
}

impl Header {
    fn of(config: &Config) -> Self {
        let ids = |merchant: &MerchantConfig| Ids {
            appid: merchant.appid.clone(),
            mch_id: merchant.mch_id.clone(),
            sub_appid: merchant.sub_appid.clone(),
            sub_mch_id: merchant.sub_mch_id.clone(),
        };
        Self {
            payinsurance_sandbox_state: FORMAT,
            hospitals: config.merchants.iter().map(ids).collect(),
        }
    }

    /// Orders name their hospitals by their places, so the places must be the same.
    fn check(&self, config: &Config) -> Result<(), StateError> {
        let configured = Self::of(config);
        if *self == configured {
            return Ok(());
        }
        Err(StateError::Hospitals {
            found: self.names(),
            configured: configured.names(),
        })
    }

    fn names(&self) -> String {
        let names = self.hospitals.iter().map(|ids| {
            let number = ids.sub_mch_id.as_ref().unwrap_or(&ids.mch_id);
            format!("{:?} {number:?}", ids.appid)
        });
        names.collect::<Vec<_>>().join(", ")
    }
}

impl Snapshot {
    pub(super) fn of(core: &Core) -> Self {
        Self {
            header: Header::of(core.platform.config()),
            sandbox: core.beside(),
            platform: core.platform.records(),
        }
    }

    /// Reads one from JSON, and says of another format that it is one.
    pub(super) fn from_json(body: &[u8]) -> Result<Self, String> {
        let any: AnySnapshot = serde_json::from_slice(body).map_err(|_| {
            "a snapshot is expected: the answer of POST /sandbox/snapshot".to_owned()
        })?;
        known(any.header.payinsurance_sandbox_state).map_err(|error| error.to_string())?;
        serde_json::from_slice(body).map_err(|error| format!("invalid snapshot: {error}"))
    }

    /// The platform that it describes.
    pub(super) fn open(
        self,
        config: Config,
        origin: &str,
    ) -> Result<(Platform, Beside), StateError> {
        known(self.header.payinsurance_sandbox_state)?;
        self.header.check(&config)?;
        if !self.sandbox.is_possible() {
            let what = "a counter is too large";
            return Err(StateError::Inconsistent { what });
        }
        let platform = Platform::restored(config, origin, self.platform)?;
        Ok((platform, self.sandbox))
    }
}

fn known(format: u32) -> Result<(), StateError> {
    match format {
        FORMAT => Ok(()),
        found => Err(StateError::Format { found }),
    }
}

/// A batch of a file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Batch {
    sandbox: Beside,
    platform: Vec<Record>,
}

/// The file that a sandbox keeps its state in.
pub(super) struct StateFile {
    path: PathBuf,
    /// Open and locked; nothing if it must be written anew.
    file: Option<File>,
    /// Bytes of the file when it was written anew, and since then.
    whole: usize,
    appended: usize,
    /// What was written last of what every batch has.
    last: Option<(General, Beside)>,
    /// Why the last writing failed.
    problem: Option<StateError>,
}

impl StateFile {
    /// Opens a file and reads what is in it: no snapshot where the file is empty or does not exist yet.
    pub(super) fn open(path: &Path) -> Result<(Self, Option<Snapshot>), StateError> {
        let mut opened = Self {
            // A link stays one: the file that it leads to is replaced.
            path: fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()),
            file: None,
            whole: 0,
            appended: 0,
            last: None,
            problem: None,
        };
        let file = match File::open(&opened.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((opened, None)),
            Err(error) => return Err(error.into()),
        };
        lock(&file)?;
        let content = fs::read(&opened.path)?;
        opened.file = Some(file);
        match content.is_empty() {
            true => Ok((opened, None)),
            false => Ok((opened, Some(read(&content)?))),
        }
    }

    /// Writes what has changed. What cannot be written is shown in the console, and written anew with the
    /// next change.
    pub(super) fn save(&mut self, core: &mut Core) {
        let grown = self.appended > self.whole.max(MIN_GROWTH);
        let saved = match self.file.is_none() || grown {
            true => self.write_anew(core),
            false => self.append(core),
        };
        self.problem = saved.err();
        if let Some(error) = &self.problem {
            self.file = None;
            let file = self.path.display();
            tracing::error!(%file, %error, "the state is not saved");
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Why the state is not saved, if it is not.
    pub(super) fn problem(&self) -> Option<String> {
        self.problem.as_ref().map(ToString::to_string)
    }

    /// The next [`save`](Self::save) writes everything.
    pub(super) fn replaced(&mut self) {
        self.last = None;
        self.appended = usize::MAX;
    }

    /// Writes everything into a temporary file, and gives that the name.
    pub(super) fn write_anew(&mut self, core: &mut Core) -> Result<(), StateError> {
        let snapshot = Snapshot::of(core);
        let folder = match self.path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        // Only its owner can read it.
        let mut file = NamedTempFile::new_in(folder)?;
        lock(file.as_file())?;
        let mut out = io::BufWriter::new(&mut file);
        let mut whole = write_line(&mut out, &snapshot.header)?;
        let mut records = snapshot.platform.into_iter().peekable();
        while records.peek().is_some() {
            let batch = Batch {
                sandbox: snapshot.sandbox.clone(),
                platform: records.by_ref().take(BATCH).collect(),
            };
            whole += write_line(&mut out, &batch)?;
        }
        out.flush()?;
        drop(out);
        file.as_file().sync_all()?;
        let file = file.persist(&self.path).map_err(|failed| failed.error)?;
        #[cfg(unix)]
        File::open(folder)?.sync_all()?;
        core.platform.track();
        self.last = Some((core.platform.general(), snapshot.sandbox));
        (self.file, self.whole, self.appended) = (Some(file), whole, 0);
        Ok(())
    }

    fn append(&mut self, core: &mut Core) -> Result<(), StateError> {
        let Some(file) = &mut self.file else {
            return Ok(());
        };
        let mut platform = core.platform.changes();
        let now = (core.platform.general(), core.beside());
        if platform.is_empty() && self.last.as_ref() == Some(&now) {
            return Ok(());
        }
        platform.push(Record::General(now.0.clone()));
        let batch = Batch {
            sandbox: now.1.clone(),
            platform,
        };
        self.appended += write_line(file, &batch)?;
        self.last = Some(now);
        Ok(())
    }
}

fn lock(file: &File) -> Result<(), StateError> {
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => Err(StateError::InUse),
        // Not every file system has locks.
        Ok(()) | Err(TryLockError::Error(_)) => Ok(()),
    }
}

/// Writes a line in one go; its length.
fn write_line(out: &mut impl Write, value: &impl Serialize) -> Result<usize, StateError> {
    let json = serde_json::to_string(value).map_err(io::Error::from)?;
    let line = format!("{:08x} {json}\n", crc32fast::hash(json.as_bytes()));
    out.write_all(line.as_bytes())?;
    Ok(line.len())
}

/// The JSON of a line, if it is what was written.
fn checked(line: &[u8]) -> Option<&[u8]> {
    let (sum, json) = line.split_at_checked(8)?;
    let sum = u32::from_str_radix(str::from_utf8(sum).ok()?, 16).ok()?;
    let json = json.strip_prefix(b" ")?.strip_suffix(b"\n")?;
    (sum == crc32fast::hash(json)).then_some(json)
}

/// All lines of a file. A last line that is cut off or damaged is what was being written at the end.
fn read(content: &[u8]) -> Result<Snapshot, StateError> {
    let mut lines = content.split_inclusive(|byte| *byte == b'\n').enumerate();
    let first = lines.next().map_or(&b""[..], |(_, line)| line);
    let json = first.get(9..).unwrap_or_default();
    let header: AnyHeader = serde_json::from_slice(json).map_err(|_| StateError::NotAState)?;
    known(header.payinsurance_sandbox_state)?;
    let header = checked(first).and_then(|json| serde_json::from_slice(json).ok());
    let header = header.ok_or(StateError::Damaged { line: 1 })?;
    let (mut sandbox, mut platform) = (None, Vec::new());
    let mut lines = lines.peekable();
    while let Some((before, line)) = lines.next() {
        let batch = checked(line).and_then(|json| serde_json::from_slice::<Batch>(json).ok());
        match batch {
            Some(batch) => {
                sandbox = Some(batch.sandbox);
                platform.extend(batch.platform);
            }
            None if lines.peek().is_none() => {
                tracing::warn!("the last change was not written whole and is left out");
            }
            None => return Err(StateError::Damaged { line: before + 1 }),
        }
    }
    // Every file has a batch from its beginning on.
    let sandbox = sandbox.ok_or(StateError::Damaged { line: 2 })?;
    Ok(Snapshot {
        header,
        sandbox,
        platform,
    })
}

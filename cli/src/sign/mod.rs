//! `payinsurance sign`: why a signature is wrong, and signatures made and verified.
//!
//! The key comes from the environment or a file, never from the command line, which everybody on
//! the machine can read.

mod explain;
mod keys;

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Subcommand, ValueEnum};
use serde_json::json;
use signed_xml::{Fields, Key, Limits, SignType};
use signed_xml_doctor::Format;

use crate::context::Context;
use crate::failure::Failure;
use crate::language::language;
use crate::output;
use keys::Keys;

pub(crate) use explain::examine;

/// What stands below the help of the command.
const EXIT_STATUS: &str = "Exit status: 0 the signature is right or was made, 1 it is wrong and the mistake is named, 2 wrong arguments or no key, 3 it is wrong and no known mistake explains it, 4 the input is not a message

The key is that of this interface (not the merchant key of other interfaces, not the app secret). It is read from PAYINSURANCE_KEY or from payinsurance.toml, or from the merchants of a sandbox that --config names.";

/// The most that is read, in bytes.
const MAX_BODY: u64 = 1 << 20;

/// Arguments of `payinsurance sign`.
#[derive(clap::Args)]
#[command(after_help = EXIT_STATUS)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Says which mistake of the sender gives the signature that a message carries
    #[command(after_help = EXIT_STATUS)]
    Explain(explain::Arguments),
    /// Prints the message as XML with its right signature
    #[command(after_help = EXIT_STATUS)]
    Make(Message),
    /// Says whether the signature of a message is right
    #[command(after_help = EXIT_STATUS)]
    Verify(Message),
}

/// A message, and where its key is.
#[derive(clap::Args)]
struct Message {
    /// A file with the message: XML, JSON, `name=value` joined with `&`, or a form; `-` reads stdin
    #[arg(default_value = "-")]
    file: PathBuf,
    /// The form of the message; without it, the way the message begins says which one it is
    #[arg(long)]
    format: Option<FormatName>,
    /// The algorithm of a message without a sign_type
    #[arg(long, default_value = "MD5")]
    sign_type: SignTypeName,
    /// A JSON file with merchants, as `payinsurance sandbox --config` takes it: the key of the one
    /// that the message names, and the other secrets as suspects
    #[arg(long)]
    config: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum FormatName {
    Xml,
    Json,
    Query,
    Form,
}

#[derive(Clone, Copy, ValueEnum)]
enum SignTypeName {
    #[value(name = "MD5")]
    Md5,
    #[value(name = "HMAC-SHA256")]
    HmacSha256,
}

/// Runs it.
pub(crate) fn run(arguments: &Arguments, context: &Context) -> ExitCode {
    let answer = match &arguments.command {
        Command::Explain(explain) => explain::run(explain, context),
        Command::Make(message) => make(message, context),
        Command::Verify(message) => verify(message, context),
    };
    answer.unwrap_or_else(|failure| failure.report())
}

/// A message from a file or, as `-`, from stdin.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    let read = match path.as_os_str() == "-" {
        true => std::io::stdin()
            .lock()
            .take(MAX_BODY + 1)
            .read_to_end(&mut body),
        false => std::fs::File::open(path)
            .and_then(|file| file.take(MAX_BODY + 1).read_to_end(&mut body)),
    };
    match read {
        Ok(_) => Ok(body),
        Err(error) => Err(Failure::Arguments(format!(
            "{} cannot be read: {error}",
            path.display()
        ))),
    }
}

impl Message {
    fn read(&self) -> Result<Vec<u8>, Failure> {
        read(&self.file)
    }

    fn format(&self) -> Option<Format> {
        self.format.map(|name| match name {
            FormatName::Xml => Format::Xml,
            FormatName::Json => Format::Json,
            FormatName::Query => Format::Query,
            FormatName::Form => Format::Form,
        })
    }

    fn sign_type(&self) -> SignType {
        match self.sign_type {
            SignTypeName::Md5 => SignType::Md5,
            SignTypeName::HmacSha256 => SignType::HmacSha256,
        }
    }

    /// The fields as the platform reads them, and the key that they are signed with.
    fn fields(&self, context: &Context) -> Result<(Fields, Key), Failure> {
        let body = self.read()?;
        let json = body.trim_ascii_start().starts_with(b"{");
        let fields = match self.format() {
            Some(Format::Json) => Fields::parse_json(&body, &Limits::default()),
            None if json => Fields::parse_json(&body, &Limits::default()),
            None | Some(Format::Xml) => Fields::parse(&body, &Limits::default()),
            Some(_) => {
                return Err(Failure::Arguments(
                    "make and verify take XML or JSON, which is what the platform reads".into(),
                ));
            }
        };
        let fields = fields.map_err(|error| Failure::NoMessage(error.to_string()))?;
        let keys = Keys::find(self.config.as_deref(), context, &body)?;
        let key = Key::of_any_length(keys.key.as_str())
            .map_err(|error| Failure::Arguments(error.to_string()))?;
        Ok((fields, key))
    }
}

fn make(message: &Message, context: &Context) -> Result<ExitCode, Failure> {
    let (fields, key) = message.fields(context)?;
    let named = fields
        .get(signed_xml::SIGN_TYPE)
        .filter(|name| !name.is_empty());
    let sign_type = match named {
        Some(name) => {
            SignType::of(Some(name)).map_err(|error| Failure::NoMessage(error.to_string()))?
        }
        None => message.sign_type(),
    };
    let body = fields.to_signed_xml(&key, sign_type);
    let body = String::from_utf8_lossy(&body);
    match context.json {
        true => output::object(&json!({ "message": body })),
        false => output::line(body),
    }
    Ok(ExitCode::SUCCESS)
}

fn verify(message: &Message, context: &Context) -> Result<ExitCode, Failure> {
    let (fields, key) = message.fields(context)?;
    let verified = fields.verify_by(&key, message.sign_type());
    if context.json {
        let problem = verified.as_ref().err().map(ToString::to_string);
        output::object(&json!({ "verified": verified.is_ok(), "problem": problem }));
    } else {
        match &verified {
            Ok(()) => output::line(language().pick("签名正确", "the signature is right")),
            Err(error) => output::line(language().pick(
                format!("{error}；用 `payinsurance sign explain` 查找原因"),
                format!("{error}; `payinsurance sign explain` looks for the mistake"),
            )),
        }
    }
    Ok(match verified {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    })
}

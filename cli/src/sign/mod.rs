//! `payinsurance sign`: why a signature is wrong, and signatures made and verified.
//!
//! The key comes from the environment or a file, never from the command line, which everybody on
//! the machine can read.

mod explain;
mod keys;

use std::io::Read as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Subcommand, ValueEnum};
use signed_xml::{Fields, Key, Limits, SignType};
use signed_xml_doctor::Format;

use crate::output;
use keys::Keys;

/// What stands below the help of the command.
const EXIT_STATUS: &str = "Exit status: 0 the signature is right or was made, 1 it is wrong and the mistake is named, 2 wrong arguments or no key, 3 it is wrong and no known mistake explains it, 4 the input is not a message

The key is that of this interface (not the merchant key of other interfaces, not the app secret). It is read from PAYINSURANCE_KEY, or from the configuration that --config names.";

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
    /// The form of the message; without it, it is told by how the message begins
    #[arg(long)]
    format: Option<FormatName>,
    /// The algorithm of a message without a sign_type
    #[arg(long, default_value = "MD5")]
    sign_type: SignTypeName,
    /// A JSON file with merchants, as `payinsurance sandbox --config` takes it: the key of the one that the message names, and the other secrets as suspects
    #[arg(long, env = "PAYINSURANCE_CONFIG")]
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

/// Why a command has no answer.
enum Failure {
    /// The arguments are wrong, or there is no key.
    Arguments(String),
    /// The input is not a message.
    Unreadable(String),
}

/// Runs it.
#[expect(clippy::print_stderr, reason = "what is not a result goes to stderr")]
pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let answer = match &arguments.command {
        Command::Explain(explain) => explain::run(explain),
        Command::Make(message) => make(message),
        Command::Verify(message) => verify(message),
    };
    match answer {
        Ok(code) => code,
        Err(Failure::Arguments(words)) => {
            eprintln!("error: {words}");
            ExitCode::from(2)
        }
        Err(Failure::Unreadable(words)) => {
            eprintln!("error: {words}");
            ExitCode::from(4)
        }
    }
}

impl Message {
    fn read(&self) -> Result<Vec<u8>, Failure> {
        let mut body = Vec::new();
        let read = match self.file.as_os_str() == "-" {
            true => std::io::stdin()
                .lock()
                .take(MAX_BODY + 1)
                .read_to_end(&mut body),
            false => std::fs::File::open(&self.file)
                .and_then(|file| file.take(MAX_BODY + 1).read_to_end(&mut body)),
        };
        read.map_err(|error| {
            Failure::Arguments(format!("cannot read {}: {error}", self.file.display()))
        })?;
        Ok(body)
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
    fn fields(&self) -> Result<(Fields, Key), Failure> {
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
        let fields = fields.map_err(|error| Failure::Unreadable(error.to_string()))?;
        let keys = Keys::find(self.config.as_deref(), &body)?;
        let key = Key::of_any_length(keys.key.as_str())
            .map_err(|error| Failure::Arguments(error.to_string()))?;
        Ok((fields, key))
    }
}

fn make(message: &Message) -> Result<ExitCode, Failure> {
    let (fields, key) = message.fields()?;
    let named = fields
        .get(signed_xml::SIGN_TYPE)
        .filter(|name| !name.is_empty());
    let sign_type = match named {
        Some(name) => {
            SignType::of(Some(name)).map_err(|error| Failure::Unreadable(error.to_string()))?
        }
        None => message.sign_type(),
    };
    let body = fields.to_signed_xml(&key, sign_type);
    output::line(String::from_utf8_lossy(&body));
    Ok(ExitCode::SUCCESS)
}

fn verify(message: &Message) -> Result<ExitCode, Failure> {
    let (fields, key) = message.fields()?;
    match fields.verify_by(&key, message.sign_type()) {
        Ok(()) => {
            output::line("the signature is right");
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            output::line(format_args!(
                "{error}; `payinsurance sign explain` looks for the mistake"
            ));
            Ok(ExitCode::FAILURE)
        }
    }
}

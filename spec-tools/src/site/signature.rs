//! The page of the signature: the steps, one message signed before the reader's eyes, what is signed.

use askama::Template;

use signed_xml_codegen::model::{Interface, Message};

use super::frame::Frame;
use super::prose::Html;
use super::sample::{KEY, Sample};
use super::words::{Language, STEPS};
use super::{Samples, Site, address};

#[derive(Template)]
#[template(path = "signature.html")]
pub(super) struct Page<'a> {
    f: Frame<'a>,
    steps: Vec<Html>,
    notes: Vec<Html>,
    key: &'static str,
    example: Option<Example<'a>>,
    signed: Vec<Link<'a>>,
    unsigned: Vec<Link<'a>>,
}

/// A message that is signed step by step.
pub(super) struct Example<'a> {
    message: Link<'a>,
    sample: &'a Sample,
    canonical: &'a str,
    sign: &'a str,
}

pub(super) struct Link<'a> {
    href: String,
    interface: &'a str,
    message: &'a str,
}

impl<'a> Page<'a> {
    pub(super) fn of(site: Site<'a>, samples: &'a [Samples]) -> Self {
        let (model, scope) = (site.model, site.scope());
        let steps = STEPS.iter().map(|[english, chinese]| {
            scope.marked(match site.language {
                Language::English => english,
                Language::Chinese => chinese,
            })
        });
        let messages: Vec<(&Interface, &Message)> = model
            .interfaces
            .iter()
            .flat_map(|interface| {
                interface
                    .messages
                    .iter()
                    .map(move |message| (interface, message))
            })
            .collect();
        let w = site.words();
        let link = |(interface, message): &(&'a Interface, &'a Message)| Link {
            href: format!("{}#{}", address::interface(&interface.name), message.name),
            interface: &interface.name,
            message: w.message(message),
        };
        let links = |signed: bool| {
            let messages = messages
                .iter()
                .filter(|(_, message)| message.signed == signed);
            messages.map(link).collect()
        };
        // The shortest canonical string is followed most easily.
        let all = messages.iter().zip(samples.iter().flatten());
        let signed = all.filter_map(|(message, samples)| {
            let sample = samples.first()?;
            let signature = sample.signature.as_ref()?;
            Some(Example {
                message: link(message),
                sample,
                canonical: &signature.canonical,
                sign: &signature.sign,
            })
        });
        Self {
            f: site.frame(address::SIGNATURE, site.words().signing),
            steps: steps.collect(),
            notes: model.notes.iter().map(|note| scope.prose(note)).collect(),
            key: KEY,
            example: signed.min_by_key(|example| example.canonical.len()),
            signed: links(true),
            unsigned: links(false),
        }
    }
}

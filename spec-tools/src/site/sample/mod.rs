//! Sample messages, made from the model alone: the same bytes from the same spec.
//!
//! Steps: choose the fields that must be there (`choice`), give each a value of its kind (`value`),
//! sign what is signed (`sign`), write it down as it travels (`write`). All keys, numbers and names
//! are invented. A message whose rules cannot be met gets no sample rather than a wrong one.

use std::collections::BTreeMap;

use signed_xml_codegen::model::{
    INDEX, Interface, Message, MessageKind, Method, Model, ReplyForm, SECOND_INDEX,
};

pub(super) use sign::KEY;

mod choice;
mod sign;
mod value;
mod write;

/// The values of enums and numbers that earlier samples chose, so that an order and its reply speak
/// of the same amounts.
pub(super) type Remembered = BTreeMap<String, String>;

/// A message as it travels.
pub(super) struct Sample {
    /// How it is written.
    pub(super) form: Form,
    /// The whole text.
    pub(super) text: String,
    /// What was signed, and the signature.
    pub(super) signature: Option<Signature>,
}

/// How a sample is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A body of XML.
    Xml,
    /// A body of JSON.
    Json,
    /// An address with a query string.
    Address,
}

/// A signature and what it covers.
pub(super) struct Signature {
    /// The canonical string, without the key.
    pub(super) canonical: String,
    /// 32 upper-case hexadecimal digits.
    pub(super) sign: String,
}

/// Names and values of a message, in the order of the document.
type Pairs = Vec<(String, String)>;

/// The samples of a message: one for each form that it may have.
pub(super) fn of(
    model: &Model,
    interface: &Interface,
    message: &Message,
    remembered: &mut Remembered,
) -> Vec<Sample> {
    let Some(mut pairs) = pairs(model, interface, message, remembered) else {
        return Vec::new();
    };
    let signature = message.signed.then(|| sign::sign(&mut pairs));
    if message.kind == MessageKind::Structure {
        return vec![Sample {
            form: Form::Json,
            text: write::json(message, &pairs),
            signature: None,
        }];
    }
    if message.kind == MessageKind::Request && interface.method == Method::Get {
        return vec![Sample {
            form: Form::Address,
            text: write::address(interface.url.as_deref().unwrap_or_default(), &pairs),
            signature,
        }];
    }
    let xml = || Sample {
        form: Form::Xml,
        text: write::xml(&pairs),
        signature: None,
    };
    let json = || Sample {
        form: Form::Json,
        text: write::json(message, &pairs),
        signature: None,
    };
    let answers = message.kind == MessageKind::Response;
    let mut samples = match interface.form {
        ReplyForm::Json if answers => vec![json()],
        ReplyForm::XmlOrJson if answers => vec![xml(), json()],
        _ => vec![xml()],
    };
    if let Some(first) = samples.first_mut() {
        first.signature = signature;
    }
    samples
}

fn pairs(
    model: &Model,
    interface: &Interface,
    message: &Message,
    remembered: &mut Remembered,
) -> Option<Pairs> {
    let chosen = choice::choose(model, interface, message, remembered)?;
    let fields = message.distinct_fields();
    let pairs = fields.filter_map(|field| {
        let chosen = chosen.get(&field.name)?;
        let value = match chosen {
            Some(value) => value.clone(),
            None => value::of(model, field, &|structure| {
                let inner = interface
                    .structures()
                    .find(|known| known.name == structure)?;
                let pairs = pairs(model, interface, inner, &mut Remembered::new())?;
                Some(write::compact_json(inner, &pairs))
            }),
        };
        // Of a field with an index, its first element.
        let name = field.name.replace(INDEX, "0").replace(SECOND_INDEX, "0");
        Some((name, value))
    });
    let pairs: Pairs = pairs.collect();
    // The values of a failure do not describe the order.
    if interface.form != ReplyForm::Text {
        let shown = chosen.into_iter();
        remembered.extend(shown.filter_map(|(name, value)| Some((name, value?))));
    }
    Some(pairs)
}

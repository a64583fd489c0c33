//! Compares the interfaces: which there are, where and how each is called, what it carries.

use signed_xml_codegen::model::{Auth, Interface, Message, Method, ReplyForm, TokenFor};

use super::change::{Finding, Record, Spot};
use super::explanations::{self, Explained};
use super::lists::{self, Item};
use super::messages;
use super::pairing::Pairs;
use super::rules::whole as rules;

pub(super) fn compare(record: &mut Record<'_>) {
    let same_url = |old: &Interface, new: &Interface| old.url.is_some() && old.url == new.url;
    let pairs = Pairs::new(&record.old.interfaces, &record.new.interfaces, |a, b| {
        a.name == b.name
    })
    .or_only(same_url);
    lists::compare(record, pairs, item, pair);
}

fn item(interface: &Interface) -> Item<'_> {
    Item {
        spot: spot(interface),
        span: interface.span,
        what: format!("interface `{}` ({})", interface.name, interface.title),
        more: String::new(),
        value: address(interface),
        history: Some(&interface.history),
        removed: &rules::INTERFACE_REMOVED,
        added: &rules::INTERFACE_ADDED,
    }
}

fn pair<'a>(record: &mut Record<'_>, old: &'a Interface, new: &'a Interface) {
    let spot = spot(new);
    if old.name != new.name {
        let what = format!("interface `{}` is called `{}` now", old.name, new.name);
        let finding = Finding::new(&rules::INTERFACE_RENAMED, what).values(&old.name, &new.name);
        record.add(spot, finding.at(new.span));
    }
    let mut differs = |rule, what: &str, values| {
        record.differs(spot, new.span, rule, what, values);
    };
    if let (Some(before), Some(after)) = (&old.url, &new.url) {
        differs(
            &rules::INTERFACE_URL_CHANGED,
            "the address is",
            [before, after],
        );
    }
    let methods = [old, new].map(|interface| interface.method.as_str());
    differs(&rules::INTERFACE_METHOD_CHANGED, "the method is", methods);
    let shown = [old.auth, new.auth].map(auth);
    differs(&rules::INTERFACE_AUTH_CHANGED, "the call must show", shown);
    let as_text = |interface: &Interface| interface.form == ReplyForm::Text;
    let form_rule = match as_text(old) == as_text(new) {
        true => &rules::INTERFACE_REPLY_FORM_CHANGED,
        false => &rules::INTERFACE_REPLY_TYPE_CHANGED,
    };
    differs(
        form_rule,
        "the form of the reply is",
        [old.form, new.form].map(form),
    );
    let modes = [old.token_for, new.token_for].map(mode);
    differs(
        &rules::INTERFACE_TOKEN_MODE_CHANGED,
        "the mode that its token is for is",
        modes,
    );
    let addresses = [old, new].map(|interface| interface.stable_url.as_deref().unwrap_or("none"));
    differs(
        &rules::INTERFACE_STABLE_URL_CHANGED,
        "the address of its stable token is",
        addresses,
    );
    let repeatable = [old, new].map(|interface| match interface.repeatable {
        true => "may be sent again",
        false => "is sent once",
    });
    differs(&rules::INTERFACE_REPEATABLE_CHANGED, "the call", repeatable);
    let (before, after) = (explained(old), explained(new));
    explanations::compare(record, spot, &rules::INTERFACE_DOC_CHANGED, &before, &after);
    let same = |a: &Message, b: &Message| a.kind == b.kind && a.name == b.name;
    let pairs = Pairs::new(&old.messages, &new.messages, same);
    let spot_of = |message: &'a Message| Spot {
        message: Some(&message.name),
        ..spot
    };
    let item = |message: &'a Message| Item {
        spot: spot_of(message),
        span: message.span,
        what: format!("`{}`", message.name),
        more: String::new(),
        value: message.name.clone(),
        history: None,
        removed: &rules::INTERFACE_MESSAGE_REMOVED,
        added: &rules::INTERFACE_MESSAGE_ADDED,
    };
    lists::compare(record, pairs, item, |record, old, new| {
        messages::compare(record, spot_of(new), old, new);
    });
}

fn spot(interface: &Interface) -> Spot<'_> {
    Spot {
        interface: Some(&interface.name),
        ..Spot::default()
    }
}

fn explained(interface: &Interface) -> Explained<'_> {
    let mut explained = Explained::new(format!("`{}`", interface.name), interface.span);
    explained.text("title", &interface.title);
    explained.text("section", &interface.section);
    explained.text("explanation", &interface.doc);
    explained.texts("notes", &interface.notes);
    explained.text("origin", interface.origin.as_deref().unwrap_or_default());
    explained.marks(&interface.history);
    explained.texts("errata", &interface.errata);
    explained
}

fn address(interface: &Interface) -> String {
    match &interface.url {
        Some(url) => format!("{} {url}", interface.method.as_str()),
        None => Method::Callback.as_str().to_owned(),
    }
}

fn auth(auth: Auth) -> &'static str {
    match auth {
        Auth::None => "nothing",
        Auth::AccessToken => "an access token",
        Auth::IpList => "an access token and a listed address",
    }
}

fn form(form: ReplyForm) -> &'static str {
    match form {
        ReplyForm::Xml => "XML",
        ReplyForm::XmlOrJson => "XML or JSON",
        ReplyForm::Json => "JSON",
        ReplyForm::Text => "text",
    }
}

fn mode(mode: Option<TokenFor>) -> &'static str {
    match mode {
        None => "none",
        Some(TokenFor::ServiceProvider) => "service provider",
        Some(TokenFor::Independent) => "independent",
    }
}

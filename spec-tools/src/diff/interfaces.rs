//! Compares the interfaces: which there are, where and how each is called, what it carries.

use signed_xml_codegen::model::{Auth, Interface, Message, Method, ReplyForm, TokenFor};

use super::change::{Finding, Record, Spot};
use super::explanations::{self, Explained};
use super::lifetime::{Fate, fates};
use super::messages;
use super::pairing::Pairs;
use super::rules::whole as rules;

pub(super) fn compare(record: &mut Record<'_>) {
    let same_url = |old: &Interface, new: &Interface| old.url.is_some() && old.url == new.url;
    let pairs = Pairs::new(&record.old.interfaces, &record.new.interfaces, |a, b| {
        a.name == b.name
    })
    .or_only(same_url);
    for fate in fates(record, pairs, |interface| &interface.history) {
        match fate {
            Fate::Gone(old, finished) => {
                record.add(spot(old), removed(old).was_at(old.span).wire(!finished));
            }
            Fate::Ended(old, new) => record.add(spot(new), removed(old).at(new.span).api(false)),
            Fate::Stays(old, new) => pair(record, old, new),
            Fate::Returned(new) => record.add(spot(new), added(new).at(new.span).api(false)),
            Fate::Come(new, finished) => {
                record.add(spot(new), added(new).at(new.span).wire(!finished));
            }
        }
    }
}

fn removed(interface: &Interface) -> Finding {
    let text = format!("interface `{}` is gone", interface.name);
    Finding::new(&rules::INTERFACE_REMOVED, text).old(address(interface))
}

fn added(interface: &Interface) -> Finding {
    let text = format!(
        "interface `{}` ({}) is new",
        interface.name, interface.title
    );
    Finding::new(&rules::INTERFACE_ADDED, text).new_value(address(interface))
}

fn pair(record: &mut Record<'_>, old: &Interface, new: &Interface) {
    let spot = spot(new);
    if old.name != new.name {
        let what = format!("interface `{}` is called `{}` now", old.name, new.name);
        let finding = Finding::new(&rules::INTERFACE_RENAMED, what).values(&old.name, &new.name);
        record.add(spot, finding.at(new.span));
    }
    let mut tell = |rule, what: &str, before: &str, after: &str| {
        if before != after {
            let text = format!("{what} goes from {before} to {after}");
            let finding = Finding::new(rule, text).values(before, after);
            record.add(spot, finding.at(new.span));
        }
    };
    let url = |interface: &Interface| interface.url.clone().unwrap_or_default();
    if old.url.is_some() && new.url.is_some() {
        tell(
            &rules::INTERFACE_URL_CHANGED,
            "the address",
            &url(old),
            &url(new),
        );
    }
    tell(
        &rules::INTERFACE_METHOD_CHANGED,
        "the method",
        old.method.as_str(),
        new.method.as_str(),
    );
    tell(
        &rules::INTERFACE_AUTH_CHANGED,
        "what the call must show",
        auth(old.auth),
        auth(new.auth),
    );
    let as_text = |interface: &Interface| interface.form == ReplyForm::Text;
    let form_rule = match as_text(old) == as_text(new) {
        true => &rules::INTERFACE_REPLY_FORM_CHANGED,
        false => &rules::INTERFACE_REPLY_TYPE_CHANGED,
    };
    tell(
        form_rule,
        "the form of the reply",
        form(old.form),
        form(new.form),
    );
    let mode_rule = &rules::INTERFACE_TOKEN_MODE_CHANGED;
    tell(
        mode_rule,
        "the mode that its token is for",
        mode(old.token_for),
        mode(new.token_for),
    );
    explanations::compare(
        record,
        spot,
        &rules::INTERFACE_DOC_CHANGED,
        &explained(old),
        &explained(new),
    );
    messages_of(record, old, new);
}

fn messages_of(record: &mut Record<'_>, old: &Interface, new: &Interface) {
    let same = |a: &Message, b: &Message| a.kind == b.kind && a.name == b.name;
    let pairs = Pairs::new(&old.messages, &new.messages, same);
    for message in &pairs.gone {
        let what = format!("`{}` is gone", message.name);
        let finding = Finding::new(&rules::INTERFACE_MESSAGE_REMOVED, what).old(&message.name);
        record.add(spot_of(new, message), finding.was_at(message.span));
    }
    for (old, message) in &pairs.both {
        messages::compare(record, spot_of(new, message), old, message);
    }
    for message in &pairs.come {
        let what = format!("`{}` is new", message.name);
        let finding = Finding::new(&rules::INTERFACE_MESSAGE_ADDED, what).new_value(&message.name);
        record.add(spot_of(new, message), finding.at(message.span));
    }
}

fn spot(interface: &Interface) -> Spot<'_> {
    Spot {
        interface: Some(&interface.name),
        ..Spot::default()
    }
}

fn spot_of<'a>(interface: &'a Interface, message: &'a Message) -> Spot<'a> {
    Spot {
        message: Some(&message.name),
        ..spot(interface)
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

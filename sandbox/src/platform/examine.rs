//! Why a signature is wrong, by what the platform knows of the sender.

use signed_xml::SignType;
use signed_xml_doctor::{Case, Examination, Show, Table};

use crate::config::Config;

/// What the doctor says of a message of that merchant.
///
/// The right signature is not asked for: a sender of any message would be given it.
pub(crate) fn examine(
    config: &Config,
    merchant: usize,
    table: Table,
    sign_type: SignType,
    body: &[u8],
) -> Examination {
    let own = &config.merchants[merchant];
    let ids = [
        ("appid", Some(&own.appid)),
        ("mch_id", Some(&own.mch_id)),
        ("sub_appid", own.sub_appid.as_ref()),
        ("sub_mch_id", own.sub_mch_id.as_ref()),
    ];
    let show = match config.reveal {
        true => Show::All,
        false => Show::Public,
    };
    let case = Case::new(body, &own.key)
        .sign_type(sign_type)
        .table(table)
        .show(show);
    let case = ids.into_iter().fold(case, |case, (name, id)| match id {
        Some(id) => case.known_value(name, id),
        None => case,
    });
    let secrets = other_secrets(config, merchant).into_iter();
    secrets
        .fold(case, |case, (name, secret)| case.secret(name, secret))
        .examine()
}

/// What a message may have been signed with by mistake.
fn other_secrets(config: &Config, merchant: usize) -> Vec<(String, &str)> {
    let mut secrets = Vec::new();
    for (i, known) in config.merchants.iter().enumerate() {
        let whose = match i == merchant {
            true => String::new(),
            false => format!(" of {}", known.appid),
        };
        secrets.push((format!("the app secret{whose}"), known.app_secret.as_str()));
        if i != merchant {
            secrets.push((format!("the key{whose}"), known.key.as_str()));
        }
    }
    secrets
}

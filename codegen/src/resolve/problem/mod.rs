//! What resolving can find wrong, one function for each problem: code, words, place and help.
//!
//! The other files of this stage decide *whether* something is wrong; how it is said stands here.

use signed_xml_condition::IndexFault;

use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Method, WireType};
use crate::read::tree::{FieldRow, GroupRow};
use crate::source::{Span, Spanned};

pub(in crate::resolve) mod unknown;

type Text = Spanned<String>;

/// A key that says what a field holds, and where it stands.
pub(in crate::resolve) type Claim = (&'static str, Span);

// What stands twice.

/// An item that has the name of an earlier one.
pub(in crate::resolve) fn twice(code: Code, what: &str, name: &Text, first: Span) -> Diagnostic {
    let title = format!("{what} `{}` stands twice", name.value);
    Diagnostic::new(code, name.span, title, "again here").also(first, "first here")
}

pub(in crate::resolve) fn field_twice(name: &Text, first: Span) -> Diagnostic {
    let title = format!("field `{}` is named twice", name.value);
    Diagnostic::new(Code::FIELD_TWICE, name.span, title, "again here")
        .also(first, "first here")
        .help("if the document prints it twice, say `repeated = true` on this row")
}

pub(in crate::resolve) fn repeated_first(name: &Text) -> Diagnostic {
    let title = format!("`repeated` stands on the first row of `{}`", name.value);
    Diagnostic::new(
        Code::KEYS_EXCLUDE,
        name.span,
        title,
        "no earlier row has this name",
    )
}

pub(in crate::resolve) fn alias_shadows(alias: &Text, what: &str, first: Span) -> Diagnostic {
    let title = format!("alias `{}` shadows {what} of the same name", alias.value);
    Diagnostic::new(
        Code::ALIAS_SHADOWS,
        alias.span,
        title,
        "already leads elsewhere",
    )
    .also(first, format!("{what} `{}`", alias.value))
}

pub(in crate::resolve) fn move_twice(from: &Text, to: &Text, first: Span) -> Diagnostic {
    let title = format!(
        "the move from `{}` to `{}` stands twice",
        from.value, to.value
    );
    Diagnostic::new(Code::WRONG_MOVE, from.span, title, "again here").also(first, "first here")
}

pub(in crate::resolve) fn move_to_itself(to: &Text) -> Diagnostic {
    let title = format!("`{}` moves to itself", to.value);
    Diagnostic::new(
        Code::WRONG_MOVE,
        to.span,
        title,
        "a move leads to another value",
    )
}

// What is never used.

pub(in crate::resolve) fn unused_erratum(id: &str, span: Span) -> Diagnostic {
    let title = format!("erratum `{id}` is never referenced");
    Diagnostic::new(Code::UNUSED_ERRATUM, span, title, "nothing refers to it").help(format!(
        "put `errata = [\"{id}\"]` on the row that it rules on"
    ))
}

pub(in crate::resolve) fn unused_enum(name: &str, span: Span) -> Diagnostic {
    let title = format!("enum `{name}` is never used");
    Diagnostic::new(Code::UNUSED_ENUM, span, title, "no field has it")
}

pub(in crate::resolve) fn unused_structure(name: &Text) -> Diagnostic {
    let title = format!("structure `{}` is never used", name.value);
    Diagnostic::new(Code::UNUSED_STRUCTURE, name.span, title, "no field has it")
}

pub(in crate::resolve) fn unused_column(name: &str, span: Span) -> Diagnostic {
    let title = format!("no layout has the column `{name}`");
    Diagnostic::new(Code::UNUSED_COLUMN, span, title, "never in a bill")
}

// Names.

pub(in crate::resolve) fn not_an_xml_name(name: &Text) -> Diagnostic {
    let title = format!("`{}` cannot be the name of an XML element", name.value);
    let label = "ASCII letters, digits, `_`, `-`, `.`, not beginning with a digit";
    let found = Diagnostic::new(Code::NOT_AN_XML_NAME, name.span, title, label);
    match name.value.strip_prefix("r#") {
        Some(plain) => found.help(format!(
            "write `{plain}`, as it stands on the wire: its Rust name is derived, or given by `rust`"
        )),
        None if !name.value.is_ascii() => {
            found.help("write the name as it stands on the wire; the document's word is `label`")
        }
        None => found.help("an extraction from PDF may have put a space into the name"),
    }
}

pub(in crate::resolve) fn not_a_type_name(name: &Text, what: &str) -> Diagnostic {
    not_a_rust_name(name, what, "UpperCamelCase, ASCII letters and digits")
}

pub(in crate::resolve) fn not_a_snake_name(name: &Text, what: &str) -> Diagnostic {
    let form = "snake_case, ASCII letters and digits, not a Rust keyword";
    not_a_rust_name(name, what, form)
}

fn not_a_rust_name(name: &Text, what: &str, form: &str) -> Diagnostic {
    let title = format!("`{}` cannot be {what}", name.value);
    Diagnostic::new(
        Code::NOT_A_RUST_NAME,
        name.span,
        title,
        format!("must be {form}"),
    )
}

/// Two items that end up under one Rust name; `first` is `None` for a name of the generated code.
pub(in crate::resolve) fn clash(
    name: &str,
    span: Span,
    first: Option<Span>,
    what: &str,
) -> Diagnostic {
    let title = format!("{what} becomes `{name}` in Rust, which is taken");
    let found = Diagnostic::new(
        Code::RUST_NAME_CLASH,
        span,
        title,
        format!("becomes `{name}`"),
    );
    let found = match first {
        Some(first) => found.also(first, format!("becomes `{name}` too")),
        None => found,
    };
    match what.starts_with("field") || what.starts_with("interface") {
        true => found.help("give it another name in Rust: `rust = \"…\"`"),
        false => found.help(format!(
            "generated code uses the name `{name}` itself, or another item has it: choose another name"
        )),
    }
}

pub(in crate::resolve) fn index_misplaced(name: &Text, fault: IndexFault) -> Diagnostic {
    let title = format!("`{}` has an index that cannot be read", name.value);
    let label = match fault {
        IndexFault::BesideDigit => "a digit beside a number hides where the number begins or ends",
        IndexFault::Misplaced => "the numbers stand once, at the end",
    };
    Diagnostic::new(Code::INDEX_MISPLACED, name.span, title, label)
        .help("write `item_fee_$n`, or `item_fee_$n_$m` where an element has two numbers")
}

pub(in crate::resolve) fn element_taken(name: &Text, indexed: &Text) -> Diagnostic {
    let title = format!("`{}` is an element of `{}` too", name.value, indexed.value);
    let label = "a value of this name would have two meanings";
    Diagnostic::new(Code::ELEMENT_TAKEN, name.span, title, label)
        .also(indexed.span, "takes in every number")
}

/// A signed message whose signature has no place.
pub(in crate::resolve) fn sign_missing(message: &str, span: Span) -> Diagnostic {
    let title = format!("`{message}` is signed and has no field `sign`");
    Diagnostic::new(
        Code::SIGN_MISSING,
        span,
        title,
        "signed, so the signature needs a place",
    )
    .help("add the row of `sign`, or say `signed = false`")
}

pub(in crate::resolve) fn sign_demanded(sign: &Text, span: Span, sent: bool) -> Diagnostic {
    let title = format!(
        "`{}` holds the signature and is asked for like any other field",
        sign.value
    );
    let found = Diagnostic::new(Code::SIGN_MISSING, span, title, "computed, not given");
    match sent {
        true => found.help("say `supplied_by = \"client\"`"),
        false => found.help("remove `demand`: a signature is judged before a message is read"),
    }
}

pub(in crate::resolve) fn empty_value(what: &str, value: &Text) -> Diagnostic {
    let title = format!("{what} cannot be empty");
    Diagnostic::new(
        Code::EMPTY_VALUE,
        value.span,
        title,
        "an empty field counts as absent",
    )
    .help("remove the row, or write the value as it stands on the wire")
}

pub(in crate::resolve) fn not_a_url(url: &Text) -> Diagnostic {
    let title = format!("`{}` is not the address of an interface", url.value);
    let label = "an absolute `http` or `https` address with a path";
    let found = Diagnostic::new(Code::NOT_A_URL, url.span, title, label);
    match url.value.contains(['?', '#']) {
        true => found.help("remove the query: the rows of a GET request become the query, and an access token is added"),
        false => found.help("write it like `https://api.example.com/pay/order`"),
    }
}

// Keys of a field.

pub(in crate::resolve) fn number_key_on_text(row: &FieldRow, key: &str, span: Span) -> Diagnostic {
    let title = format!("`{key}` stands on `{}`, which is a string", row.name.value);
    Diagnostic::new(Code::NUMBER_KEY_ON_TEXT, span, title, "only for numbers")
}

pub(in crate::resolve) fn length_on_number(
    row: &FieldRow,
    wire_type: WireType,
    key: &str,
    span: Span,
) -> Diagnostic {
    let word = wire_type.as_str();
    let title = format!("`{key}` stands on `{}`, which is a {word}", row.name.value);
    Diagnostic::new(Code::LENGTH_ON_NUMBER, span, title, "only for strings")
        .help("a number has a range: use `min`")
}

pub(in crate::resolve) fn two_claims(row: &FieldRow, first: Claim, second: Claim) -> Diagnostic {
    let name = &row.name.value;
    let title = format!(
        "`{}` and `{}` of `{name}` exclude each other",
        first.0, second.0
    );
    Diagnostic::new(
        Code::KEYS_EXCLUDE,
        second.1,
        title,
        "says what the field holds",
    )
    .also(first.1, "so does this")
}

pub(in crate::resolve) fn text_claim_on_number(
    row: &FieldRow,
    (key, span): Claim,
    number: Span,
) -> Diagnostic {
    let title = format!("`{key}` stands on `{}`, which is a number", row.name.value);
    Diagnostic::new(Code::KEYS_EXCLUDE, span, title, "only for strings").also(number, "a number")
}

pub(in crate::resolve) fn range_of_enum(row: &FieldRow, limit: Span, name: Span) -> Diagnostic {
    let title = format!("`{}` is an enum and has a range", row.name.value);
    Diagnostic::new(Code::KEYS_EXCLUDE, limit, title, "only for plain numbers")
        .also(name, "an enum")
}

pub(in crate::resolve) fn listed_without_enum(row: &FieldRow, span: Span) -> Diagnostic {
    let title = format!("`listed` of `{}` needs `enum`", row.name.value);
    Diagnostic::new(Code::KEYS_EXCLUDE, span, title, "values of which enum?")
}

pub(in crate::resolve) fn demanded_and_conditional(
    row: &FieldRow,
    key: &str,
    span: Span,
    demand: Span,
) -> Diagnostic {
    let title = format!(
        "`{key}` of `{}` has no effect on a field that is always there",
        row.name.value
    );
    Diagnostic::new(
        Code::KEYS_EXCLUDE,
        span,
        title,
        "for a field that can be absent",
    )
    .also(demand, "demanded here")
    .help("remove one of the two")
}

pub(in crate::resolve) fn no_room(row: &FieldRow, max: Span) -> Diagnostic {
    let title = format!("`max` of `{}` leaves no room for a value", row.name.value);
    Diagnostic::new(Code::NUMBER_OUT_OF_RANGE, max, title, "must be 1 or more")
        .help("write the greatest length, or remove `max`")
}

pub(in crate::resolve) fn demand_without_erratum(row: &FieldRow, demand: Span) -> Diagnostic {
    let title = format!(
        "`demand` of `{}` differs from what the document prints",
        row.name.value
    );
    let label = format!("the document says `required = {}`", row.required);
    Diagnostic::new(Code::DEMAND_WITHOUT_ERRATUM, demand, title, label)
        .help("name the ruling: `errata = [\"E…\"]` on the row, its part or its message")
}

pub(in crate::resolve) fn supplied_in_reply(row: &FieldRow, span: Span) -> Diagnostic {
    let title = format!("`{}` is received, not supplied", row.name.value);
    Diagnostic::new(
        Code::SUPPLIED_IN_REPLY,
        span,
        title,
        "only in messages that we send",
    )
}

pub(in crate::resolve) fn lacks_supplier(
    row: &FieldRow,
    key: &str,
    asks: &str,
    span: Span,
) -> Diagnostic {
    let title = format!(
        "`{key}` of `{}` needs `supplied_by = \"{asks}\"`",
        row.name.value
    );
    Diagnostic::new(
        Code::KEYS_EXCLUDE,
        span,
        title,
        "the caller supplies this field",
    )
}

/// A key, or a group, for fields that stand once.
pub(in crate::resolve) fn key_on_indexed(name: &str, what: &str, span: Span) -> Diagnostic {
    let title = format!("{what} `{name}`, of which there can be many");
    Diagnostic::new(
        Code::KEY_ON_INDEXED,
        span,
        title,
        "only for a field that stands once",
    )
}

pub(in crate::resolve) fn indexed_demanded(name: &str, span: Span) -> Diagnostic {
    let title = format!("`{name}` stands any number of times, none included");
    Diagnostic::new(Code::KEY_ON_INDEXED, span, title, "cannot be demanded")
        .help("say `demand = false` and name the ruling: `errata = [\"E…\"]`")
}

// Conditions.

pub(in crate::resolve) fn condition_constant(text: &Text, holds: bool) -> Diagnostic {
    let title = match holds {
        true => "the condition always holds",
        false => "the condition never holds",
    };
    Diagnostic::new(
        Code::CONDITION_CONSTANT,
        text.span,
        title,
        "whatever a message has",
    )
    .help("compare with another value, or remove the condition")
}

pub(in crate::resolve) fn condition_on_itself(row: &FieldRow, key: &str, span: Span) -> Diagnostic {
    let title = format!("`{key}` of `{}` names the field itself", row.name.value);
    Diagnostic::new(
        Code::CONDITION_ON_ITSELF,
        span,
        title,
        "asks for what it decides",
    )
    .help("name the field that it depends on")
}

// Groups.

pub(in crate::resolve) fn group_of_one(table: &GroupRow) -> Diagnostic {
    let title = format!("group `{}` has fewer than two members", table.name.value);
    Diagnostic::new(
        Code::GROUP_OF_ONE,
        table.span,
        title,
        "no choice between fields",
    )
    .help("a single field is `required`")
}

pub(in crate::resolve) fn member_of_two_groups(member: &Text, other: &str) -> Diagnostic {
    let title = format!("`{}` is a member of group `{other}` already", member.value);
    Diagnostic::new(
        Code::MEMBER_OF_TWO_GROUPS,
        member.span,
        title,
        "in one group only",
    )
}

pub(in crate::resolve) fn member_demanded(
    group: &str,
    member: &Text,
    (reason, label): (Span, &str),
) -> Diagnostic {
    let title = format!(
        "`{}` is always there, so `{group}` is not a choice",
        member.value
    );
    Diagnostic::new(Code::GROUP_MEMBER_DEMANDED, member.span, title, "a member")
        .also(reason, label)
        .help("a member of a group is optional by itself")
}

// Interfaces, versions, views.

pub(in crate::resolve) fn message_lacks(
    interface: &str,
    method: Method,
    message: &str,
    span: Span,
) -> Diagnostic {
    let title = format!("interface `{interface}` has no `[{message}]`");
    let label = format!("a {} interface needs `[{message}]`", method.as_str());
    Diagnostic::new(Code::MESSAGE_MISSING, span, title, label)
}

pub(in crate::resolve) fn message_misplaced(
    interface: &str,
    method: Method,
    message: &str,
    span: Span,
) -> Diagnostic {
    let title = format!("interface `{interface}` cannot have a `[{message}]`");
    let label = format!("not in a {} interface", method.as_str());
    Diagnostic::new(Code::MESSAGE_MISSING, span, title, label)
}

pub(in crate::resolve) fn url_of_callback(interface: &str, url: Span) -> Diagnostic {
    let title = format!("interface `{interface}` is called by the platform and has a `url`");
    Diagnostic::new(Code::KEYS_EXCLUDE, url, title, "the method is CALLBACK")
}

pub(in crate::resolve) fn url_missing(interface: &str, method: Method, span: Span) -> Diagnostic {
    let title = format!("interface `{interface}` lacks `url`");
    let label = format!("the method is {}", method.as_str());
    Diagnostic::new(Code::MISSING_KEY, span, title, label)
}

pub(in crate::resolve) fn json_request(interface: &str, span: Span) -> Diagnostic {
    let title =
        format!("`form` of interface `{interface}` is `json`, and its request is sent as XML");
    Diagnostic::new(Code::KEYS_EXCLUDE, span, title, "the form of a reply alone")
        .help("requests in JSON are not supported: say `method = \"GET\"`, whose request is the query, or `form = \"xml_or_json\"`")
}

pub(in crate::resolve) fn stable_without_token(interface: &str, span: Span) -> Diagnostic {
    let title = format!("`stable_url` of interface `{interface}`, which gives no access token");
    Diagnostic::new(
        Code::KEYS_EXCLUDE,
        span,
        title,
        "for a request of access tokens alone",
    )
    .help("say for which mode its token is with `token_for`, or leave `stable_url` out")
}

pub(in crate::resolve) fn json_signed(interface: &str, form: Span, signed: Span) -> Diagnostic {
    let title = format!("the reply of interface `{interface}` is signed JSON");
    Diagnostic::new(
        Code::KEYS_EXCLUDE,
        form,
        title,
        "signatures are of XML alone",
    )
    .also(signed, "signed")
    .help("say `signed = false`, or `form = \"xml\"`")
}

pub(in crate::resolve) fn versions_reversed(since: &Text, until: &Text) -> Diagnostic {
    let title = format!(
        "`until` {} comes before `since` {}",
        until.value, since.value
    );
    Diagnostic::new(
        Code::VERSIONS_REVERSED,
        until.span,
        title,
        "is the older one",
    )
    .also(since.span, "since then")
}

pub(in crate::resolve) fn view_never_holds(name: &Text, why: &str) -> Diagnostic {
    let title = format!("the view cannot use `{}` so", name.value);
    let label = format!("`{}` {why}", name.value);
    Diagnostic::new(Code::VIEW_NEVER_HOLDS, name.span, title, label)
}

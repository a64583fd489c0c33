//! The derive macros of `signed-xml`, which re-exports them: use them through that crate.
//!
//! Steps of each derive: the attributes as written (`parse`), a model that is checked (`model`,
//! with all problems of an item in `problems`), the expansion (`expand`; `open_enum` and `bill_row`
//! are small enough to hold all three). The expansion names everything by absolute path,
//! `::signed_xml::…` (`library`), and knows nothing of any spec.

mod bill_row;
mod expand;
mod library;
mod model;
mod open_enum;
mod parse;
mod problems;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;
use signed_xml_condition::nested_deeper;
use syn::DeriveInput;

/// Makes a struct a message: a table of an interface document, one field per row.
///
/// Generates `Message` (schema, canonical order, reading, checks, supplied fields), a `Debug` that
/// leaves secrets and personal data out, and `Call` where `#[call(…)]` says where the request goes.
/// Do not derive the standard `Debug` beside it.
///
/// ```ignore
/// #[derive(Clone, PartialEq, Message, Builder)]
/// #[message(name = "order request", section = "2.1")]
/// #[call(method = "POST", url = "https://shop.example/order", auth = access_token, form = xml, reply = Order)]
/// pub struct PlaceOrder {
///     #[field(label = "用户标识", max = 128, personal)]
///     pub openid: Text,
///     #[field(label = "回跳地址", max = 256, format = url)]
///     pub url: Text,
///     #[field(label = "单项金额", name = "item_fee_$n", min = 1)]
///     pub item_fee_n: Indexed<Fen>,
///     #[field(label = "随机字符串", max = 32, supplied = client, required)]
///     pub nonce_str: Option<Text>,
///     #[field(label = "签名", max = 32, supplied = client, required)]
///     pub sign: Option<Text>,
/// }
/// ```
///
/// The struct has named fields and no generic parameters. A field of type `T` is demanded: a
/// message without it is neither built nor read. A field of type `Option<T>` may be absent. A field
/// of type `Indexed<T>` stands any number of times, each time with a number at the end of its name,
/// and one of type `Indexed<T, (u32, u32)>` with two numbers.
/// `T` is any `Value`: `Text`, `String`, `u8` to `u64`, `Fen`, `Duration`, `Ipv4Addr`, times and
/// dates, `Json<…>`, an enum with `derive(OpenEnum)`, or a type of your own.
///
/// # `#[message(…)]`, once
///
/// | key | meaning |
/// |---|---|
/// | `name = "…"` | the message in words, for errors: `order request` |
/// | `section = "…"` | its section of the document |
/// | `unsigned` | it carries no signature; without this word a message must have a field `sign`, which is computed |
/// | `crate = ::wire` | where this library is, for a dependency under another name: `wire = { package = "signed-xml", … }` |
/// | `no_implicit_prelude` | the module has `#![no_implicit_prelude]`: `Builder` then leaves out the texts of its errors, since the compiler finds no `#[diagnostic]` there |
/// | `sign_type = "HMAC-SHA256"` | the algorithm of the signature, where the message's own field `sign_type` names no other; `"MD5"` if absent |
///
/// # `#[call(…)]`, for a request
///
/// | key | meaning |
/// |---|---|
/// | `method = "POST"` | or `"GET"` |
/// | `url = "…"` | an absolute address without query |
/// | `auth = access_token` | or `none` |
/// | `form = xml` | the form of a good reply: `xml`, `xml_or_json`, `json` or `text` |
/// | `reply = Type` | the reply's message; for `form = text`, that of a failure |
/// | `repeatable` | optional: a second call does no more than the first one, as with a query, so that a client may send it again |
/// | `errors = Type` | optional: an `ErrorCodes`, which tells whether a refused call may have taken effect |
///
/// # `#[rule(name = some_name, doc = "…", check = condition)]`, any number
///
/// What must hold between fields before the message may be sent. `doc_zh = "…"` says the same in
/// Chinese, for `Violations::in_chinese`.
///
/// # `#[field(…)]`, on each field
///
/// | key | meaning |
/// |---|---|
/// | `label = "…"` | required: the field's name in the document |
/// | `name = "…"` | the wire name, where it is not the Rust name; that of an `Indexed` ends in `$n`, the number, or in `$n_$m` |
/// | `alias = "…"` | a name accepted when reading; repeat the key for more |
/// | `max = 32` | the greatest length that may be sent; received values may be longer |
/// | `length = bytes` | what `max` counts; `chars` if absent |
/// | `min = 1` | the least number that may be sent |
/// | `format = url` | the form of a `Text`: `url` or `md5` |
/// | `default = 0` | what an absent number counts as in rules |
/// | `secret`, `personal` | never shown in `Debug` and errors |
/// | `supplied = merchant` | not asked of the caller: comes from the merchant profile; `client`: from the client. The type is an `Option` |
/// | `from = "sub_appid"` | with `supplied = merchant`: the profile's key, where it is not the wire name |
/// | `value = "…"` | with `supplied = client`: a constant |
/// | `required` | with `supplied`: a complete message must have it |
/// | `exactly_one = group` | exactly one of the fields that name this group is present |
/// | `at_least_one = group` | at least one of them is |
/// | `required_when(condition)` | the field must be there when this holds |
/// | `forbidden_when(condition)` | the field must not be there when this holds |
/// | `unknown` | alone, on one field of type `UnknownFields`: holds what the table does not name |
///
/// # Conditions
///
/// Rust's syntax over the struct's own fields, by their Rust names: `&&`, `||`, `!`, parentheses,
/// `implies(a, b)`; `present(field)` and `absent(field)`; `field == "VALUE"`, `field != "VALUE"`
/// and `one_of(field, "A", "B")` on wire values, where an absent field equals no value; `<`, `<=`,
/// `>`, `>=`, `==`, `!=` between sums of number fields and numbers, `cash_fee + extra_fee <=
/// total_fee`. A field in a sum is demanded or has a `default`; one with an index cannot be in a
/// condition. What looks at a supplied field is judged once the message is complete. A condition is
/// nested at most 32 levels deep. It is the language of `signed-xml-condition`, which the spec
/// compiler speaks too.
///
/// # Errors
///
/// All problems of a struct are reported in one run, each at the token in question.
#[proc_macro_derive(Message, attributes(message, call, rule, field))]
pub fn message(item: TokenStream) -> TokenStream {
    expanded(item.into(), expand::message::derive).into()
}

/// Gives a message a builder that does not compile before everything required is given.
///
/// For a struct `Request` it generates `Request::builder()` and `RequestBuilder`, both as visible
/// as the struct, and, hidden, `RequestDraft` and the module `request_builder_state`. It reads the
/// same attributes as [`Message`](macro@Message), which the struct must derive too.
///
/// The builder is `Clone`, so the types of the fields must be. The module `request_builder` has a
/// name for each required field and group, by which `Filled` writes the type of a builder that is
/// half filled.
///
/// ```ignore
/// let request = PlaceOrder::builder()
///     .openid("oUpF8uMuAJO_M2pxb1Q9zNjWeS6o")
///     .url("https://shop.example/back")
///     .item_fee_n(0, Fen(250))
///     .build()?;
/// ```
///
/// | field | method |
/// |---|---|
/// | demanded (`T`) | `field(value)`; without it `build` does not compile, and the error names field, label and section |
/// | optional (`Option<T>`) | `field(value)` and `maybe_field(option)` |
/// | with an index (`Indexed<T>`) | `field(index, value)`, once for each number, or for each pair of numbers |
/// | of an `exactly_one` group | `field(value)`; a second member of the group, or none, does not compile |
/// | of an `at_least_one` group | `field(value)`; none does not compile |
/// | supplied | none |
/// | `unknown` | `extra_field(name, value)` |
///
/// A method takes what converts into a `T`; for `u8` to `u64` it takes the number itself, so that a literal
/// needs no suffix. A second call replaces the first value. `build()` gives the message or all
/// `Violations` at once.
///
/// The builder has one type parameter for each demanded field, in the order of declaration, and
/// then for each group, named after it in upper camel case (with `State` behind it where a type of
/// that name is used); each is `builder::Missing` or `builder::Given`.
#[proc_macro_derive(Builder, attributes(message, call, rule, field))]
pub fn builder(item: TokenStream) -> TokenStream {
    expanded(item.into(), expand::builder::derive).into()
}

/// Makes an enum a list of wire values that holds unknown ones too.
///
/// ```ignore
/// #[derive(Clone, Debug, PartialEq, Eq, Hash, OpenEnum)]
/// #[non_exhaustive]
/// pub enum Purse {
///     #[value("1", label = "现金")]
///     Cash,
///     #[value("2", label = "积分")]
///     Points,
///     #[unknown]
///     Unknown(UnknownValue),
/// }
/// ```
///
/// Each variant has either `#[value("…")]`, with the wire value and, if there is one, the
/// document's `label = "…"`; or, one of them, `#[unknown]` and an `UnknownValue`, which cannot be
/// matched by what it holds.
///
/// `#[open_enum(crate = ::wire)]` above the enum says where this library is, for a dependency under
/// another name.
///
/// Generates `WIRE_VALUES`, `as_str`, `label`, `from_wire`, `Display` (the wire value), `Value` for
/// messages and `bill::Cell` for bills.
#[proc_macro_derive(OpenEnum, attributes(open_enum, value, unknown))]
pub fn open_enum(item: TokenStream) -> TokenStream {
    expanded(item.into(), open_enum::derive).into()
}

/// Makes a struct a row of a bill, its fields found by the header.
///
/// ```ignore
/// #[derive(Clone, Default, PartialEq, BillRow)]
/// pub struct Row<'a> {
///     #[column("商户订单号", required)]
///     pub trade_no: Option<Cow<'a, str>>,
///     #[column("总金额", alias = "应结订单金额", required, yuan)]
///     pub total: Option<Fen>,
///     #[column("用户标识", personal)]
///     pub openid: Option<Cow<'a, str>>,
///     #[column(unknown)]
///     pub unknown: Vec<(Cow<'a, str>, Cow<'a, str>)>,
/// }
/// ```
///
/// A row with a lifetime borrows its text from the reader; one without takes `Text` for it. A struct
/// `Totals` with a method `add(&mut self, &Row<'_>)` and `bill::Totals` adds rows up as they are
/// read: `#[bill(totals = Totals)]` above the row. `#[bill(crate = ::wire)]` says where this library
/// is, for a dependency under another name.
///
/// | `#[column(…)]` | meaning |
/// |---|---|
/// | `"header"` | the column's name in the header line, blanks dropped |
/// | `alias = "…"` | another name that bills have for it; repeat the key for more |
/// | `required` | a bill without the column is refused |
/// | `replaced_by = "…"` | the header of another column that will do where this required one is absent |
/// | `personal` | never shown in `Debug` and errors |
/// | `yuan` | says that the bill prints yuan; the field is `Option<Fen>`, read exactly |
/// | `minus` | an amount that some bills print with a minus, because it went back: the minus is dropped |
/// | `unknown` | alone, on one field, a `Vec` of pairs of texts: the columns that no other field names |
///
/// Every other field is an `Option` of a `bill::Cell`: `Cow<str>`, `Text`, `Fen`, `Decimal`, `Rate`,
/// `BeijingTime`, an enum with `derive(OpenEnum)`.
///
/// Generates `bill::BillRow` and a `Debug` that leaves personal data out. Do not derive the
/// standard `Debug` beside it.
#[proc_macro_derive(BillRow, attributes(bill, column))]
pub fn bill_row(item: TokenStream) -> TokenStream {
    expanded(item.into(), bill_row::derive).into()
}

/// How deep an item may be nested, attributes included: syn's parser recurses.
const MAX_NESTING: usize = 2 * signed_xml_condition::MAX_NESTING;

/// What `derive` makes of the item, or why the item cannot be parsed.
fn expanded(
    item: proc_macro2::TokenStream,
    derive: fn(&DeriveInput) -> proc_macro2::TokenStream,
) -> proc_macro2::TokenStream {
    let parsed = match nested_deeper(item.clone(), MAX_NESTING) {
        Some(place) => Err(syn::Error::new(
            place,
            format_args!(
                "the item is nested more than {MAX_NESTING} levels deep: remove parentheses that change nothing"
            ),
        )),
        None => syn::parse2(item),
    };
    match parsed {
        Ok(item) => derive(&item),
        Err(error) => error.into_compile_error(),
    }
}

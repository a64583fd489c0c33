//! The inside of an attribute: `key`, `key = value` and `key(arguments)`, separated by commas.
//!
//! Every entry is taken up to the next comma, so that one that is wrong does not hide those after
//! it.

use std::collections::BTreeSet;
use std::str::FromStr;

use proc_macro2::{Ident, Spacing, Span, TokenStream, TokenTree};
use signed_xml_condition::nearest;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Attribute, LitInt, LitStr, Meta, Token, token};

use crate::problems::Problems;

/// One key of an attribute with what stands behind it.
pub(crate) struct Entry {
    /// The key.
    pub(crate) key: Ident,
    /// The key as text.
    pub(crate) name: String,
    form: Form,
}

enum Form {
    Flag,
    Assigned(TokenStream),
    Listed(TokenStream),
}

/// The tokens of a condition, and the key that they belong to.
pub(crate) struct Written {
    pub(crate) key: Span,
    pub(crate) tokens: TokenStream,
}

/// The most tokens of a value that syn parses: its parser of types recurses.
const MAX_VALUE: usize = 64;

/// A key that an attribute knows, and how it is written.
pub(crate) type Key = (&'static str, &'static str);

/// The entries of `#[attribute(…)]` whose keys are among `keys`; the others, and those given twice,
/// are reported.
pub(crate) fn entries(
    attribute: &Attribute,
    keys: &[Key],
    repeatable: &[&str],
    problems: &mut Problems,
) -> Vec<Entry> {
    arguments(attribute, problems)
        .map(|tokens| of_tokens(tokens, attribute, keys, repeatable, problems))
        .unwrap_or_default()
}

/// The string that `#[attribute("…", …)]` begins with, and the entries after it.
pub(crate) fn entries_after_text(
    attribute: &Attribute,
    keys: &[Key],
    repeatable: &[&str],
    example: &str,
    problems: &mut Problems,
) -> (Option<LitStr>, Vec<Entry>) {
    let Some(tokens) = arguments(attribute, problems) else {
        return (None, Vec::new());
    };
    let before = problems.count();
    let first = |input: ParseStream<'_>| {
        let text = if input.peek(LitStr) {
            Some(input.parse::<LitStr>()?)
        } else {
            None
        };
        if text.is_some() && !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
        Ok((text, input.parse::<TokenStream>()?))
    };
    match first.parse2(tokens) {
        Ok((text, rest)) => {
            let entries = of_tokens(rest, attribute, keys, repeatable, problems);
            if text.is_none() && entries.is_empty() && problems.count() == before {
                problems.report(
                    attribute,
                    format_args!("`#[{}(…)]` is empty: write `{example}`", name_of(attribute)),
                );
            }
            (text, entries)
        }
        Err(error) => {
            problems.syntax(error);
            (None, Vec::new())
        }
    }
}

fn arguments(attribute: &Attribute, problems: &mut Problems) -> Option<TokenStream> {
    match &attribute.meta {
        Meta::List(list) => Some(list.tokens.clone()),
        Meta::Path(_) | Meta::NameValue(_) => {
            let name = name_of(attribute);
            problems.report(
                &attribute.meta,
                format_args!("`{name}` takes its arguments in parentheses: `#[{name}(…)]`"),
            );
            None
        }
    }
}

fn name_of(attribute: &Attribute) -> String {
    attribute
        .path()
        .get_ident()
        .map(ToString::to_string)
        .unwrap_or_default()
}

fn of_tokens(
    tokens: TokenStream,
    attribute: &Attribute,
    keys: &[Key],
    repeatable: &[&str],
    problems: &mut Problems,
) -> Vec<Entry> {
    let mut seen = BTreeSet::new();
    let mut known = Vec::new();
    for entry in split(tokens, problems) {
        if !keys.iter().any(|(key, _)| *key == entry.name) {
            let allowed: Vec<&str> = keys.iter().map(|(_, usage)| *usage).collect();
            problems.report(
                &entry.key,
                format_args!(
                    "`#[{}(…)]` has no key `{}`{}\nit takes: {}",
                    name_of(attribute),
                    entry.name,
                    hint(&entry.name, keys.iter().map(|(key, _)| *key)),
                    allowed.join(", "),
                ),
            );
        } else if !repeatable.contains(&entry.name.as_str()) && !seen.insert(entry.name.clone()) {
            problems.report(
                &entry.key,
                format_args!("`{}` is given twice: keep one of them", entry.name),
            );
        } else {
            known.push(entry);
        }
    }
    known
}

fn split(tokens: TokenStream, problems: &mut Problems) -> Vec<Entry> {
    let mut entries = Vec::new();
    let parser = |input: ParseStream<'_>| {
        while !input.is_empty() {
            match entry(input) {
                Ok(entry) => entries.push(entry),
                Err(error) => {
                    problems.syntax(error);
                    up_to_comma(input)?;
                }
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    };
    if let Err(error) = parser.parse2(tokens) {
        problems.syntax(error);
    }
    entries
}

fn entry(input: ParseStream<'_>) -> syn::Result<Entry> {
    let key = input.call(Ident::parse_any).map_err(|error| {
        syn::Error::new(
            error.span(),
            "expected a key: write `key`, `key = value` or `key(…)`, separated by commas",
        )
    })?;
    let form = if input.peek(Token![=]) && !input.peek(Token![==]) {
        input.parse::<Token![=]>()?;
        let value = up_to_comma(input)?;
        if value.is_empty() {
            return Err(syn::Error::new(
                key.span(),
                format!("`{key} =` has no value"),
            ));
        }
        Form::Assigned(value)
    } else if input.peek(token::Paren) {
        let content;
        syn::parenthesized!(content in input);
        Form::Listed(content.parse()?)
    } else {
        Form::Flag
    };
    if !input.is_empty() && !input.peek(Token![,]) {
        return Err(input.error(format!("expected `,` after `{key}`")));
    }
    Ok(Entry {
        name: key.unraw().to_string(),
        key,
        form,
    })
}

/// Takes tokens up to the next comma that does not stand between the angle brackets of a type. In
/// `a < b, …` they never close: there the first comma ends the value.
fn up_to_comma(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let rest: TokenStream = input.fork().parse()?;
    let (mut angles, mut arrow) = (0_usize, false);
    let (mut first, mut outer) = (None, None);
    for (at, tree) in rest.into_iter().enumerate() {
        let TokenTree::Punct(punct) = tree else {
            continue;
        };
        match punct.as_char() {
            ',' => {
                first = first.or(Some(at));
                if angles == 0 {
                    outer = Some(at);
                    break;
                }
            }
            '<' => angles += 1,
            '>' if !arrow => angles = angles.saturating_sub(1),
            _ => {}
        }
        arrow = matches!(punct.as_char(), '-' | '=') && punct.spacing() == Spacing::Joint;
    }
    let end = if angles == 0 { outer } else { first };
    let mut taken = Vec::new();
    while !input.is_empty() && Some(taken.len()) != end {
        taken.push(input.parse::<TokenTree>()?);
    }
    Ok(taken.into_iter().collect())
}

/// Whether there are more tokens than that, those in parentheses counted.
fn is_longer(tokens: &TokenStream, limit: usize) -> bool {
    let mut open = vec![tokens.clone().into_iter()];
    let mut count = 0;
    while let Some(innermost) = open.last_mut() {
        match innermost.next() {
            _ if count > limit => return true,
            Some(TokenTree::Group(group)) => open.push(group.stream().into_iter()),
            Some(_) => {}
            None => {
                open.pop();
                continue;
            }
        }
        count += 1;
    }
    count > limit
}

/// `: did you mean …?` for a misspelt word, or nothing if no known word is near.
fn hint<'a>(found: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(found, known)
        .map(|word| format!(": did you mean `{word}`?"))
        .unwrap_or_default()
}

impl Entry {
    /// Where the entry stands.
    pub(crate) fn span(&self) -> Span {
        self.key.span()
    }

    /// Checks that nothing stands behind the key.
    pub(crate) fn flag(&self, problems: &mut Problems) -> bool {
        match &self.form {
            Form::Flag => true,
            Form::Assigned(tokens) | Form::Listed(tokens) => {
                problems.report(
                    tokens,
                    format_args!("`{0}` takes no value: write `{0}` alone", self.name),
                );
                false
            }
        }
    }

    /// The string of `key = "…"`.
    pub(crate) fn text(&self, problems: &mut Problems) -> Option<LitStr> {
        self.assigned(&format!("a string: `{} = \"…\"`", self.name), problems)
    }

    /// The number of `key = 1`.
    pub(crate) fn number<N: FromStr>(&self, problems: &mut Problems) -> Option<N>
    where
        N::Err: std::fmt::Display,
    {
        let literal: LitInt =
            self.assigned(&format!("a whole number: `{} = 1`", self.name), problems)?;
        match literal.base10_parse() {
            Ok(number) => Some(number),
            Err(error) => {
                problems.report(&literal, format_args!("`{}`: {error}", self.name));
                None
            }
        }
    }

    /// The word of `key = word`, one of `allowed`.
    pub(crate) fn word(&self, allowed: &[&str], problems: &mut Problems) -> Option<String> {
        let choices = allowed.join("`, `");
        let word: AnyIdent = self.assigned(&format!("one of `{choices}`"), problems)?;
        let found = word.0.unraw().to_string();
        if allowed.contains(&found.as_str()) {
            return Some(found);
        }
        let hint = hint(&found, allowed.iter().copied());
        problems.report(
            &word.0,
            format_args!(
                "`{}` is one of `{choices}`, found `{found}`{hint}",
                self.name
            ),
        );
        None
    }

    /// The identifier of `key = name`.
    pub(crate) fn name(&self, problems: &mut Problems) -> Option<Ident> {
        self.assigned(&format!("a name: `{} = some_name`", self.name), problems)
    }

    /// What stands behind `key =`, parsed.
    pub(crate) fn assigned<T: Parse>(&self, wanted: &str, problems: &mut Problems) -> Option<T> {
        let Form::Assigned(tokens) = &self.form else {
            return self.takes(wanted, problems);
        };
        if is_longer(tokens, MAX_VALUE) {
            problems.report(
                tokens,
                format_args!(
                    "`{}` has more than {MAX_VALUE} tokens: give the type a short name with `type`",
                    self.name
                ),
            );
            return None;
        }
        let value =
            |input: ParseStream<'_>| Ok((input.parse::<T>()?, input.parse::<TokenStream>()?));
        match value.parse2(tokens.clone()) {
            Ok((value, rest)) if rest.is_empty() => Some(value),
            Ok((_, rest)) => {
                problems.report(&rest, format_args!("expected `,` before `{rest}`"));
                None
            }
            Err(_) => {
                problems.report(
                    tokens,
                    format_args!("`{}` takes {wanted}, found `{tokens}`", self.name),
                );
                None
            }
        }
    }

    /// What stands behind `key =`, unparsed.
    pub(crate) fn assigned_tokens(&self, wanted: &str, problems: &mut Problems) -> Option<Written> {
        match &self.form {
            Form::Assigned(tokens) => Some(self.written(tokens)),
            _ => self.takes(wanted, problems),
        }
    }

    /// The parentheses of `key(…)`, unparsed.
    pub(crate) fn listed_tokens(&self, wanted: &str, problems: &mut Problems) -> Option<Written> {
        match &self.form {
            Form::Listed(tokens) => Some(self.written(tokens)),
            _ => self.takes(wanted, problems),
        }
    }

    fn written(&self, tokens: &TokenStream) -> Written {
        Written {
            key: self.span(),
            tokens: tokens.clone(),
        }
    }

    fn takes<T>(&self, wanted: &str, problems: &mut Problems) -> Option<T> {
        problems.report(&self.key, format_args!("`{}` takes {wanted}", self.name));
        None
    }
}

/// An identifier or a keyword.
struct AnyIdent(Ident);

impl Parse for AnyIdent {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        input.call(Ident::parse_any).map(Self)
    }
}

/// The text of the `///` lines among `attributes`.
pub(crate) fn documentation(attributes: &[Attribute]) -> Vec<&Attribute> {
    attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("doc"))
        .collect()
}

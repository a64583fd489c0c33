//! `error_code.rs`: the document's error codes, what each means and what to do next.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::{Effect, ErrorCode, Model};

use super::{docs, enums, header, ident};

pub(super) fn file(model: &Model) -> TokenStream {
    let header = header(
        "The error codes of the document: meaning, interfaces, effect, and what to do next.",
        "`spec/errors.toml`",
        &[],
    );
    let doc = match model.error_codes_doc.as_str() {
        "" => docs::comment(&["An error code of the document."]),
        doc => {
            let mut lines = vec![doc.to_owned()];
            lines.extend(docs::chinese(doc, model));
            docs::comment(&lines)
        }
    };
    let codes = &model.error_codes;
    let item = enums::open(
        &doc,
        &ident("ErrorCode"),
        codes.iter().map(|code| variant(code, model)),
    );
    let meaning = table(codes, |code| {
        let meaning = &code.meaning;
        quote!(Some(#meaning))
    });
    let advice = table(
        codes.iter().filter(|code| !code.advice.is_empty()),
        |code| {
            let advice = &code.advice;
            quote!(Some(#advice))
        },
    );
    let chinese = table(
        codes
            .iter()
            .filter(|code| model.chinese(&code.advice).is_some()),
        |code| {
            let advice = model.chinese(&code.advice);
            quote!(Some(#advice))
        },
    );
    // A match of one arm alone is a lint of users' own builds.
    let [advice, chinese] = [advice, chinese].map(|arms| match arms.is_empty() {
        true => quote!(None),
        false => quote!(match self { #arms _ => None, }),
    });
    let in_chinese = (!model.translations.is_empty()).then(|| {
        quote! {
            /// What to do next, in Chinese; `None` for an unknown code.
            pub fn advice_zh(&self) -> Option<&'static str> {
                #chinese
            }
        }
    });
    let interfaces = table(codes, |code| {
        let interfaces = &code.interfaces;
        quote!(&[#(#interfaces),*])
    });
    let refused: Vec<_> = codes
        .iter()
        .filter(|code| code.effect == Effect::Refused)
        .map(|code| &code.code)
        .collect();
    let effect = match refused.is_empty() {
        true => quote!(let _ = code; Effect::Unknown),
        false => quote! {
            match code {
                #(#refused)|* => Effect::Refused,
                _ => Effect::Unknown,
            }
        },
    };
    quote! {
        #header
        use signed_xml::{Effect, ErrorCodes, OpenEnum, UnknownValue};

        #item

        impl ErrorCode {
            /// The document's meaning; `None` for an unknown code.
            pub fn meaning(&self) -> Option<&'static str> {
                match self { #meaning _ => None, }
            }

            /// What to do next; `None` for an unknown code.
            pub fn advice(&self) -> Option<&'static str> {
                #advice
            }

            #in_chinese

            /// The interfaces that answer it, `*` for all; empty for an unknown code.
            pub fn interfaces(&self) -> &'static [&'static str] {
                match self { #interfaces _ => &[], }
            }

            /// Whether a call that was answered with it may have taken effect.
            pub fn effect(&self) -> Effect {
                <Self as ErrorCodes>::effect(self.as_str())
            }
        }

        impl ErrorCodes for ErrorCode {
            fn effect(code: &str) -> Effect {
                #effect
            }
        }
    }
}

fn table<'a>(
    codes: impl IntoIterator<Item = &'a ErrorCode>,
    value: impl Fn(&ErrorCode) -> TokenStream,
) -> TokenStream {
    let arms = codes.into_iter().map(|code| {
        let (name, value) = (ident(&code.name), value(code));
        quote!(Self::#name => #value,)
    });
    quote!(#(#arms)*)
}

fn variant(code: &ErrorCode, model: &Model) -> TokenStream {
    let (wire, meaning) = (&code.code, &code.meaning);
    let effect = match code.effect {
        Effect::Refused => "- The call took no effect.",
        Effect::Unknown => "- The call may have taken effect: query before anything else.",
    };
    let mut lines = docs::paragraphs(&format!("{wire} {meaning}"), &code.advice, model);
    lines.push(String::new());
    lines.push(effect.to_owned());
    lines.extend(docs::versions(&code.history));
    lines.extend(docs::rulings(&code.errata, model));
    let doc = docs::comment(&lines);
    let name = ident(&code.name);
    quote! {
        #doc
        #[value(#wire, label = #meaning)]
        #name,
    }
}

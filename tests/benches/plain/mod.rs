//! A generated file without our derives and their attributes: the structs and enums as one would write them with std alone.

use syn::punctuated::Punctuated;
use syn::{
    Attribute, Fields, ImplItem, Item, ItemEnum, ItemImpl, Meta, Path, Token, UseTree, parse_quote,
};

const DERIVES: [&str; 4] = ["BillRow", "Builder", "Message", "OpenEnum"];
const ATTRIBUTES: [&str; 7] = [
    "call", "column", "field", "message", "rule", "unknown", "value",
];

/// The file, stripped.
pub(crate) fn without_derives(text: &str) -> String {
    let mut file = syn::parse_file(text).unwrap();
    let enums: Vec<ItemEnum> = file
        .items
        .iter()
        .filter_map(|item| match item {
            Item::Enum(item) => Some(item.clone()),
            _ => None,
        })
        .collect();
    for item in &mut file.items {
        match item {
            Item::Struct(item) => {
                strip(&mut item.attrs);
                strip_fields(&mut item.fields);
            }
            Item::Enum(item) => {
                strip(&mut item.attrs);
                for variant in &mut item.variants {
                    strip(&mut variant.attrs);
                    strip_fields(&mut variant.fields);
                }
            }
            Item::Impl(item) => replace_derived_calls(item, &enums),
            Item::Use(item) => strip_use(&mut item.tree),
            _ => {}
        }
    }
    prettyplease::unparse(&file)
}

fn strip_fields(fields: &mut Fields) {
    for field in fields {
        strip(&mut field.attrs);
    }
}

fn strip(attributes: &mut Vec<Attribute>) {
    attributes.retain(|attribute| {
        !ATTRIBUTES
            .iter()
            .any(|name| attribute.path().is_ident(name))
    });
    for attribute in attributes {
        if attribute.path().is_ident("derive")
            && let Meta::List(list) = &attribute.meta
        {
            let parser = Punctuated::<Path, Token![,]>::parse_terminated;
            let derives = list.parse_args_with(parser).unwrap();
            let std = derives
                .into_iter()
                .filter(|path| !DERIVES.iter().any(|name| path.is_ident(name)));
            let std: Punctuated<Path, Token![,]> = std.collect();
            *attribute = parse_quote!(#[derive(#std)]);
        }
    }
}

/// What a default made of a text becomes the first value; what needs the text of a value goes.
fn replace_derived_calls(item: &mut ItemImpl, enums: &[ItemEnum]) {
    let own = enums
        .iter()
        .find(|own| matches!(&*item.self_ty, syn::Type::Path(ty) if ty.path.is_ident(&own.ident)));
    item.items.retain_mut(|method| {
        let (ImplItem::Fn(method), Some(own)) = (method, own) else {
            return true;
        };
        let body = format!("{:?}", method.block);
        if body.contains("from_wire") {
            let first = &own.variants[0].ident;
            method.block = parse_quote!({ Self::#first });
        }
        !body.contains("as_str")
    });
}

fn strip_use(tree: &mut UseTree) {
    match tree {
        UseTree::Path(path) => strip_use(&mut path.tree),
        UseTree::Group(group) => {
            let kept = std::mem::take(&mut group.items).into_iter().filter(
                |tree| !matches!(tree, UseTree::Name(name) if DERIVES.iter().any(|derive| name.ident == derive)),
            );
            group.items = kept.collect();
        }
        _ => {}
    }
}

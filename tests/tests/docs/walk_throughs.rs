//! The walk-throughs of CONTRIBUTING.md, applied to a copy of the spec and compiled.
//!
//! The first line of a block says where the rest goes: `# FILE, new`, `# FILE, at the end`, `# FILE, below: TEXT` (below the first
//! line that holds it), `# FILE, instead of: TEXT` (of that line).

use std::collections::BTreeMap;

use signed_xml_codegen::{Diagnostics, Sources, compile, rust};
use signed_xml_spec_tools::lint;

use crate::markdown::{Block, blocks_of, root};

/// A sign of each walk-through in the generated code.
const SIGNS: [&str; 7] = [
    "pub close_reason: Option<Text>",
    "pub struct Request",
    "pub async fn getbindurl(",
    "RefundWindowClosed",
    "PhysicalPay",
    "pub med_refund_id: Option<Text>",
    "pub insurance_account_balance: Option<Fen>",
];

#[test]
fn every_walk_through_compiles_on_its_own_up_to_its_last_step() {
    let mut spec = spec();
    let blocks = walk_throughs();
    for (number, block) in blocks.iter().enumerate() {
        apply(&mut spec, block);
        // An erratum that nothing refers to yet, or an interface that is not listed, is made whole by the next block.
        let ends = blocks
            .get(number + 1)
            .is_none_or(|next| !belong_together(block, next));
        if ends {
            let text = |(name, text): (&String, &String)| (name.clone(), text.clone());
            let model = compile(Sources::from_texts("spec", spec.iter().map(text)))
                .unwrap_or_else(|wrong| panic!("{}:\n{}", block.place(), wrong.render(false)));
            assert!(
                model.warnings.is_empty(),
                "{}:\n{}",
                block.place(),
                model.warnings.render(false)
            );
        }
    }
    let model = compile(Sources::from_texts("spec", spec)).unwrap();
    let lint = Diagnostics::new(model.sources.clone(), lint::check(&model));
    assert!(lint.is_empty(), "{}", lint.render(false));
    let emitted: String = rust::emit(&model)
        .into_iter()
        .map(|file| file.text)
        .collect();
    for sign in SIGNS {
        assert!(
            emitted.contains(sign),
            "no `{sign}` in what is generated after the walk-throughs"
        );
    }
}

/// The TOML blocks of CONTRIBUTING.md.
fn walk_throughs() -> Vec<Block> {
    let blocks = blocks_of("CONTRIBUTING.md", "toml");
    assert!(blocks.len() >= 9, "{} blocks", blocks.len());
    blocks
}

/// Whether two blocks stand under one heading.
fn belong_together(block: &Block, next: &Block) -> bool {
    let text = crate::markdown::read(&block.document);
    let between = text.lines().skip(block.line).take(next.line - block.line);
    between.into_iter().all(|line| !line.starts_with("### "))
}

fn apply(spec: &mut BTreeMap<String, String>, block: &Block) {
    let (place, rows) = block
        .text
        .split_once('\n')
        .unwrap_or_else(|| panic!("{}: nothing to insert", block.place()));
    let (file, how) = place
        .strip_prefix("# spec/")
        .and_then(|place| place.split_once(", "))
        .unwrap_or_else(|| {
            panic!(
                "{}: the first line must say where the rest goes: `# spec/FILE, below: TEXT`",
                block.place()
            )
        });
    if how == "new" {
        let before = spec.insert(file.to_owned(), rows.to_owned());
        assert!(before.is_none(), "{}: {file} exists", block.place());
        return;
    }
    let text = spec
        .get_mut(file)
        .unwrap_or_else(|| panic!("{}: spec/{file} does not exist", block.place()));
    if how == "at the end" {
        text.push_str(&format!("\n{rows}\n"));
        return;
    }
    let (keep, needle) = match (
        how.strip_prefix("below: "),
        how.strip_prefix("instead of: "),
    ) {
        (Some(needle), _) => (true, needle),
        (_, Some(needle)) => (false, needle),
        _ => panic!("{}: `{how}` is not a place", block.place()),
    };
    let mut lines: Vec<&str> = text.lines().collect();
    let at = lines
        .iter()
        .position(|line| line.contains(needle))
        .unwrap_or_else(|| panic!("{}: no line of spec/{file} holds `{needle}`", block.place()));
    let from = if keep { at + 1 } else { at };
    lines.splice(from..at + 1, rows.lines());
    *text = lines.join("\n");
}

/// The spec, by file.
fn spec() -> BTreeMap<String, String> {
    let folder = root().join("spec");
    let mut files = BTreeMap::new();
    for (path, prefix) in [
        (folder.clone(), ""),
        (folder.join("interfaces"), "interfaces/"),
    ] {
        for entry in std::fs::read_dir(path).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            if name.ends_with(".toml") && Sources::is_part(&format!("{prefix}{name}")) {
                let text = std::fs::read_to_string(entry.path()).unwrap();
                files.insert(format!("{prefix}{name}"), text);
            }
        }
    }
    files
}

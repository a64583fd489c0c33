//! Resolving: the tree as written to the [`Model`].
//!
//! Steps, in order, since each looks names up in what came before: versions and errata, enums,
//! interfaces (fields, then groups, then conditions, then views), error codes, bills, and last
//! what was never used.

use crate::diagnostic::{Code, Diagnostics, Findings};
use crate::model::{Erratum, Model, Signature};
use crate::read::tree::{ErratumRow, Tree};
use crate::source::Sources;

use context::Context;

pub use names::rust_name;

mod bill;
mod catalog;
mod condition;
mod context;
mod field;
mod indexed;
mod interface;
mod message;
mod names;
mod problem;
mod view;

/// Builds the model; it is only fit for emitting when no finding is an error.
pub(crate) fn resolve(sources: &Sources, tree: &Tree, findings: &mut Findings) -> Model {
    let mut context = Context::new(sources, findings);
    context.versions = tree.header.versions.clone();
    context.errata = errata(&tree.errata, &mut context);
    let document = context.version(tree.header.document.as_ref());
    let signature = tree.header.signature.as_ref().map(|row| Signature {
        algorithm: row.algorithm.clone(),
        history: context.history(&row.history),
        span: row.span,
    });
    let errata_of_spec = context.errata(&tree.header.errata);
    context.enums = catalog::enums(&tree.enums, &mut context);
    let interfaces = interface::resolve(&tree.interfaces, &mut context);
    let error_codes = catalog::error_codes(&tree.errors, &tree.interfaces, &mut context);
    let bill_columns = catalog::columns(&tree.columns, &mut context);
    let bill_layouts = catalog::layouts(&tree.layouts, &bill_columns, &mut context);
    let bill_sums = bill::sums(tree.sums.as_ref(), &bill_columns, &mut context);
    context.report_unused();
    let name = name_of_spec(tree, &mut context);
    Model {
        name,
        title: tree.header.title.clone(),
        landing: tree.header.landing.clone(),
        document: document.unwrap_or_default(),
        signature,
        notes: tree.header.notes.clone(),
        errata_of_spec,
        interfaces,
        error_codes_doc: tree.errors_doc.clone(),
        error_codes,
        bill_columns,
        bill_layouts,
        bill_sums,
        versions: context.versions,
        errata: context.errata,
        enums: context.enums,
        vocabulary: tree.vocabulary.clone(),
        translations: tree.translations.clone(),
        sources: sources.clone(),
        warnings: Diagnostics::default(),
    }
}

/// The name of the spec is that of a file and of a module.
fn name_of_spec(tree: &Tree, context: &mut Context<'_>) -> String {
    let Some(name) = &tree.header.name else {
        return String::new();
    };
    context.snake_name(name, "the name of a spec");
    name.value.clone()
}

fn errata(rows: &[ErratumRow], context: &mut Context<'_>) -> Vec<Erratum> {
    let mut errata: Vec<Erratum> = Vec::new();
    for row in rows {
        if let Some(first) = errata.iter().find(|first| first.id == row.id.value) {
            context.report(problem::twice(
                Code::ERRATUM_TWICE,
                "erratum",
                &row.id,
                first.span,
            ));
            continue;
        }
        errata.push(Erratum {
            id: row.id.value.clone(),
            section: row.section.clone(),
            printed: row.printed.clone(),
            ruling: row.ruling.clone(),
            why: row.why.clone(),
            span: row.id.span,
        });
    }
    errata
}

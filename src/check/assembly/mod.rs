//! An assembly as a whole: its templates, SQL, scripts and dashboards are right, and agree with each other.
//!
//! In: a verified assembly. Out: diagnostics with their files. It compares what is written in several files: the columns of a dataset in
//! the manifest, the Data Catalog, the job, the warehouse and the data sets. It refuses to read the platform file: an assembly is
//! checked as it is deployed.

mod columns;
mod data_sets;
mod definitions;
mod parts;
mod rules;
mod sql;

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use strataform_rules::Source;

use super::policy::Review;
use super::template::Deployed;
use crate::assembly::{Assembly, ValueSource};
use crate::diagnostic::{Diagnostic, SourceFile};

/// What to do about a file that was changed by hand.
const AGAIN: &str = "run `gen synth`; generated files are not edited by hand";

/// What is checked, and what is wrong with it.
struct Checked<'a> {
    assembly: &'a Assembly,
    /// The templates by stack, in the order in which they are deployed.
    templates: Vec<(&'a str, Value)>,
    found: BTreeMap<String, Vec<Diagnostic>>,
}

impl Checked<'_> {
    fn add(&mut self, path: &str, diagnostic: Diagnostic) {
        self.found.entry(path.to_owned()).or_default().push(diagnostic);
    }

    /// The resources of a type, with the path of their template and their logical IDs.
    fn resources(&self, kind: &str) -> Vec<(&str, &str, &Value)> {
        let mut found = Vec::new();
        for (path, template) in &self.templates {
            let all = template.get("Resources").and_then(Value::as_object);
            for (id, one) in all.into_iter().flatten().filter(|(_, one)| one["Type"] == kind) {
                found.push((*path, id.as_str(), &one["Properties"]));
            }
        }
        found
    }
}

/// What is wrong with an assembly, by file: those of its templates first. `folder` is where its files are. Its own rules are checked
/// next to those of the review, and its own suppressions apply, as they do when the platform is checked.
#[must_use]
pub fn check(
    assembly: &Assembly,
    folder: &Path,
    review: Option<&Review<'_>>,
) -> Vec<(SourceFile, Vec<Diagnostic>)> {
    let source =
        |path: &str| SourceFile { path: folder.join(path), text: assembly.text(path).unwrap_or_default() };
    let stacks = &assembly.manifest.stacks;
    let files: Vec<SourceFile> = stacks.iter().map(|stack| source(&stack.template)).collect();
    let deployed: Vec<Deployed<'_>> = stacks
        .iter()
        .zip(&files)
        .map(|(stack, file)| Deployed {
            file,
            stack: stack.name.clone(),
            parameters: stack.parameters.iter().map(|one| (one.name.clone(), passed(&one.source))).collect(),
        })
        .collect();
    let (mut of_templates, of_rules) = rules::check(assembly, folder, &deployed, review);
    let read = stacks.iter().zip(&files);
    let templates = read
        .map(|(stack, file)| {
            (stack.template.as_str(), serde_json::from_str(&file.text).unwrap_or(Value::Null))
        })
        .collect();
    let mut checked = Checked { assembly, templates, found: BTreeMap::new() };
    parts::check(&mut checked);
    let warehouse = sql::check(&mut checked);
    columns::check(&mut checked, &warehouse);
    data_sets::check(&mut checked, &warehouse);
    definitions::check(&mut checked);
    let mut found = checked.found;
    for (file, (stack, known)) in files.iter().zip(stacks.iter().zip(&mut of_templates)) {
        let Some(more) = found.remove(&stack.template) else { continue };
        let places = strataform_template::Places::of(&file.text);
        known.extend(more.into_iter().map(|one| at_pointer(one, &places)));
        known.sort_by_key(|one| one.labels.first().map_or(0, |label| label.span.start));
    }
    let others = found.into_iter().map(|(path, all)| (source(&path), all));
    files.iter().cloned().zip(of_templates).chain(others).chain(of_rules).collect()
}

/// A finding in a template, whose first label has a JSON pointer as text, at its place.
fn at_pointer(mut one: Diagnostic, places: &strataform_template::Places) -> Diagnostic {
    if let Some(first) = one.labels.first_mut() {
        first.span = places.value(&first.text);
        first.text.clear();
    }
    one
}

/// A finding at a JSON pointer of a template.
fn pointed(
    code: crate::diagnostic::Code,
    pointer: impl Into<String>,
    summary: impl Into<String>,
) -> Diagnostic {
    Diagnostic::error(code, 0..0, summary).here(pointer)
}

/// What a parameter gets, for the rules.
fn passed(source: &ValueSource) -> Source {
    match source {
        ValueSource::StackOutput { stack, output } => {
            Source::Output { stack: stack.clone(), output: output.clone() }
        }
        ValueSource::Asset { key, .. } => Source::Text(key.clone()),
        ValueSource::Literal { value } => Source::Text(value.clone()),
    }
}

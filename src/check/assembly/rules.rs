//! Rules between resources and policies, over the templates of an assembly.
//!
//! In: the assembly, its templates, the policies of the review. Out: diagnostics of each template, and of the manifest and the rule
//! files. It refuses to evaluate rules of a file that is at fault.

use std::path::Path;

use super::super::policy::{self, Review, RuleFile, RuleSet};
use super::super::suppress::{self, Known, Part, Remark, Suppressions};
use super::super::template::{self, Deployed, Ruled};
use crate::assembly::{Assembly, FileKind, MANIFEST, ManifestStack};
use crate::diagnostic::{Diagnostic, SourceFile};

/// Diagnostics, by file.
type ByFile = Vec<(SourceFile, Vec<Diagnostic>)>;

/// What breaks a rule in each template, and what is wrong with the rules and the suppressions, by file.
pub(super) fn check(
    assembly: &Assembly,
    folder: &Path,
    deployed: &[Deployed<'_>],
    review: Option<&Review<'_>>,
) -> (Vec<Vec<Diagnostic>>, ByFile) {
    let Some(review) = review else {
        let mut none = Suppressions::new(&[], chrono::NaiveDate::MIN);
        let ruled = Ruled { sets: &[], errors: &[], suppressions: &mut none };
        return (template::check_deployment(deployed, ruled), Vec::new());
    };
    let own = files(assembly, folder);
    let (own, mut wrong) = match policy::parsed(&own, &review.rules) {
        Ok(set) => (Some(set), Vec::new()),
        Err(faults) => (None, by_file(&own, faults)),
    };
    let sets: Vec<&RuleSet<'_>> = review.rules.iter().copied().chain(own.as_ref()).collect();
    let of = &assembly.manifest.policy;
    let mut suppressions = Suppressions::new(&of.suppressions, review.today);
    let ruled = Ruled { sets: &sets, errors: &of.errors, suppressions: &mut suppressions };
    let found = template::check_deployment(deployed, ruled);
    if wrong.is_empty() {
        let known = known(&assembly.manifest.stacks, &sets);
        wrong.extend(remarks(assembly, folder, &suppressions, &known));
    }
    (found, wrong)
}

/// The rule files of an assembly.
fn files(assembly: &Assembly, folder: &Path) -> Vec<RuleFile> {
    let files = assembly.manifest.files.iter().filter(|file| file.kind == FileKind::Policy);
    let rule_file = |path: &str| RuleFile {
        name: folder.join(path).display().to_string(),
        text: assembly.text(path).unwrap_or_default(),
    };
    files.map(|file| rule_file(&file.path)).collect()
}

fn by_file(files: &[RuleFile], faults: Vec<Diagnostic>) -> ByFile {
    let mut found: ByFile = files
        .iter()
        .map(|file| (SourceFile { path: file.name.clone().into(), text: file.text.clone() }, Vec::new()))
        .collect();
    for fault in faults {
        if let Some((_, all)) = found.iter_mut().find(|(file, _)| Some(&file.path) == fault.file.as_ref()) {
            all.push(fault);
        }
    }
    found.retain(|(_, all)| !all.is_empty());
    found
}

/// The names that the manifest can have.
fn known<'a>(stacks: &'a [ManifestStack], sets: &'a [&RuleSet<'_>]) -> Known<'a> {
    let resources =
        stacks.iter().flat_map(|stack| stack.origins.keys().map(|id| (stack.name.as_str(), id.as_str())));
    Known {
        rules: sets.iter().flat_map(|set| set.rules()).map(|(_, rule)| rule).collect(),
        resources: resources.collect(),
    }
}

/// What is wrong with the suppressions and with the names of rules, in the manifest.
fn remarks(
    assembly: &Assembly,
    folder: &Path,
    suppressions: &Suppressions<'_>,
    known: &Known<'_>,
) -> Option<(SourceFile, Vec<Diagnostic>)> {
    let errors = suppress::unknown_errors(&assembly.manifest.policy.errors, known);
    let errors = errors.into_iter().map(|(at, one)| (format!("/policy/errors/{at}"), one));
    let of_suppressions = suppressions.remarks(known).into_iter().map(|Remark { at, part, diagnostic }| {
        let key = match part {
            Part::Rule => "rule",
            Part::Resource => "resource",
            Part::Until => "until",
        };
        (format!("/policy/suppressions/{at}/{key}"), diagnostic)
    });
    let all: Vec<(String, Diagnostic)> = errors.chain(of_suppressions).collect();
    if all.is_empty() {
        return None;
    }
    let text = String::from_utf8(assembly.manifest.to_bytes().ok()?).ok()?;
    let places = strataform_template::Places::of(&text);
    let diagnostics = all.into_iter().map(|(pointer, mut one)| {
        if let Some(first) = one.labels.first_mut() {
            first.span = places.value(&pointer);
        }
        one
    });
    let diagnostics = diagnostics.collect();
    Some((SourceFile { path: folder.join(MANIFEST), text }, diagnostics))
}

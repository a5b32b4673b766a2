//! Templates and assemblies: what `gen check` takes besides platforms.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use strataform::assembly::{self, MANIFEST};
use strataform::check;
use strataform::check::policy::{GuardFault, Review, RuleFile, RuleSet};
use strataform::diagnostic::{Diagnostic, SourceFile};
use strataform::project;
use strataform_input::Kind;

use super::super::outcome::Fail;
use super::super::read;

/// The policies: our own and those of teams, for assemblies and platforms; those of teams, for templates, which need not follow ours.
pub(super) struct Policies<'a> {
    pub(super) review: Review<'a>,
    of_teams: Option<&'a RuleSet<'a>>,
}

impl<'a> Policies<'a> {
    /// Our own rules, if they are needed, and then those of teams, on a day.
    pub(super) fn of(
        ours: Option<&'a RuleSet<'a>>,
        of_teams: Option<&'a RuleSet<'a>>,
        today: NaiveDate,
    ) -> Self {
        let rules = ours.into_iter().chain(of_teams).collect();
        Self { review: Review { rules, today }, of_teams }
    }
}

/// Parses the rules of teams; `None` if there are none. Next to `ours`, they must have other names.
pub(super) fn parsed<'a>(
    own: &'a [RuleFile],
    ours: Option<&RuleSet<'_>>,
) -> Result<Option<RuleSet<'a>>, Fail> {
    let failed = |faults: &[GuardFault]| {
        let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
        Fail::refused(lines.join("\n       "), "correct the rules; docs/guard.md describes them")
    };
    if own.is_empty() {
        return Ok(None);
    }
    let set = RuleSet::parse(own).map_err(|faults| failed(&faults))?;
    let faults = ours.map(|ours| set.duplicates(ours)).unwrap_or_default();
    if faults.is_empty() { Ok(Some(set)) } else { Err(failed(&faults)) }
}

/// The rule files in folders, by name.
pub(super) fn rule_files(folders: &[PathBuf]) -> Result<Vec<RuleFile>, Fail> {
    let mut found = Vec::new();
    for folder in folders {
        let failed = |error: &dyn std::fmt::Display| {
            let message = format!("cannot read {}: {error}", folder.display());
            Fail::refused(message, "pass a folder with files that end in .guard")
        };
        let entries = fs::read_dir(folder).map_err(|error| failed(&error))?;
        let mut paths = Vec::new();
        for entry in entries {
            paths.push(entry.map_err(|error| failed(&error))?.path());
        }
        paths.retain(|path| project::is_rule_file(path));
        paths.sort();
        if paths.is_empty() {
            return Err(failed(&"it has no file that ends in .guard"));
        }
        for path in paths {
            let text = read::text(&path, Kind::Rules, "pass a folder with files that end in .guard")?;
            found.push(RuleFile { name: path.display().to_string(), text });
        }
    }
    Ok(found)
}

/// The arguments that name files and folders of their own, and the others, which name platforms.
pub(super) fn divided(arguments: &[String]) -> (Vec<PathBuf>, Vec<String>) {
    let is_ours = |path: &Path| {
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        match ending {
            "toml" => false,
            // Also if there is none: the fault is then that it cannot be read.
            "json" | "yaml" | "yml" | "template" => true,
            _ => path.is_file() || path.join(MANIFEST).is_file(),
        }
    };
    let (ours, platforms): (Vec<&String>, Vec<&String>) =
        arguments.iter().partition(|one| is_ours(Path::new(one)));
    (ours.into_iter().map(PathBuf::from).collect(), platforms.into_iter().cloned().collect())
}

/// The templates that a path names, with what is wrong with each: a template, or the folder of an assembly.
pub(super) fn checked(
    path: &Path,
    policies: &Policies<'_>,
) -> Result<Vec<(SourceFile, Vec<Diagnostic>)>, Fail> {
    if path.is_dir() {
        return of_assembly(path, policies);
    }
    let text = read::text(path, Kind::Template, "pass a template in JSON or YAML")?;
    let file = SourceFile { path: path.to_owned(), text };
    let found = check::template::check_with(&file, policies.of_teams);
    Ok(vec![(file, found)])
}

fn of_assembly(folder: &Path, policies: &Policies<'_>) -> Result<Vec<(SourceFile, Vec<Diagnostic>)>, Fail> {
    let assembly = assembly::read(folder).map_err(|error| Fail::refused(error, "run `gen synth`"))?;
    Ok(check::assembly::check(&assembly, folder, Some(&policies.review)))
}

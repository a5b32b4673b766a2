//! The format of the lock file: TOML with one line for each column.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::ops::Range;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::{Datasets, code};
use crate::diagnostic::{Diagnostic, SourceFile};
use crate::model::{ColumnIdentity, Identifier, Identities, Life, ORDER_NUMBERS};
use crate::spec::type_named;

/// The version of the format.
const VERSION: u32 = 1;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Read {
    version: Spanned<u32>,
    #[serde(default)]
    dataset: BTreeMap<String, ReadDataset>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReadDataset {
    columns: Vec<Spanned<ReadColumn>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReadColumn {
    number: u32,
    name: String,
    #[serde(rename = "type")]
    data_type: Option<String>,
    stored: Option<String>,
    renamed_from: Option<String>,
    #[serde(default)]
    former: Vec<String>,
    #[serde(default)]
    removed: bool,
}

/// Reads a lock file.
pub(super) fn read(file: &SourceFile) -> Result<Datasets, Vec<Diagnostic>> {
    if let Some(span) = conflict(&file.text) {
        return Err(vec![broken(file, span, "the lock file has conflict markers of a merge").because(
            "two branches numbered columns of the same dataset",
        ).help(
            "keep the lines of both branches; of two lines with the same number, keep that of the branch that was \
             deployed and remove the other one; then run `gen synth`, which gives the removed column the next number",
        )]);
    }
    let read: Read = toml::from_str(&file.text).map_err(|error| {
        let span = error.span().unwrap_or(0..0);
        vec![broken(file, span, "invalid lock file").because(error.message()).help(RESTORE)]
    })?;
    if *read.version.get_ref() != VERSION {
        let summary = format!("the lock file has version {}", read.version.get_ref());
        let fault = broken(file, read.version.span(), &summary);
        return Err(vec![
            fault.because(format!("this gen reads version {VERSION}")).help("use the gen that wrote it"),
        ]);
    }
    let mut faults = Vec::new();
    let datasets = read.dataset.iter().map(|(name, dataset)| {
        let mut columns = Vec::new();
        for one in &dataset.columns {
            match column(one.get_ref()) {
                Ok(column) => columns.push((column, one.span())),
                Err(cause) => {
                    faults.push(broken(file, one.span(), "invalid column").because(cause).help(RESTORE));
                }
            }
        }
        faults.extend(twice(file, name, &columns));
        (name.clone(), Identities::new(columns.into_iter().map(|(column, _)| column).collect()))
    });
    let datasets: Datasets = datasets.collect();
    if faults.is_empty() { Ok(datasets) } else { Err(faults) }
}

const RESTORE: &str = "restore the file from version control, then run `gen synth`";

fn broken(file: &SourceFile, span: Range<usize>, summary: &str) -> Diagnostic {
    Diagnostic::error(code::BROKEN, span, summary).of(&file.path)
}

/// The place of the first conflict marker of git.
fn conflict(text: &str) -> Option<Range<usize>> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let marker = line.trim_end();
        let is_marker = ["<<<<<<<", ">>>>>>>", "|||||||"].iter().any(|one| marker.starts_with(one));
        if is_marker || marker == "=======" {
            return Some(at..at + marker.len());
        }
        at += line.len();
    }
    None
}

fn column(read: &ReadColumn) -> Result<ColumnIdentity, String> {
    if !(1..ORDER_NUMBERS).contains(&read.number) {
        return Err(format!("a number is from 1 to {}", ORDER_NUMBERS - 1));
    }
    Identifier::new(&read.name).map_err(|fault| fault.to_string())?;
    let stored = read.stored.clone().unwrap_or_else(|| read.name.clone());
    // The stored name of a column whose first name was taken has its number.
    let first = stored.strip_suffix(&format!("__{}", read.number)).unwrap_or(&stored);
    Identifier::new(first).map_err(|fault| format!("`stored`: {fault}"))?;
    for name in &read.former {
        Identifier::new(name).map_err(|fault| format!("`former`: {fault}"))?;
    }
    let data_type = match &read.data_type {
        None => None,
        Some(text) => {
            Some(type_named(text).ok_or_else(|| format!("invalid type `{}`", text.escape_debug()))?)
        }
    };
    Ok(ColumnIdentity {
        number: read.number,
        name: read.name.clone(),
        stored,
        data_type,
        life: if read.removed { Life::Removed } else { Life::Live },
        renamed_from: read.renamed_from.clone(),
        former: read.former.clone(),
    })
}

/// Reports numbers, stored names and names of live columns that occur twice.
fn twice(file: &SourceFile, dataset: &str, columns: &[(ColumnIdentity, Range<usize>)]) -> Vec<Diagnostic> {
    let mut faults: Vec<Diagnostic> = Vec::new();
    let mut places: BTreeSet<usize> = BTreeSet::new();
    for (at, (one, span)) in columns.iter().enumerate() {
        let before = columns.iter().take(at);
        let same = before.clone().find_map(|(other, place)| {
            let what = if other.number == one.number {
                format!("the number {}", one.number)
            } else if other.stored == one.stored {
                format!("the stored name `{}`", one.stored)
            } else if other.name == one.name && (other.life, one.life) == (Life::Live, Life::Live) {
                format!("the name `{}`", one.name)
            } else {
                return None;
            };
            Some((what, place.clone()))
        });
        let Some((what, first)) = same.filter(|_| places.insert(span.start)) else { continue };
        let summary = format!("two columns of `{dataset}` have {what}");
        faults.push(
            Diagnostic::error(code::TWICE, span.clone(), summary)
                .also(first, "first used here")
                .because("two branches numbered columns, and both lines were merged")
                .help(
                    "keep the line of the branch that was deployed, remove the other one, and run `gen synth`, which \
                     gives the removed column the next number",
                )
                .of(&file.path),
        );
    }
    faults
}

/// The text of a lock file.
pub(super) fn text(platform: &Path, datasets: &Datasets) -> String {
    let name = platform.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut text = format!(
        "# The permanent numbers of the columns in {name}. `gen synth` writes this file: commit it, do not edit it.\n\
         version = {VERSION}\n"
    );
    for (dataset, identities) in datasets {
        let _ = write!(text, "\n[dataset.{dataset}]\ncolumns = [\n");
        for one in identities.all() {
            let _ = writeln!(text, "    {},", line(one));
        }
        text.push_str("]\n");
    }
    text
}

/// The line of a column. Names and types have no character that TOML escapes.
fn line(one: &ColumnIdentity) -> String {
    let mut line = format!("{{ number = {}, name = \"{}\"", one.number, one.name);
    if let Some(data_type) = one.data_type {
        let _ = write!(line, ", type = \"{data_type}\"");
    }
    if one.stored != one.name {
        let _ = write!(line, ", stored = \"{}\"", one.stored);
    }
    if let Some(from) = &one.renamed_from {
        let _ = write!(line, ", renamed_from = \"{from}\"");
    }
    if !one.former.is_empty() {
        let names = one.former.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
        let _ = write!(line, ", former = [{names}]");
    }
    if one.life == Life::Removed {
        line.push_str(", removed = true");
    }
    line.push_str(" }");
    line
}

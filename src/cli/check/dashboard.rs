//! `gen check dashboard`

use std::path::{Path, PathBuf};

use serde::Serialize;
use strataform::check;
use strataform_dashboard::{Code, Finding, Severity};

use super::super::Format;
use super::super::dashboards::{self, Document as Read, Form};
use super::super::outcome::{Fail, Outcome};
use super::super::view::{human, json};

/// Check QuickSight dashboards: in templates, exported asset bundles, or dashboard definitions.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Files to check: JSON, YAML, or asset bundles (.qs).
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Output format.
    #[arg(short, long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Serialize)]
struct Document<'a> {
    findings: Vec<json::Diagnostic<'a>>,
}

pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Fail> {
    let mut all: Vec<(&Path, Vec<Finding>)> = Vec::new();
    for path in &arguments.files {
        let findings = findings(&dashboards::read(path)?);
        all.push((path, findings));
    }
    let wrong = all.iter().flat_map(|(_, findings)| findings).any(|one| one.severity == Severity::Error);
    match arguments.format {
        Format::Json => {
            let findings = all.iter().flat_map(|(path, findings)| {
                findings.iter().map(|one| {
                    let file = path.display().to_string();
                    json::Diagnostic::at(
                        one.code.code(),
                        one.severity,
                        file,
                        &one.summary,
                        &one.help,
                        &one.path,
                    )
                })
            });
            json::print(&Document { findings: findings.collect() })?;
        }
        Format::Human => {
            for (path, findings) in &all {
                for one in findings {
                    let help = match one.help.as_str() {
                        "" => String::new(),
                        help => format!("  = help: {help}\n"),
                    };
                    let (code, place) = (one.code, path.display());
                    let what = format!("{}[{code}]: {}", one.severity.name(), one.summary);
                    human::note(&format!("{what}\n --> {place} {}\n{help}", one.path))?;
                }
            }
            if !wrong {
                human::note(&format!("{}: no errors", human::count(all.len(), "file")))?;
            }
        }
    }
    Ok(if wrong { Outcome::Found } else { Outcome::Done })
}

/// What is wrong with a document, with the keys first that it has twice.
fn findings(read: &Read) -> Vec<Finding> {
    let repeated = read.repeated.iter().map(|error| Finding {
        code: Code::Repeated,
        severity: Severity::Warning,
        path: String::new(),
        summary: error.to_string(),
        help: String::new(),
    });
    let found = match read.form {
        Form::Text => check::dashboard::document(&read.value),
        Form::Bundle => strataform_dashboard::check(&read.value),
    };
    repeated.chain(found).collect()
}

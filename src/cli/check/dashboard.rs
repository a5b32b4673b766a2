//! `gen check dashboard`

use std::path::{Path, PathBuf};

use serde::Serialize;
use strataform::template::Node;
use strataform_dashboard::{Finding, Severity};

use super::super::Format;
use super::super::outcome::{Fail, Outcome};
use super::super::view::{human, json};

/// Look for what is wrong with QuickSight dashboards: in templates, in what the service says of one, in definitions.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The files, JSON or YAML.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// How to show what was found.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Serialize)]
struct Document<'a> {
    findings: Vec<Found<'a>>,
}

#[derive(Serialize)]
struct Found<'a> {
    code: &'static str,
    severity: &'static str,
    file: String,
    /// A JSON pointer into the file.
    path: &'a str,
    summary: &'a str,
    help: &'a str,
}

pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Fail> {
    let mut all: Vec<(&Path, Vec<Finding>)> = Vec::new();
    for path in &arguments.files {
        let text = super::text(path, "name files of JSON or YAML")?;
        all.push((path, strataform_dashboard::check(&value(path, &text)?)));
    }
    let wrong = all.iter().flat_map(|(_, findings)| findings).any(|one| one.severity == Severity::Error);
    match arguments.format {
        Format::Json => {
            let findings = all.iter().flat_map(|(path, findings)| {
                findings.iter().map(|one| Found {
                    code: one.code.text(),
                    severity: word(one),
                    file: path.display().to_string(),
                    path: &one.path,
                    summary: &one.summary,
                    help: &one.help,
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
                    let what = format!("{}[{code}]: {}", word(one), one.summary);
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

fn word(finding: &Finding) -> &'static str {
    match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// JSON as it is; YAML, its short forms of functions included, as the JSON that it means.
fn value(path: &Path, text: &str) -> Result<serde_json::Value, Fail> {
    if let Ok(value) = serde_json::from_str(text) {
        return Ok(value);
    }
    let node = Node::from_yaml(text).map_err(|errors| {
        Fail::refused(
            format!("{} is neither JSON nor YAML: {errors}", path.display()),
            "export the dashboard as JSON, or name a template",
        )
    })?;
    serde_json::from_str(&node.to_json()).map_err(|error| Fail::Bug(error.to_string()))
}

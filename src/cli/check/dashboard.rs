//! `gen check dashboard`

use std::io::Read as _;
use std::path::{Path, PathBuf};

use serde::Serialize;
use strataform::check;
use strataform_dashboard::{Finding, Severity};

use super::super::Format;
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
        let findings = if path.extension().is_some_and(|ending| ending == "qs" || ending == "zip") {
            // A bundle may contain properties that a template does not accept.
            strataform_dashboard::check(&bundle(path)?)
        } else {
            let text = super::text(path, "pass a JSON or YAML file, or an asset bundle")?;
            check::dashboard::document(&super::json_or_yaml(path, &text)?)
        };
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

/// Converts an asset bundle into a template.
fn bundle(path: &Path) -> Result<serde_json::Value, Fail> {
    /// The most bytes to read of a file in a bundle; QuickSight's largest definition is far smaller.
    const MOST: u64 = 64 << 20;
    let failed = |error: String| {
        let message = format!("cannot read {}: {error}", path.display());
        Fail::refused(message, "pass a bundle that `start-asset-bundle-export-job` exported")
    };
    let file = std::fs::File::open(path).map_err(|error| failed(error.to_string()))?;
    let mut archive = zip::ZipArchive::new(file).map_err(|error| failed(error.to_string()))?;
    let mut files = Vec::new();
    for at in 0..archive.len() {
        let entry = archive.by_index(at).map_err(|error| failed(error.to_string()))?;
        let name = entry.name().map_err(|error| failed(error.to_string()))?.into_owned();
        if Path::new(&name).extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let mut text = String::new();
        let read = entry.take(MOST).read_to_string(&mut text);
        read.map_err(|error| failed(format!("{name}: {error}")))?;
        let value = serde_json::from_str(&text).map_err(|error| failed(format!("{name}: {error}")))?;
        files.push((name, value));
    }
    let template = strataform_dashboard::bundle::template(&files);
    if template["Resources"].as_object().is_some_and(serde_json::Map::is_empty) {
        return Err(failed("the bundle contains no assets".to_owned()));
    }
    Ok(template)
}

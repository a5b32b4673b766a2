//! `gen synth`

use std::path::PathBuf;
use std::time::Instant;

use serde::Serialize;
use strataform::assembly::{self, Draft};

use super::Format;
use super::outcome::{Fail, Outcome};
use super::platforms::{self, Loaded};
use super::view::{human, json};

/// Write the assemblies of platforms: stacks, jobs, SQL, dashboards and a manifest.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Platform files, their folders, or names of platforms; all of the project where none is given.
    platforms: Vec<String>,
    /// Only this environment; may be given more than once.
    #[arg(short, long = "env", value_name = "ENV")]
    environments: Vec<String>,
    /// Folder in which assemblies are written.
    #[arg(short, long, value_name = "DIR", default_value = "generated")]
    out: PathBuf,
    /// Write nothing; say what differs, and exit with 1 where something does.
    #[arg(long)]
    check: bool,
    /// How to show what was done.
    #[arg(short, long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Serialize)]
struct Document<'a> {
    diagnostics: Vec<json::Diagnostic<'a>>,
    results: Vec<json::Result>,
}

pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Fail> {
    let start = Instant::now();
    let mut loaded = platforms::load(&arguments.platforms)?;
    platforms::known_environments(&loaded, &arguments.environments)?;
    let drafts = drafts(&mut loaded, &arguments.environments);
    if arguments.format == Format::Human {
        for one in &loaded {
            human::diagnostics(one.placed())?;
        }
    }
    let failed = loaded.iter().any(Loaded::has_errors);
    // Nothing is written where anything is wrong, so that what is there stays of one piece.
    let results = if failed { Vec::new() } else { results(arguments, &drafts)? };
    let stale = results
        .iter()
        .any(|one| matches!(&one.what, json::What::Compared { differences } if !differences.is_empty()));
    match arguments.format {
        Format::Json => json::print(&Document { diagnostics: json::diagnostics(&loaded), results })?,
        Format::Human if failed => {
            let wrong = loaded.iter().filter(|one| one.has_errors()).count();
            human::error(
                &format!("nothing was written: {} with errors", human::count(wrong, "platform file")),
                "",
            )?;
        }
        Format::Human if stale => {
            human::error("the output is stale", "run `gen synth` and commit what it changes")?;
        }
        Format::Human => human::note(&format!(
            "{} in {} ms",
            human::count(drafts.len(), "assembly").replace("assemblys", "assemblies"),
            start.elapsed().as_millis()
        ))?,
    }
    Ok(if failed || stale { Outcome::Found } else { Outcome::Done })
}

/// The drafts of all platforms that are right, and the diagnostics of the others added to theirs.
pub(super) fn drafts(loaded: &mut [Loaded], environments: &[String]) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for one in loaded.iter_mut().filter(|one| !one.has_errors()) {
        let Some(platform) = &one.platform else { continue };
        for environment in platforms::environments(platform, environments) {
            match strataform::synth::synth(platform, environment, &one.sql) {
                Ok(draft) => drafts.push(draft),
                // Environments of one platform mostly have the same faults.
                Err(faults) => {
                    for fault in faults {
                        if !one.diagnostics.contains(&fault) {
                            one.diagnostics.push(fault);
                        }
                    }
                }
            }
        }
    }
    drafts
}

fn results(arguments: &Arguments, drafts: &[Draft]) -> Result<Vec<json::Result>, Fail> {
    let mut results = Vec::new();
    for draft in drafts {
        let folder = format!("{}/{}/{}", arguments.out.display(), draft.platform, draft.environment);
        let what = if arguments.check {
            let differences = assembly::check(draft, &arguments.out).map_err(fail)?;
            if arguments.format == Format::Human {
                human::differences(&folder, &differences)?;
            }
            json::What::compared(&differences)
        } else {
            let report = assembly::write(draft, &arguments.out).map_err(fail)?;
            if arguments.format == Format::Human {
                human::written(&folder, draft.stacks.len(), &report)?;
            }
            json::What::written(report)
        };
        results.push(json::Result {
            platform: draft.platform.to_string(),
            environment: draft.environment.to_string(),
            folder,
            stacks: draft.stacks.len(),
            what,
        });
    }
    Ok(results)
}

fn fail(error: assembly::Error) -> Fail {
    match error {
        bug @ (assembly::Error::Draft { .. }
        | assembly::Error::Path { .. }
        | assembly::Error::Collision { .. }) => Fail::Bug(bug.to_string()),
        other => Fail::refused(other, ""),
    }
}

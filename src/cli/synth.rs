//! `gen synth`

use std::path::PathBuf;
use std::time::Instant;

use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};
use serde::Serialize;
use strataform::assembly::{self, Draft};
use strataform::check::policy::Review;
use strataform::diagnostic::SourceFile;
use strataform::model::{Environment, Platform};
use strataform::{lock, project};

use super::outcome::{Fail, Outcome};
use super::platforms::{self, Loaded};
use super::view::{human, json};
use super::{Format, history, one_change, review};

/// Generate the assemblies of platforms: stacks, jobs, SQL, dashboards and a manifest.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Platform files, their folders, or platform names; defaults to every platform in the project.
    platforms: Vec<String>,
    /// Only this environment; can be repeated.
    #[arg(short, long = "env", value_name = "ENV")]
    environments: Vec<String>,
    /// Folder to write assemblies to.
    #[arg(short, long, value_name = "DIR", default_value = "generated")]
    out: PathBuf,
    /// Write nothing; list the differences, and exit with 1 if there are any.
    #[arg(long)]
    check: bool,
    /// Output format.
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
    let drafts = drafts(&mut loaded, &arguments.environments, Some(&review::today()));
    let drafts: Vec<Draft> =
        drafts.into_iter().map(|draft| history::with_migrations(draft, &arguments.out)).collect();
    if arguments.format == Format::Human {
        for one in &loaded {
            human::diagnostics(one.placed())?;
        }
    }
    let failed = loaded.iter().any(Loaded::has_errors);
    // After an error nothing is written, so that the existing output stays consistent.
    let reported = if failed || !arguments.check { Vec::new() } else { stale_locks(&mut loaded) };
    if arguments.format == Format::Human {
        let stale = reported.iter().filter_map(|at| loaded.get(*at));
        human::diagnostics(stale.filter_map(|one| one.placed().last()))?;
    }
    let results = if failed { Vec::new() } else { results(arguments, &drafts)? };
    // After the assemblies: if one of them cannot be written, no number is given.
    if !failed && !arguments.check {
        write_locks(&loaded)?;
    }
    let stale = !reported.is_empty()
        || results
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
            human::error("the output is stale", "run `gen synth` and commit its changes")?;
        }
        Format::Human => human::note(&format!(
            "{} in {} ms",
            human::count(drafts.len(), "assembly").replace("assemblys", "assemblies"),
            start.elapsed().as_millis()
        ))?,
    }
    Ok(if failed || stale { Outcome::Found } else { Outcome::Done })
}

/// Reports the lock files that `gen synth` would change; returns their platforms.
fn stale_locks(loaded: &mut [Loaded]) -> Vec<usize> {
    let mut reported = Vec::new();
    for (at, one) in loaded.iter_mut().enumerate().filter(|(_, one)| one.is_lock_stale()) {
        one.diagnostics.push(lock::stale(&project::lock_path(&one.file.path)));
        reported.push(at);
    }
    reported
}

/// Writes the lock files that changed.
fn write_locks(loaded: &[Loaded]) -> Result<(), Fail> {
    for one in loaded.iter().filter(|one| one.is_lock_stale()) {
        let path = project::lock_path(&one.file.path);
        if let Some(numbers) = &one.numbers {
            one_change::write(&path, numbers.as_bytes())
                .map_err(|error| Fail::refused(format!("cannot write {}: {error}", path.display()), ""))?;
        }
    }
    Ok(())
}

/// The drafts of all platforms without errors. The faults of the others are added to their diagnostics; if only their
/// dashboards have errors, everything else is still checked.
/// Without a review, policies are not checked.
pub(super) fn drafts(
    loaded: &mut [Loaded],
    environments: &[String],
    review: Option<&Review<'_>>,
) -> Vec<Draft> {
    let jobs: Vec<(usize, Job<'_>)> = (loaded.iter().enumerate())
        .filter_map(|(at, one)| Some((at, one, one.checkable()?)))
        .flat_map(|(at, one, platform)| {
            let all = platforms::environments(platform, environments);
            all.into_iter().map(move |environment| (at, Job { platform, environment, sql: &one.sql }))
        })
        .collect();
    // A thread gets the stack of a main thread; a second call of `drafts` has the threads of the first.
    let _ = rayon::ThreadPoolBuilder::new().stack_size(8 << 20).build_global();
    let made = jobs.into_par_iter().map(|(at, Job { platform, environment, sql })| {
        (at, strataform::synth::synth_with_warnings(platform, environment, sql, review))
    });
    let made: Vec<_> = made.collect();
    let mut drafts = Vec::new();
    for (at, made) in made {
        let one = &mut loaded[at];
        let found = match made {
            Ok((draft, warnings)) => {
                drafts.extend(one.platform.is_some().then_some(draft));
                warnings
            }
            Err(faults) => faults,
        };
        // Environments of one platform mostly have the same faults.
        for fault in found {
            if !one.diagnostics.contains(&fault) {
                one.diagnostics.push(fault);
            }
        }
    }
    drafts
}

/// An environment to generate.
struct Job<'a> {
    platform: &'a Platform,
    environment: &'a Environment,
    sql: &'a [SourceFile],
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

pub(super) fn fail(error: assembly::Error) -> Fail {
    match error {
        bug @ (assembly::Error::Draft { .. }
        | assembly::Error::Path { .. }
        | assembly::Error::Collision { .. }) => Fail::Bug(bug.to_string()),
        other => Fail::refused(other, ""),
    }
}

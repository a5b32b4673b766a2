//! `gen explain`

use serde::Serialize;
use strataform::diagnostic::{Example, Explanation};
use strataform::explain;
use strataform::model::{Environment, Platform};
use strataform::platform::Context;
use strataform::platform::sizing::{self, Figure};

use super::Format;
use super::outcome::{Fail, Outcome};
use super::platforms::{self, Loaded};
use super::view::{human, json};

/// Explain a diagnostic's code, or how the sizes of a platform came about.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// A code such as GEN0103, or `sizing`.
    what: String,
    /// The platform, after `sizing`.
    platform: Option<String>,
    /// How to show what a code means.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Fail> {
    match (arguments.what.as_str(), &arguments.platform) {
        ("sizing", None) => {
            Err(Fail::usage("`gen explain sizing` needs a platform", "gen explain sizing PLATFORM"))
        }
        ("sizing", Some(platform)) => sizes(platform),
        (code, _) => meaning(code, arguments.format),
    }
}

/// A code as programs read it.
#[derive(Serialize)]
struct Shown {
    code: &'static str,
    severity: &'static str,
    meaning: &'static str,
    reason: &'static str,
    example: Example,
    page: &'static str,
}

/// What a code means, why it is wrong and how it arises.
fn meaning(code: &str, format: Format) -> Result<Outcome, Fail> {
    let (room, code) =
        explain::find(code).map_err(|help| Fail::usage(format!("there is no code `{code}`"), help))?;
    match format {
        Format::Human => human::raw(explain::text(room, code).as_bytes())?,
        Format::Json => {
            let Explanation { code, severity, meaning, reason, example, .. } = *code.explanation();
            json::print(&Shown {
                code,
                severity: severity.name(),
                meaning,
                reason,
                example,
                page: room.page,
            })?;
        }
    }
    Ok(Outcome::Done)
}

fn sizes(name: &str) -> Result<Outcome, Fail> {
    let loaded = platforms::load(&[name.to_owned()])?;
    for one in &loaded {
        human::diagnostics(one.placed())?;
        if let Some(platform) = &one.platform {
            for environment in &platform.environments {
                environment_sizes(platform, environment)?;
            }
        }
    }
    Ok(if loaded.iter().any(Loaded::has_errors) { Outcome::Found } else { Outcome::Done })
}

fn environment_sizes(platform: &Platform, environment: &Environment) -> Result<(), Fail> {
    let context = Context { platform, environment };
    human::line(&format!("{} · {}  {}", platform.name, environment.name, environment.settings.volume))?;
    for dataset in &platform.datasets {
        let (volume, schedule) = (context.volume(dataset), environment.schedule(dataset));
        human::line(&format!("  {}  {volume}, {schedule}", dataset.name))?;
        figures(&sizing::explain_dataset(volume, schedule, &dataset.source))?;
    }
    human::line("  warehouse")?;
    figures(&sizing::explain_warehouse(environment.settings.volume, &environment.settings.warehouse.kind))
}

fn figures(figures: &[Figure]) -> Result<(), Fail> {
    for figure in figures {
        human::line(&format!("    {:<18} {:<14} {}", figure.name, figure.value, figure.because))?;
        human::line(&format!("    {:<18} {:<14} limit: {}", "", "", figure.limit))?;
    }
    Ok(())
}

//! `gen explain`

use serde::Serialize;
use strataform::diagnostic::{Example, Explanation};
use strataform::explain;
use strataform::model::{Environment, Platform};
use strataform::platform::Context;
use strataform::platform::network::interface_endpoints;
use strataform::platform::sizing::{self, Cost, Figure, NOT_COUNTED, PRICE_DATE, PRICE_REGION};

use super::Format;
use super::outcome::{Fail, Outcome};
use super::platforms::{self, Loaded};
use super::view::{human, json};

/// Explain a diagnostic code, or how a platform is sized.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// A code such as GEN0103, or `sizing`.
    what: String,
    /// The platform, after `sizing`.
    platform: Option<String>,
    /// Output format for a code.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Fail> {
    match (arguments.what.as_str(), &arguments.platform) {
        ("sizing", None) => {
            Err(Fail::usage("`gen explain sizing` requires a platform", "run `gen explain sizing PLATFORM`"))
        }
        ("sizing", Some(platform)) => sizes(platform),
        (code, _) => meaning(code, arguments.format),
    }
}

/// A code, as JSON.
#[derive(Serialize)]
struct Shown {
    code: &'static str,
    severity: &'static str,
    meaning: &'static str,
    reason: &'static str,
    example: Example,
    page: &'static str,
}

/// Prints what a code means, why it matters and how it arises.
fn meaning(code: &str, format: Format) -> Result<Outcome, Fail> {
    let (domain, code) =
        explain::find(code).map_err(|help| Fail::usage(format!("unknown code `{code}`"), help))?;
    match format {
        Format::Human => human::raw(explain::text(domain, code).as_bytes())?,
        Format::Json => {
            let Explanation { code, severity, meaning, reason, example, .. } = *code.explanation();
            json::print(&Shown {
                code,
                severity: severity.name(),
                meaning,
                reason,
                example,
                page: domain.page,
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
        figures(&sizing::explain_dataset(platform, environment, dataset))?;
    }
    human::line("  warehouse")?;
    let (volume, kind) = (environment.settings.volume, &environment.settings.warehouse.kind);
    figures(&sizing::explain_warehouse(volume, platform.freshness(), kind))?;
    costs(platform, environment)
}

fn costs(platform: &Platform, environment: &Environment) -> Result<(), Fail> {
    let endpoints = interface_endpoints(platform).len();
    let bill = sizing::monthly(platform, environment, endpoints);
    let width = bill.parts.iter().map(|one| one.what.len()).max().unwrap_or_default();
    human::line(&format!("  monthly cost, at list prices of {PRICE_REGION} from {PRICE_DATE}"))?;
    for Cost { what, amount, because } in &bill.parts {
        human::line(&format!("    {what:<width$} {:>10}  {because}", amount.to_string()))?;
    }
    human::line(&format!("    {:<width$} {:>10}", "total", bill.total().to_string()))?;
    if let Some(most) = bill.most {
        human::line(&format!("    the daily limit allows the warehouse at most {most}"))?;
    }
    human::line(&format!("    not counted: {NOT_COUNTED}"))?;
    Ok(())
}

fn figures(figures: &[Figure]) -> Result<(), Fail> {
    for figure in figures {
        human::line(&format!("    {:<18} {:<14} {}", figure.name, figure.value, figure.because))?;
        human::line(&format!("    {:<18} {:<14} limit: {}", "", "", figure.limit))?;
    }
    Ok(())
}

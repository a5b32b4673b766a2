//! `gen explain`

use strataform::model::{Environment, Platform, expression};
use strataform::platform::Context;
use strataform::platform::sizing::{self, Figure};
use strataform::{check, execute, preview, project, spec};

use super::outcome::{Fail, Outcome};
use super::platforms::{self, Loaded};
use super::view::human;

/// Explain a diagnostic's code, or how the sizes of a platform came about.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// A code such as GEN0103, or `sizing`.
    what: String,
    /// The platform, after `sizing`.
    platform: Option<String>,
}

pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Fail> {
    match (arguments.what.as_str(), &arguments.platform) {
        ("sizing", None) => {
            Err(Fail::usage("`gen explain sizing` needs a platform", "gen explain sizing PLATFORM"))
        }
        ("sizing", Some(platform)) => sizes(platform),
        (code, _) => meaning(code),
    }
}

/// What a code means, and where more is said.
fn meaning(code: &str) -> Result<Outcome, Fail> {
    let spec = spec::CODES.iter().map(|(code, meaning)| (code.0, *meaning, "docs/platform-file.md"));
    let expressions =
        expression::CODES.iter().map(|(code, meaning)| (*code, *meaning, "docs/expressions.md"));
    let stacks = check::CODES.iter().map(|(code, meaning)| (code.0, *meaning, "docs/platform-file.md"));
    let dashboards = strataform_dashboard::Code::ALL.iter();
    let dashboards = dashboards.map(|code| (code.text(), code.meaning(), "docs/dashboards.md"));
    let execution = execute::CODES.iter().map(|(code, meaning)| (code.0, *meaning, "docs/commands.md"));
    let rows = preview::CODES.iter().map(|(code, meaning)| (code.0, *meaning, "docs/commands.md"));
    #[cfg(feature = "deploy")]
    let deployment =
        strataform::deploy::CODES.iter().map(|(code, meaning)| (code.0, *meaning, "docs/deploy.md"));
    #[cfg(not(feature = "deploy"))]
    let deployment = std::iter::empty();
    let names =
        (project::DUPLICATE_NAME.0, "Two platforms of the project have one name.", "docs/platform-file.md");
    let sql = strataform_redshift::Code::ALL.iter().map(|code| (code.text(), code.meaning(), "docs/sql.md"));
    let wanted = code.to_ascii_uppercase();
    let found = spec
        .chain(expressions)
        .chain(stacks)
        .chain(sql)
        .chain(execution)
        .chain(dashboards)
        .chain(rows)
        .chain(deployment)
        .chain([names])
        .find(|(known, _, _)| *known == wanted);
    let Some((known, meaning, page)) = found else {
        return Err(Fail::usage(format!("there is no code `{code}`"), "codes look like GEN0103"));
    };
    human::line(&format!("{known}: {meaning}"))?;
    human::line(&format!("See {page}."))?;
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

//! `gen blueprint`

use strataform::blueprint::{self, Blueprint};
use strataform::diagnostic::did_you_mean;

use super::outcome::{Fail, Outcome};
use super::view::human;

/// Show the blueprints that `gen new` starts from.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// List the blueprints.
    List,
    /// Show a blueprint's parameters.
    Show {
        /// Name of the blueprint.
        name: String,
    },
}

pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Fail> {
    match &arguments.verb {
        Verb::List => {
            for one in blueprint::all() {
                human::line(&format!("{:<16} {}", one.name, one.description))?;
            }
        }
        Verb::Show { name } => show(&find(name)?)?,
    }
    Ok(Outcome::Done)
}

/// Finds a blueprint by name; the error suggests a similar one.
pub(super) fn find(name: &str) -> Result<Blueprint, Fail> {
    blueprint::find(name).ok_or_else(|| {
        let names: Vec<&str> = blueprint::all().iter().map(|one| one.name).collect();
        Fail::usage(format!("unknown blueprint `{name}`"), did_you_mean(name, names.iter().copied()))
    })
}

fn show(one: &Blueprint) -> Result<(), Fail> {
    human::line(&format!(
        "{}\n{}\n\nParameters, for `gen new NAME --blueprint {} --set KEY=VALUE`:",
        one.title, one.description, one.name
    ))?;
    for parameter in &one.parameters {
        human::line(&format!("  {:<12} {}", parameter.key, parameter.description))?;
        if let Some(default) = &parameter.default {
            human::line(&format!("  {:<12} default: {default}", ""))?;
        }
        if !parameter.choices.is_empty() {
            human::line(&format!("  {:<12} one of: {}", "", parameter.choices.join(", ")))?;
        }
    }
    Ok(())
}

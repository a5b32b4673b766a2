//! `gen check`

mod dashboard;
mod execute;
mod template;

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use serde::Serialize;
use strataform::check;
use strataform::check::policy::{Review, shipped_rules};
use strataform::diagnostic::{Diagnostic, Severity, SourceFile};
use strataform::template::Node;
use strataform_input::Kind;
use strataform_redshift::{Catalog, Strictness};

use super::outcome::{Fail, Outcome};
use super::platforms::{self, Loaded};
use super::read;
use super::view::{findings, human, json};
use super::{ReviewFormat, review};

/// Check platforms without writing anything; or templates, assemblies, SQL files and dashboards on their own.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Arguments {
    #[command(subcommand)]
    what: Option<What>,
    /// Platform files, their folders, or platform names; CloudFormation templates in JSON or YAML; folders of assemblies. Defaults to
    /// every platform in the project.
    #[arg(value_name = "PLATFORM|ASSEMBLY|TEMPLATE")]
    what_to_check: Vec<String>,
    /// Only this environment; can be repeated.
    #[arg(short, long = "env", value_name = "ENV")]
    environments: Vec<String>,
    /// Also check with the Guard rules in this folder; can be repeated.
    #[arg(long = "rules", value_name = "DIR")]
    rules: Vec<PathBuf>,
    /// Day that decides which suppressions have expired; defaults to today.
    #[arg(long, value_name = "DATE", value_parser = review::parse_day)]
    as_of: Option<NaiveDate>,
    #[command(flatten)]
    execution: execute::Execution,
    /// Output format.
    #[arg(short, long, value_enum, default_value_t)]
    format: ReviewFormat,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    Dashboard(dashboard::Arguments),
    Sql(Sql),
}

/// Check SQL files as Redshift reads them, one after the other.
#[derive(Debug, clap::Args)]
struct Sql {
    /// SQL files, in the order in which they run.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Treat a table, schema or role that none of the files creates as an error.
    #[arg(long)]
    closed: bool,
    /// Output format.
    #[arg(short, long, value_enum, default_value_t)]
    format: ReviewFormat,
}

#[derive(Serialize)]
struct Document<'a> {
    diagnostics: Vec<json::Diagnostic<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    execution: Option<execute::Summary>,
}

pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Fail> {
    match &arguments.what {
        Some(What::Dashboard(arguments)) => dashboard::run(arguments),
        Some(What::Sql(sql)) => check_sql(sql),
        None => check_named(arguments),
    }
}

/// Checks the templates among the arguments, and the platforms.
fn check_named(arguments: &Arguments) -> Result<Outcome, Fail> {
    let (paths, platforms) = template::divided(&arguments.what_to_check);
    let own = template::rule_files(&arguments.rules)?;
    // Templates alone are checked with the rules of teams only.
    let with_ours = paths.is_empty() || !platforms.is_empty() || paths.iter().any(|path| path.is_dir());
    let ours = with_ours.then(shipped_rules);
    let of_teams = template::parsed(&own, ours)?;
    let policies =
        template::Policies::of(ours, of_teams.as_ref(), arguments.as_of.unwrap_or_else(review::day));
    let mut read = Vec::new();
    for path in &paths {
        read.extend(template::checked(path, &policies)?);
    }
    if paths.is_empty() || !platforms.is_empty() {
        return check_platforms(arguments, &platforms, &read, &policies.review);
    }
    let summary = format!("{}: no errors", human::count(read.len(), "template"));
    let all = read.iter().flat_map(|(file, all)| all.iter().map(move |one| (file, one)));
    finish(all, None, arguments.format, &summary)
}

/// Runs every check of `synth` on the selected environments, then executes the SQL if requested.
fn check_platforms(
    arguments: &Arguments,
    platforms: &[String],
    templates: &[(SourceFile, Vec<Diagnostic>)],
    review: &Review<'_>,
) -> Result<Outcome, Fail> {
    let mut loaded = platforms::load(platforms)?;
    platforms::known_environments(&loaded, &arguments.environments)?;
    let drafts = super::synth::drafts(&mut loaded, &arguments.environments, Some(review));
    let beside = if templates.is_empty() {
        String::new()
    } else {
        format!("{}, ", human::count(templates.len(), "template"))
    };
    let mut summary = format!(
        "{beside}{} with {}: no errors",
        human::count(loaded.len(), "platform"),
        human::count(drafts.len(), "environment")
    );
    // Nothing is executed after an error.
    let wrong = loaded.iter().any(Loaded::has_errors);
    let execution = match arguments.execution.options() {
        Some(options) if !wrong => Some(execute::run(&mut loaded, &drafts, &options)?),
        _ => None,
    };
    let not_executed = execution.as_ref().is_some_and(|execution| !execution.executed);
    if let Some(execution) = &execution {
        summary.push_str(&execution.words());
        if arguments.format == ReviewFormat::Human {
            execution.show()?;
        }
    }
    let of_templates = templates.iter().flat_map(|(file, all)| all.iter().map(move |one| (file, one)));
    let all = of_templates.chain(loaded.iter().flat_map(Loaded::placed));
    let outcome = finish(all, execution, arguments.format, &summary)?;
    Ok(if not_executed { Outcome::Found } else { outcome })
}

fn check_sql(arguments: &Sql) -> Result<Outcome, Fail> {
    let mut catalog = Catalog::new(if arguments.closed { Strictness::Closed } else { Strictness::Open });
    let mut read = Vec::new();
    let mut statements = 0;
    for path in &arguments.files {
        let text = read::text(path, Kind::Sql, "pass SQL files")?;
        let (count, diagnostics) = check::sql::check_written(&text, &mut catalog);
        statements += count;
        read.push((SourceFile { path: path.clone(), text }, diagnostics));
    }
    let summary = format!(
        "{} in {}: no errors",
        human::count(statements, "statement"),
        human::count(read.len(), "file")
    );
    let all = read.iter().flat_map(|(file, all)| all.iter().map(move |one| (file, one)));
    finish(all, None, arguments.format, &summary)
}

/// The value of a text in JSON or YAML, with the short forms of intrinsic functions.
pub(super) fn json_or_yaml(path: &Path, text: &str) -> Result<serde_json::Value, Fail> {
    if let Ok(value) = serde_json::from_str(text) {
        return Ok(value);
    }
    let node = Node::from_yaml(text).map_err(|errors| {
        Fail::refused(
            format!("{} is neither JSON nor YAML: {errors}", path.display()),
            "export it as JSON, or pass a template",
        )
    })?;
    serde_json::from_str(&node.to_json()).map_err(|error| Fail::Bug(error.to_string()))
}

/// Shows the findings, then the summary if none is an error.
fn finish<'a>(
    found: impl Iterator<Item = (&'a SourceFile, &'a Diagnostic)>,
    execution: Option<execute::Summary>,
    format: ReviewFormat,
    summary: &str,
) -> Result<Outcome, Fail> {
    let found: Vec<_> = found.collect();
    let wrong = found.iter().any(|(_, one)| one.severity == Severity::Error);
    match format {
        ReviewFormat::Json => {
            let diagnostics = found.into_iter().map(|(file, one)| json::Diagnostic::of(file, one)).collect();
            json::print(&Document { diagnostics, execution })?;
        }
        ReviewFormat::Markdown => findings::markdown::print(&found, summary)?,
        ReviewFormat::Github => findings::github::print(&found)?,
        ReviewFormat::Sarif => json::print(&findings::sarif::document(&found))?,
        ReviewFormat::Human => {
            human::diagnostics(found)?;
            if !wrong {
                human::note(summary)?;
            }
        }
    }
    Ok(if wrong { Outcome::Found } else { Outcome::Done })
}

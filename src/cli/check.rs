//! `gen check`

use std::path::{Path, PathBuf};

use serde::Serialize;
use strataform::check;
use strataform::diagnostic::{Diagnostic, Severity, SourceFile};
use strataform_redshift::{Catalog, Strictness};

use super::Format;
use super::outcome::{Fail, Outcome};
use super::platforms::{self, Loaded};
use super::view::{human, json};

/// Check platforms without writing anything, or SQL files by themselves.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Arguments {
    #[command(subcommand)]
    what: Option<What>,
    /// Platform files, their folders, or names of platforms; all of the project where none is given.
    platforms: Vec<String>,
    /// How to show what was found.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    Sql(Sql),
}

/// Read SQL files as Redshift would, one after the other.
#[derive(Debug, clap::Args)]
struct Sql {
    /// The files, in the order in which they run.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The files are all there is: a table, schema or role that none of them makes is an error.
    #[arg(long)]
    closed: bool,
    /// How to show what was found.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Serialize)]
struct Document<'a> {
    diagnostics: Vec<json::Diagnostic<'a>>,
}

pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Fail> {
    match &arguments.what {
        Some(What::Sql(sql)) => check_sql(sql),
        None => check_platforms(arguments),
    }
}

/// Everything that `synth` checks, of every environment.
fn check_platforms(arguments: &Arguments) -> Result<Outcome, Fail> {
    let mut loaded = platforms::load(&arguments.platforms)?;
    let drafts = super::synth::drafts(&mut loaded, &[]);
    let summary = format!(
        "{} with {}: no errors",
        human::count(loaded.len(), "platform"),
        human::count(drafts.len(), "environment")
    );
    show(&loaded, arguments.format, &summary)
}

fn check_sql(arguments: &Sql) -> Result<Outcome, Fail> {
    let mut catalog = Catalog::new(if arguments.closed { Strictness::Closed } else { Strictness::Open });
    let mut loaded = Vec::new();
    let mut statements = 0;
    for path in &arguments.files {
        let text = read(path)?;
        let (count, diagnostics) = check::sql::written(&text, &mut catalog);
        statements += count;
        loaded.push((SourceFile { path: path.clone(), text }, diagnostics));
    }
    let summary = format!(
        "{} in {}: no errors",
        human::count(statements, "statement"),
        human::count(loaded.len(), "file")
    );
    show_files(&loaded, arguments.format, &summary)
}

fn read(path: &Path) -> Result<String, Fail> {
    std::fs::read_to_string(path).map_err(|error| {
        Fail::refused(format!("{} cannot be read: {error}", path.display()), "name SQL files in UTF-8")
    })
}

fn show(loaded: &[Loaded], format: Format, summary: &str) -> Result<Outcome, Fail> {
    let files: Vec<_> = loaded.iter().map(|one| (&one.file, one.diagnostics.as_slice())).collect();
    finish(&files, format, summary, loaded.iter().any(Loaded::has_errors))
}

fn show_files(
    loaded: &[(SourceFile, Vec<Diagnostic>)],
    format: Format,
    summary: &str,
) -> Result<Outcome, Fail> {
    let files: Vec<_> = loaded.iter().map(|(file, diagnostics)| (file, diagnostics.as_slice())).collect();
    let wrong = loaded.iter().flat_map(|(_, all)| all).any(|one| one.severity == Severity::Error);
    finish(&files, format, summary, wrong)
}

/// Shows what was found, and says that nothing is wrong where it is so.
fn finish(
    files: &[(&SourceFile, &[Diagnostic])],
    format: Format,
    summary: &str,
    wrong: bool,
) -> Result<Outcome, Fail> {
    match format {
        Format::Json => {
            let all = files.iter().flat_map(|(file, all)| all.iter().map(|one| json::diagnostic(file, one)));
            json::print(&Document { diagnostics: all.collect() })?;
        }
        Format::Human => {
            for (file, all) in files {
                human::diagnostics(file, all)?;
            }
            if !wrong {
                human::note(summary)?;
            }
        }
    }
    Ok(if wrong { Outcome::Found } else { Outcome::Done })
}

//! `gen list`

use serde::Serialize;

use super::Format;
use super::outcome::{Fail, Outcome};
use super::platforms::{self, Loaded};
use super::view::{human, json};

/// List the platforms of the project.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Output format.
    #[arg(short, long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Serialize)]
struct Document<'a> {
    diagnostics: Vec<json::Diagnostic<'a>>,
    platforms: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    name: String,
    title: String,
    file: String,
    environments: Vec<String>,
    datasets: usize,
    dashboards: usize,
}

pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Fail> {
    let loaded = platforms::load(&[])?;
    let rows: Vec<Row> = loaded.iter().filter_map(row).collect();
    match arguments.format {
        Format::Json => json::print(&Document { diagnostics: json::diagnostics(&loaded), platforms: rows })?,
        Format::Human => {
            let width = rows.iter().map(|row| row.name.len()).max().unwrap_or(0);
            for row in &rows {
                human::line(&format!(
                    "{:width$}  {:<20}  {}, {}  {}",
                    row.name,
                    row.environments.join(", "),
                    human::count(row.datasets, "dataset"),
                    human::count(row.dashboards, "dashboard"),
                    row.file
                ))?;
            }
            for one in &loaded {
                human::diagnostics(one.placed())?;
            }
        }
    }
    Ok(if loaded.iter().any(Loaded::has_errors) { Outcome::Found } else { Outcome::Done })
}

fn row(one: &Loaded) -> Option<Row> {
    let platform = one.platform.as_ref()?;
    Some(Row {
        name: platform.name.to_string(),
        title: platform.title.clone(),
        file: one.file.path.display().to_string(),
        environments: platform.environments.iter().map(|environment| environment.name.to_string()).collect(),
        datasets: platform.datasets.len(),
        dashboards: platform.dashboards.len(),
    })
}

//! The dashboards of an environment as a page, before anything is deployed.
//!
//! In: the result of `synth`, and rows, either given or generated. Out: a [`Page`], which
//! [`strataform_preview::html`] renders. It draws the definitions in the templates, not the platform file: the page
//! shows what the service receives. It does not claim to look exactly like `QuickSight`.

mod figures;
mod foreign;
mod given;
mod sample;

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use strataform_preview::{Column, Dashboard, DataSet, FilteredOut, Kind, Page};

use crate::assembly::Draft;
use crate::diagnostic::Diagnostic;
use crate::model::{FieldKind, Stage};
use crate::platform::{Context, visualization};

/// The maximum number of a data set's rows in a page: more make it slow, without a visible difference.
pub const MOST_ROWS: usize = 5_000;

/// The source of rows.
#[derive(Clone, Copy, Debug)]
pub enum Rows<'a> {
    /// Generated; the same seed gives the same rows.
    Sample {
        /// Any number.
        seed: u64,
    },
    /// `NAME.parquet` or `NAME.csv` in a folder, one for each data set.
    Given(&'a Path),
}

pub use foreign::page as foreign_page;

/// Builds the page of an environment's dashboards.
///
/// # Errors
/// Every file of rows that is missing, or that does not match its data set.
pub fn page(context: Context<'_>, draft: &Draft, rows: Rows<'_>) -> Result<Page, Vec<Diagnostic>> {
    let templates = draft.templates(Stage::Visualization);
    let templates: Vec<Value> =
        templates.filter_map(|(_, bytes)| serde_json::from_slice(bytes).ok()).collect();
    let of = |kind: &str| -> Vec<&Value> {
        let resources = templates.iter().filter_map(|template| template["Resources"].as_object());
        let kind = format!("AWS::QuickSight::{kind}");
        resources.flat_map(|all| all.values()).filter(|one| one["Type"] == kind.as_str()).collect()
    };
    let prefix = format!("{}-", context.prefix());
    let dashboards = of("Dashboard").into_iter().map(|one| {
        let text = |key: &str| one["Properties"][key].as_str().unwrap_or_default();
        let id = text("DashboardId");
        Dashboard {
            name: id.strip_prefix(&prefix).unwrap_or(id).to_owned(),
            title: text("Name").to_owned(),
            definition: one["Properties"]["Definition"].clone(),
        }
    });
    let theme = of("Theme").first().map_or(Value::Null, |one| one["Properties"]["Configuration"].clone());
    let mut faults = Vec::new();
    let mut data = BTreeMap::new();
    for source in context.platform.shown() {
        let columns: Vec<Column> = visualization::columns(context.platform, &source)
            .into_iter()
            .map(|(name, kind)| Column { name, kind: kind_of(kind) })
            .collect();
        let made = match rows {
            Rows::Sample { seed } => Ok(sample::rows(context.platform, &source, columns, seed)),
            Rows::Given(folder) => given::rows(folder, &source.name(), columns),
        };
        match made {
            Ok(set) => drop(data.insert(source.name().into_owned(), set)),
            Err(found) => faults.extend(found),
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let whose = match rows {
        Rows::Sample { .. } => "sample rows".to_owned(),
        Rows::Given(folder) => format!("rows from {}", folder.display()),
    };
    let cut = data.values().any(|set: &DataSet| set.total > set.rows.len());
    let cut = if cut { format!(", the first {MOST_ROWS} of each file") } else { String::new() };
    let (title, environment) = (&context.platform.title, &context.environment.name);
    Ok(Page {
        title: format!("{title}, {environment}"),
        notice: format!("Local preview with {whose}{cut}; not drawn by QuickSight"),
        theme,
        dashboards: dashboards.collect(),
        data,
        filtered_out: FilteredOut::Empty,
    })
}

fn kind_of(kind: FieldKind) -> Kind {
    match kind {
        FieldKind::Text => Kind::String,
        FieldKind::Integer => Kind::Integer,
        FieldKind::Decimal => Kind::Decimal,
        FieldKind::Date => Kind::DateTime,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Identifier, Platform, fixture};
    use crate::synth::synth;

    /// A platform with many dashboards, each large enough that some are in further stacks.
    fn many(count: usize) -> Platform {
        let mut platform = fixture::platform();
        let one = platform.dashboards[0].clone();
        let visual = one.sheets[0].visuals[0].clone();
        platform.dashboards = (0..count)
            .map(|at| {
                let mut dashboard = one.clone();
                dashboard.name = Identifier::new(&format!("board_{at}")).expect("a name");
                dashboard.sheets[0].visuals = (0..30)
                    .map(|at| {
                        let mut visual = visual.clone();
                        visual.name = Identifier::new(&format!("visual_{at}")).expect("a name");
                        visual
                    })
                    .collect();
                dashboard
            })
            .collect();
        platform
    }

    #[test]
    fn the_dashboards_of_every_stack_are_shown() {
        let platform = many(30);
        let environment = &platform.environments[0];
        let draft = synth(&platform, environment, &[]).expect("the fixture is valid");
        let templates = draft.templates(Stage::Visualization).count();
        assert!(templates > 1, "one template has all of them, so this test proves nothing");
        let page = page(Context { platform: &platform, environment }, &draft, Rows::Sample { seed: 1 });
        let names: Vec<String> =
            page.expect("sample rows need no file").dashboards.into_iter().map(|one| one.name).collect();
        let wanted: Vec<String> = (0..30).map(|at| format!("board-{at}")).collect();
        assert_eq!(names, wanted);
    }
}

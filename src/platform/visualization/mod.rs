//! The visualization stage: the connection to the warehouse, data sets, dashboards, the theme.
//!
//! In: a platform with dashboards, and the exports of the stages before. Out: a stack with all of it, and further
//! stacks for dashboards that do not fit in its template. A platform without dashboards has none.
//!
//! It does not refresh after loads: the state machine that loads the warehouse refreshes the data sets in SPICE
//! ([`spice_datasets`]).

mod alarms;
mod connection;
mod control;
mod dataset;
mod field;
mod filter;
mod layout;
mod parameter;
mod permission;
mod sheet;
mod source;
mod text;
mod theme;
mod visual;

use std::collections::BTreeMap;

use strataform_resources::kind::{QuickSightDataSet, QuickSightFolder, QuickSightTheme, SNSTopic};
use strataform_resources::quicksight::{
    AdHocFilteringOption, Analysis, AnalysisDefinition, Dashboard as DashboardResource, DashboardBehavior,
    DashboardPublishOptions, DashboardUIState, DashboardVersionDefinition, ExportToCSVOption, Folder,
    FolderType, SheetControlsOption, SheetLayoutElementMaximizationOption, ValidationStrategy,
    ValidationStrategyMode, VisualAxisSortOption, VisualMenuOption,
};
use strataform_template::{Arn, IntoValue, Node, Text, Value, pseudo, sub};

pub(super) use self::source::is_fed_by;
use super::{Context, Export, Stack, StackName, aggregation};
use crate::model::{Dashboard, Dataset, FieldKind, Origin, Platform, Stage, VisualSource};

/// Maximum bytes of data sets and definitions in one stack: a template can have 1,000,000, and the count here is a
/// conservative estimate.
const MOST_BYTES: usize = 600_000;
/// Estimated bytes of a data set without its columns and of its alarm, in pretty-printed JSON.
const SET_BYTES: usize = 5_500;
/// Estimated bytes of a column of a data set, in pretty-printed JSON.
const COLUMN_BYTES: usize = 150;

/// The stacks of the stage; empty if the platform has no dashboards.
///
/// The first contains the connection, the data sets, the theme, the folder and the first dashboards. Dashboards whose
/// definitions would make its template too large go to further stacks, in the order of the platform file. `dashboards`
/// are all dashboards of the platform ([`draw`]), and `topic` is notified of ingestions that fail.
#[must_use]
pub fn stacks(
    context: Context<'_>,
    aggregation: &aggregation::Exports,
    dashboards: &[Drawn<'_>],
    topic: &Export<Arn<SNSTopic>>,
) -> Vec<Stack> {
    let divisions = divisions(context.platform, dashboards);
    let mut divisions = divisions.into_iter();
    let Some(first) = divisions.next() else { return Vec::new() };
    let description = format!("{}: data sets and dashboards", context.platform.title);
    let mut stack = empty(StackName::first(Stage::Visualization), text::line(&description, 1000));
    let assets = assets(&mut stack, context, aggregation);
    alarms::add(&mut stack, context, topic);
    for dashboard in first {
        let origin = Origin::Dashboard(dashboard.dashboard.name.clone());
        stack.within(origin, |stack| add(stack, context, dashboard, &assets));
    }
    let rest: Vec<_> = divisions.collect();
    if rest.is_empty() {
        return vec![stack];
    }
    let exported = export(&mut stack, assets);
    let mut stacks = vec![stack];
    for (at, dashboards) in rest.into_iter().enumerate() {
        let part = u16::try_from(at + 2).unwrap_or(u16::MAX);
        let description = text::line(&format!("{}: more dashboards", context.platform.title), 1000);
        let mut stack = empty(StackName { stage: Stage::Visualization, part }, description);
        let assets = import(&mut stack, &dashboards, &exported);
        for dashboard in dashboards {
            let origin = Origin::Dashboard(dashboard.dashboard.name.clone());
            stack.within(origin, |stack| add(stack, context, dashboard, &assets));
        }
        stacks.push(stack);
    }
    stacks
}

/// The data sets in SPICE that are refreshed after each load of their source, with their IDs.
#[must_use]
pub fn spice_datasets(context: Context<'_>) -> Vec<(VisualSource, String)> {
    let kept = context.platform.shown().into_iter();
    kept.filter(|one| !source::is_direct(context, one) && source::follows_loads(context, one))
        .map(|one| (one.clone(), source::id(context, &one)))
        .collect()
}

/// Whether an ingestion of a data set after a load of the dataset is limited to the rows that the load can change.
#[must_use]
pub fn is_incremental(context: Context<'_>, source: &VisualSource, dataset: &Dataset) -> bool {
    source::changes_in_window(context, source, dataset)
}

/// The columns of the data set of a source, with the kind of each in QuickSight.
#[must_use]
pub fn columns(platform: &Platform, source: &VisualSource) -> Vec<(String, FieldKind)> {
    source::columns(platform, source).into_iter().map(|one| (one.name, one.kind)).collect()
}

/// A dashboard and its definition.
#[derive(Clone, Debug)]
pub struct Drawn<'a> {
    /// The dashboard.
    pub dashboard: &'a Dashboard,
    definition: DashboardVersionDefinition,
}

impl Drawn<'_> {
    /// The definition, for review: the same as in the templates, with the ARNs of data sets spelled out.
    #[must_use]
    pub fn node(&self) -> Node {
        node(self.definition.clone())
    }
}

/// The definition of each dashboard, in the order of the platform file.
#[must_use]
pub fn draw(context: Context<'_>) -> Vec<Drawn<'_>> {
    let arn = |shown: &VisualSource| -> Value<Text> {
        sub!(
            "arn:${partition}:quicksight:${region}:${account}:dataset/${id}",
            partition = pseudo::partition(),
            region = pseudo::region(),
            account = pseudo::account_id(),
            id = source::id(context, shown)
        )
        .into_value()
    };
    let columns = source::all_columns(context.platform);
    let dashboards = context.platform.dashboards.iter();
    dashboards
        .map(|dashboard| {
            let sets = sheet::declarations(dashboard, &arn);
            let definition = sheet::definition(context.platform, dashboard, &columns, sets);
            Drawn { dashboard, definition }
        })
        .collect()
}

fn node(definition: DashboardVersionDefinition) -> Node {
    IntoValue::<DashboardVersionDefinition>::into_node(definition)
}

/// A stack for dashboards. Definitions are on a single line: pretty-printed, one can take half the size limit of a
/// template.
fn empty(name: StackName, description: String) -> Stack {
    let mut stack = Stack::new(name, description);
    stack.compact::<DashboardResource>("Definition").compact::<Analysis>("Definition");
    stack
}

/// The dashboards by stack, in the order of the platform file. The first stack also has the data sets; if there are
/// very many, it has no dashboards.
fn divisions<'a>(platform: &Platform, dashboards: &'a [Drawn<'a>]) -> Vec<Vec<&'a Drawn<'a>>> {
    if platform.dashboards.is_empty() {
        return Vec::new();
    }
    let sets = source::all_columns(platform);
    let mut bytes = sets.values().map(|columns| SET_BYTES + columns.len() * COLUMN_BYTES).sum::<usize>();
    let mut divisions: Vec<Vec<&Drawn<'_>>> = vec![Vec::new()];
    for one in dashboards {
        // An analysis repeats the definition.
        let size = weight(&one.node()) * if one.dashboard.analysis { 2 } else { 1 };
        match divisions.last_mut() {
            Some(last) if bytes + size <= MOST_BYTES => last.push(one),
            _ => {
                divisions.push(vec![one]);
                bytes = 0;
            }
        }
        bytes += size;
    }
    divisions
}

/// The approximate bytes of a node in compact JSON.
fn weight(node: &Node) -> usize {
    match node {
        Node::Text(text) => text.len() + 3,
        Node::List(items) => 3 + items.iter().map(weight).sum::<usize>(),
        Node::Object(object) => {
            3 + object.iter().map(|(name, value)| name.len() + 4 + weight(value)).sum::<usize>()
        }
        Node::Null | Node::Bool(_) | Node::Number(_) => 6,
        // An ARN of a data set, or a reference to one.
        Node::Ref(_) | Node::GetAtt(_) | Node::Call(_) => 160,
    }
}

/// The resources that dashboards refer to.
#[derive(Debug)]
struct Assets {
    sets: BTreeMap<VisualSource, Value<Arn<QuickSightDataSet>>>,
    theme: Value<Arn<QuickSightTheme>>,
    folder: Value<Arn<QuickSightFolder>>,
}

/// The exports of [`Assets`] to other stacks.
#[derive(Debug)]
struct Exported {
    sets: BTreeMap<VisualSource, Export<Arn<QuickSightDataSet>>>,
    theme: Export<Arn<QuickSightTheme>>,
    folder: Export<Arn<QuickSightFolder>>,
}

/// Adds the resources that dashboards refer to.
fn assets(stack: &mut Stack, context: Context<'_>, aggregation: &aggregation::Exports) -> Assets {
    let theme = theme::theme(context);
    let permissions = permission::of_theme(context);
    let theme = if permissions.is_empty() { theme } else { theme.permissions(permissions) };
    let theme = stack.within(Origin::Theme, |stack| stack.add("theme", theme)).arn();
    let folder = Folder::new()
        .aws_account_id(pseudo::account_id())
        .folder_id(context.prefix())
        .name(text::line(&format!("{} {}", context.platform.title, context.environment.name), 200))
        .folder_type(FolderType::Shared)
        .tags(context.tags());
    let permissions = permission::of_folder(context);
    let folder = if permissions.is_empty() { folder } else { folder.permissions(permissions) };
    let folder = stack.add("folder", folder).arn();
    let used = context.platform.shown();
    let mut sets = BTreeMap::new();
    if !used.is_empty() {
        let warehouse = stack.within(Origin::Warehouse, |stack| connection::add(stack, context, aggregation));
        let rules: BTreeMap<_, _> = context
            .platform
            .row_rules()
            .into_iter()
            .map(|rules| {
                let origin = Origin::from(&rules);
                let arn =
                    stack.within(origin, |stack| dataset::add_rules(stack, context, &warehouse, &rules));
                (rules, arn)
            })
            .collect();
        for shown in used {
            let rows = context.platform.data_set(&shown).and_then(|options| options.rows.clone());
            let rows = rows.and_then(|name| rules.get(&VisualSource::Dataset(name)));
            let origin = Origin::from(&shown);
            let arn = stack.within(origin, |stack| dataset::add(stack, context, &warehouse, &shown, rows));
            sets.insert(shown, arn);
        }
    }
    Assets { sets, theme, folder }
}

fn export(stack: &mut Stack, assets: Assets) -> Exported {
    let sets = assets.sets.into_iter().map(|(source, arn)| {
        let path = format!("{}/arn", source::path(&source));
        let export = stack.export(path, arn, "ARN of a data set");
        (source, export)
    });
    let sets = sets.collect();
    Exported {
        sets,
        theme: stack.export("theme/arn", assets.theme, "ARN of the theme"),
        folder: stack.export("folder/arn", assets.folder, "ARN of the folder"),
    }
}

/// Imports the resources that some dashboards refer to from the first stack.
fn import(stack: &mut Stack, dashboards: &[&Drawn<'_>], exported: &Exported) -> Assets {
    let mut sets = BTreeMap::new();
    for shown in dashboards.iter().flat_map(|one| sheet::sources(one.dashboard)) {
        if let Some(export) = exported.sets.get(shown) {
            sets.insert(shown.clone(), stack.import(export));
        }
    }
    Assets { sets, theme: stack.import(&exported.theme), folder: stack.import(&exported.folder) }
}

/// Adds a dashboard.
fn add(stack: &mut Stack, context: Context<'_>, drawn: &Drawn<'_>, assets: &Assets) {
    let dashboard = drawn.dashboard;
    let arn = |shown: &VisualSource| -> Value<Text> {
        match assets.sets.get(shown) {
            Some(arn) => arn.into_value(),
            // Unreachable, since every source has a data set; its ID is the most useful fallback.
            None => source::id(context, shown).into_value(),
        }
    };
    let sets = sheet::declarations(dashboard, &arn);
    let definition = drawn.definition.clone().data_set_identifier_declarations(sets);
    let id = context.dashboard_id(&dashboard.name);
    let name = match text::line(&dashboard.title, 200) {
        empty if empty.is_empty() => dashboard.name.to_string(),
        title => title,
    };
    let definition = node(definition);
    let analysis = dashboard.analysis.then(|| definition.clone());
    let made = DashboardResource::new(pseudo::account_id(), id.clone(), name.clone())
        .definition(Value::<DashboardVersionDefinition>::assumed(definition))
        .theme_arn(&assets.theme)
        .folder_arns([&assets.folder])
        // Without strict validation, QuickSight stores a dashboard with broken references.
        // Assumes `strict-definitions`.
        .validation_strategy(ValidationStrategy::new(ValidationStrategyMode::Strict))
        .dashboard_publish_options(options())
        .tags(context.tags());
    let made = match dashboard.description.as_deref().map(|full| text::line(full, 512)) {
        Some(line) if !line.is_empty() => made.version_description(line),
        _ => made,
    };
    let permissions = permission::of_dashboard(context);
    let made = if permissions.is_empty() { made } else { made.permissions(permissions) };
    stack.add(format!("dashboard/{}", dashboard.name), made);
    if let Some(definition) = analysis {
        add_analysis(stack, context, dashboard, assets, (id, name), definition);
    }
}

/// Adds the analysis of a dashboard: the same definition, in which authors can try changes.
fn add_analysis(
    stack: &mut Stack,
    context: Context<'_>,
    dashboard: &Dashboard,
    assets: &Assets,
    (id, name): (String, String),
    definition: Node,
) {
    let made = Analysis::new(id, pseudo::account_id(), name)
        // The definition of a dashboard is a valid analysis definition; properties that only dashboards have are not
        // used.
        .definition(Value::<AnalysisDefinition>::assumed(definition))
        .theme_arn(&assets.theme)
        .folder_arns([&assets.folder])
        .validation_strategy(ValidationStrategy::new(ValidationStrategyMode::Strict))
        .tags(context.tags());
    let permissions = permission::of_analysis(context);
    let made = if permissions.is_empty() { made } else { made.permissions(permissions) };
    stack.add(format!("analysis/{}", dashboard.name), made);
}

/// What readers can do: filter, sort, maximize visuals and export rows to CSV.
fn options() -> DashboardPublishOptions {
    let on = || DashboardBehavior::Enabled;
    DashboardPublishOptions::new()
        .ad_hoc_filtering_option(AdHocFilteringOption::new().availability_status(on()))
        .export_to_csv_option(ExportToCSVOption::new().availability_status(on()))
        .sheet_controls_option(SheetControlsOption::new().visibility_state(DashboardUIState::Expanded))
        .sheet_layout_element_maximization_option(
            SheetLayoutElementMaximizationOption::new().availability_status(on()),
        )
        .visual_menu_option(VisualMenuOption::new().availability_status(on()))
        .visual_axis_sort_option(VisualAxisSortOption::new().availability_status(on()))
}

#[cfg(test)]
mod tests;

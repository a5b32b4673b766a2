//! Generates everything that is written for an environment of a platform.
//!
//! In: validated values. Out: a [`Draft`], or all diagnostics. It refuses to write files: `assembly` does that.

mod draft;
mod rules;

#[cfg(test)]
pub(crate) use draft::sql_kind;

use handlebars::RenderError;

use crate::artifact::{glue, load as statements, redshift};
use crate::assembly::{Draft, File, FileKind, layout};
use crate::check;
use crate::check::code::{OVERRIDE_PLACE, TEMPLATE};
use crate::check::policy::Review;
use crate::diagnostic::{Diagnostic, Severity, SourceFile, did_you_mean};
use crate::model::{Dataset, Environment, Override, Platform, Stage};
use crate::platform::aggregation::load::{self, Load, LoadPlan, Loads};
use crate::platform::aggregation::sql;
use crate::platform::visualization::Drawn;
use crate::platform::{Context, Stack, aggregation, ingestion, processing, storage, visualization};
use strataform_template::OverrideFault;

/// What the stages of an environment generate.
#[derive(Debug)]
struct Made {
    stacks: Vec<Stack>,
    storage: storage::Exports,
    aggregation: aggregation::Exports,
    deployment: aggregation::Deployment,
    /// Every override that cannot be applied.
    faults: Vec<Diagnostic>,
}

/// Builds the stacks of an environment in deployment order, with its overrides applied, and what they export.
fn make(context: Context<'_>, loads: &Loads, dashboards: &[Drawn<'_>]) -> Made {
    let (base, storage) = storage::stack(context);
    let (streams, ingestion) = ingestion::stacks(context, &storage);
    let (warehouse, aggregation, deployment) = aggregation::stack(context, &storage, &ingestion);
    let mut stacks = vec![base];
    stacks.extend(streams);
    stacks.push(warehouse);
    stacks.extend(processing::stacks(context, &storage, &aggregation, loads));
    stacks.extend(visualization::stacks(context, &aggregation, dashboards, &storage.topic));
    let faults =
        context.environment.overrides.iter().filter_map(|one| apply(one, &mut stacks).err()).collect();
    Made { stacks, storage, aggregation, deployment, faults }
}

/// Generates and checks everything that is written for an environment. `own` is the hand-written SQL
/// ([`crate::project::sql_files`]).
///
/// # Errors
/// Everything that is wrong with it.
pub fn synth(
    platform: &Platform,
    environment: &Environment,
    own: &[SourceFile],
) -> Result<Draft, Vec<Diagnostic>> {
    synth_with_warnings(platform, environment, own, None).map(|(draft, _)| draft)
}

/// The same, with the warnings, and with what breaks the policies of a review.
///
/// # Errors
/// Everything that is wrong with it, warnings included.
pub fn synth_with_warnings(
    platform: &Platform,
    environment: &Environment,
    own: &[SourceFile],
    review: Option<&Review<'_>>,
) -> Result<(Draft, Vec<Diagnostic>), Vec<Diagnostic>> {
    let context = Context { platform, environment };
    let loads = loads(platform, statements::plan)?;
    let dashboards = visualization::draw(context);
    let sizes = check::loads::check(platform, environment, &loads);
    let Made { stacks, storage, aggregation, deployment, faults } = make(context, &loads, &dashboards);
    let mut found = faults;
    found.extend(sizes);
    found.extend(check::stacks(&stacks, &environment.overrides));
    let mut files = Vec::new();
    templates(&stacks, &mut files, &mut found);
    if found.is_empty() {
        found.extend(rules::check(context, &stacks, &files, review));
    }
    scripts(context, &mut files, &mut found);
    let plan = sql::plan(context, own);
    sql_files(&plan, &mut files, &mut found);
    files.extend(platform.datasets.iter().map(|dataset| load_file(dataset, loads.of(dataset))));
    found.extend(check::sql::check_all(platform, &in_order(&plan, &files, own), &loads));
    files.extend(platform.policy.files.iter().map(draft::policy_file));
    for one in &dashboards {
        let path =
            layout::stage_path(Stage::Visualization, &format!("dashboards/{}.json", one.dashboard.name));
        files.push(File { path, kind: FileKind::Definition, bytes: one.node().to_json().into_bytes() });
    }
    let deployable =
        draft::Deployable { storage: &storage, aggregation: &aggregation, deployment: &deployment };
    let sql: Result<_, &str> = plan.files.iter().map(|file| draft::sql(file, &deployable)).collect();
    let sql = sql.unwrap_or_else(|name| {
        found.push(unrendered("the SQL", &format!("no stack exports the value of `{name}`")));
        Vec::new()
    });
    if found.iter().any(|one| one.severity == Severity::Error) {
        return Err(found);
    }
    let draft = Draft {
        platform: platform.name.clone(),
        environment: environment.name.clone(),
        account: environment.account.clone(),
        region: environment.region.clone(),
        protected: environment.protected,
        stacks: stacks.iter().map(draft::stack).collect(),
        files,
        sql,
        warehouse: deployable.warehouse(),
        buckets: deployable.buckets(),
        datasets: platform.datasets.iter().map(|one| draft::dataset(context, one)).collect(),
        declared: environment.declared.clone(),
        costs: draft::costs(context),
        migrations: Vec::new(),
        policy: draft::policy(platform, environment),
    };
    Ok((draft, found))
}

fn templates(stacks: &[Stack], files: &mut Vec<File>, found: &mut Vec<Diagnostic>) {
    for stack in stacks {
        // The faults of a template are already reported.
        let Ok(text) = stack.template().to_json() else { continue };
        found.extend(check::limits::bytes(stack, text.len()));
        let path = layout::template_path(stack.name.stage, stack.name.part);
        if stack.name.stage == Stage::Visualization {
            found.extend(check::dashboard::rendered(&path, &text));
        }
        files.push(File { path, kind: FileKind::Template, bytes: text.into_bytes() });
    }
}

fn scripts(context: Context<'_>, files: &mut Vec<File>, found: &mut Vec<Diagnostic>) {
    for dataset in &context.platform.datasets {
        let path = layout::stage_path(Stage::Processing, &format!("jobs/{}.py", dataset.name));
        match glue::script(&glue::JobContext::of(context, dataset)) {
            Ok(text) => files.push(File { path, kind: FileKind::Script, bytes: text.into_bytes() }),
            Err(error) => found.push(unrendered(&path, &error.to_string())),
        }
    }
}

fn sql_files(plan: &sql::SqlPlan, files: &mut Vec<File>, found: &mut Vec<Diagnostic>) {
    match redshift::render(plan) {
        Ok(rendered) => files.extend(rendered.into_iter().map(|(path, text)| File {
            path: sql_path(&path),
            kind: FileKind::Sql,
            bytes: text.into_bytes(),
        })),
        Err(error) => found.push(unrendered("the SQL", &error.to_string())),
    }
}

/// Renders the loads, before the state machines are built from them.
fn loads(
    platform: &Platform,
    render: impl Fn(&Load) -> Result<LoadPlan, RenderError>,
) -> Result<Loads, Vec<Diagnostic>> {
    let diagnostic = |(dataset, error): (&Dataset, RenderError)| {
        unrendered(&sql_path(&load::path(dataset)), &error.to_string())
    };
    Loads::new(platform, render).map_err(|errors| errors.into_iter().map(diagnostic).collect())
}

/// The file of a load, for people to read: the state machine contains the same statements.
fn load_file(dataset: &Dataset, plan: &LoadPlan) -> File {
    let path = sql_path(&load::path(dataset));
    File { path, kind: FileKind::Load, bytes: statements::file(plan).into_bytes() }
}

/// The rendered SQL files, in the order in which they run.
fn in_order<'a>(
    plan: &sql::SqlPlan,
    files: &'a [File],
    own: &'a [SourceFile],
) -> Vec<check::sql::SqlText<'a>> {
    let rendered = plan.files.iter().filter_map(|planned| {
        let path = sql_path(&planned.path);
        let file = files.iter().find(|file| file.path == path)?;
        let own = draft::sql_source(&planned.content).and_then(|name| sql::own_source(own, name));
        Some(check::sql::SqlText { path: &file.path, bytes: &file.bytes, own })
    });
    rendered.collect()
}

fn sql_path(path: &str) -> String {
    layout::stage_path(Stage::Aggregation, path)
}

fn unrendered(what: &str, error: &str) -> Diagnostic {
    Diagnostic::unplaced(TEMPLATE, format!("{what} was not rendered")).because(error.to_owned()).our_bug()
}

/// Sets the property of the resource, in whichever stack of the stage has it.
fn apply(one: &Override, stacks: &mut [Stack]) -> Result<(), Diagnostic> {
    for stack in stacks.iter_mut().filter(|stack| stack.name.stage == one.stage) {
        match stack.override_property(one) {
            Ok(()) => return Ok(()),
            Err(OverrideFault::Resource) => {}
            Err(OverrideFault::Path(reason)) => {
                return Err(Diagnostic::error(
                    OVERRIDE_PLACE,
                    one.span.clone(),
                    "invalid path in an override",
                )
                .because(format!("{}: {reason}", one.property))
                .help("name properties and list indexes, as in `LifecycleConfiguration.Rules.0.Status`"));
            }
        }
    }
    let known: Vec<&str> = stacks
        .iter()
        .filter(|stack| stack.name.stage == one.stage)
        .flat_map(|stack| stack.template().resources().map(|(id, _)| id))
        .collect();
    Err(Diagnostic::error(
        OVERRIDE_PLACE,
        one.span.clone(),
        format!("the {} stage has no resource `{}`", one.stage, one.resource),
    )
    .because("an override sets a property of a resource that the stage creates")
    .help(did_you_mean(&one.resource, known.iter().copied())))
}

#[cfg(test)]
mod tests {
    use handlebars::RenderErrorReason;

    use super::*;
    use crate::model::fixture;

    #[test]
    fn a_load_that_is_not_rendered_is_reported_with_its_file() {
        let platform = fixture::platform();
        let failed = |load: &Load| match load.dataset.as_str() {
            "orders" => Err(RenderError::from(RenderErrorReason::Other("no `x`".to_owned()))),
            _ => statements::plan(load),
        };
        let found = loads(&platform, failed).expect_err("one is not rendered");
        let found: Vec<_> = found.iter().map(|one| (one.code, one.summary.as_str())).collect();
        assert_eq!(found, [(TEMPLATE, "aggregation/load/orders.sql was not rendered")]);
    }
}

//! From a platform and one of its environments to everything that is written for it.
//!
//! In: validated values. Out: a [`Draft`], or every diagnostic. It refuses to touch files: `assembly` does.

use handlebars::RenderError;

use crate::artifact::{glue, load as statements, redshift};
use crate::assembly::{Draft, File, ParameterAsset, ParameterInput, SqlFile, SqlPlaceholder, StackDraft};
use crate::check::{self, OVERRIDE_PLACE, TEMPLATE};
use crate::diagnostic::{Diagnostic, SourceFile, did_you_mean};
use crate::model::{Dataset, Environment, Override, Platform, Stage};
use crate::platform::aggregation::load::{self, Load, LoadPlan, Loads};
use crate::platform::aggregation::sql::{self, SqlValue};
use crate::platform::visualization::Drawn;
use crate::platform::{
    Context, Stack, StackName, aggregation, ingestion, processing, storage, visualization,
};
use strataform_template::OverrideFault;

/// The stacks of an environment in the order in which they are deployed, its overrides applied.
///
/// # Errors
/// Every override that finds no place.
fn stacks(
    context: Context<'_>,
    loads: &Loads,
    dashboards: &[Drawn<'_>],
) -> Result<Vec<Stack>, Vec<Diagnostic>> {
    let (base, storage) = storage::stack(context);
    let (streams, ingestion) = ingestion::stacks(context, &storage);
    let (warehouse, aggregation) = aggregation::stack(context, &storage, &ingestion);
    let mut stacks = vec![base];
    stacks.extend(streams);
    stacks.push(warehouse);
    stacks.extend(processing::stacks(context, &storage, &aggregation, loads));
    stacks.extend(visualization::stacks(context, &aggregation, dashboards));
    let faults: Vec<_> =
        context.environment.overrides.iter().filter_map(|one| apply(one, &mut stacks).err()).collect();
    if faults.is_empty() { Ok(stacks) } else { Err(faults) }
}

/// Everything that is written for an environment, checked. `own` is the SQL that the team wrote by hand
/// ([`crate::project::sql_files`]).
///
/// # Errors
/// Everything that is wrong with it.
pub fn synth(
    platform: &Platform,
    environment: &Environment,
    own: &[SourceFile],
) -> Result<Draft, Vec<Diagnostic>> {
    let context = Context { platform, environment };
    let loads = loads(platform, statements::plan)?;
    let dashboards = visualization::draw(context);
    let stacks = stacks(context, &loads, &dashboards)?;
    let mut found = check::stacks(&stacks, &environment.overrides);
    let mut files = Vec::new();
    for stack in &stacks {
        // A template with faults has been reported.
        let Ok(text) = stack.template.to_json() else { continue };
        found.extend(check::limits::bytes(stack, text.len()));
        if stack.name.stage == Stage::Visualization {
            found.extend(check::dashboard::rendered(&template_path(stack.name), &text));
        }
        files.push(File { path: template_path(stack.name), bytes: text.into_bytes() });
    }
    scripts(context, &mut files, &mut found);
    let plan = sql::plan(context, own);
    sql_files(&plan, &mut files, &mut found);
    files.extend(platform.datasets.iter().map(|dataset| load_file(dataset, loads.of(dataset))));
    found.extend(check::sql::all(platform, &in_order(&plan, &files), own, &loads));
    for one in &dashboards {
        let path = format!("{}/dashboards/{}.json", Stage::Visualization, one.dashboard.name);
        files.push(File { path, bytes: one.node().to_json().into_bytes() });
    }
    if !found.is_empty() {
        return Err(found);
    }
    Ok(Draft {
        platform: platform.name.clone(),
        environment: environment.name.clone(),
        account: environment.account.clone(),
        region: environment.region.clone(),
        protected: environment.protected,
        stacks: stacks.iter().map(draft).collect(),
        files,
        sql: plan.files.iter().map(sql_draft).collect(),
    })
}

/// `storage/template.json`, `ingestion/template-2.json`
fn template_path(name: StackName) -> String {
    match name.part {
        0 | 1 => format!("{}/template.json", name.stage),
        part => format!("{}/template-{part}.json", name.stage),
    }
}

fn scripts(context: Context<'_>, files: &mut Vec<File>, found: &mut Vec<Diagnostic>) {
    for dataset in &context.platform.datasets {
        let path = format!("{}/jobs/{}.py", Stage::Processing, dataset.name);
        match glue::script(&glue::JobContext::of(context, dataset)) {
            Ok(text) => files.push(File { path, bytes: text.into_bytes() }),
            Err(error) => found.push(unrendered(&path, &error.to_string())),
        }
    }
}

fn sql_files(plan: &sql::SqlPlan, files: &mut Vec<File>, found: &mut Vec<Diagnostic>) {
    match redshift::render(plan) {
        Ok(rendered) => files.extend(
            rendered.into_iter().map(|(path, text)| File { path: sql_path(&path), bytes: text.into_bytes() }),
        ),
        Err(error) => found.push(unrendered("the SQL", &error.to_string())),
    }
}

/// The loads, before any state machine is made of them.
fn loads(
    platform: &Platform,
    render: impl Fn(&Load) -> Result<LoadPlan, RenderError>,
) -> Result<Loads, Vec<Diagnostic>> {
    let told = |(dataset, error): (&Dataset, RenderError)| {
        unrendered(&sql_path(&load::path(dataset)), &error.to_string())
    };
    Loads::new(platform, render).map_err(|errors| errors.into_iter().map(told).collect())
}

/// A load as a file, to be read: the state machine has the same statements.
fn load_file(dataset: &Dataset, plan: &LoadPlan) -> File {
    File { path: sql_path(&load::path(dataset)), bytes: statements::file(plan).into_bytes() }
}

/// The SQL files that were rendered, in the order in which they run.
fn in_order<'a>(plan: &sql::SqlPlan, files: &'a [File]) -> Vec<&'a File> {
    let rendered = plan.files.iter().map(|planned| sql_path(&planned.path));
    rendered.filter_map(|path| files.iter().find(|file| file.path == path)).collect()
}

fn sql_path(path: &str) -> String {
    format!("{}/{path}", Stage::Aggregation)
}

fn unrendered(what: &str, error: &str) -> Diagnostic {
    Diagnostic::unplaced(TEMPLATE, format!("{what} was not rendered")).because(error.to_owned()).our_bug()
}

fn draft(stack: &Stack) -> StackDraft {
    let inputs = stack.inputs.iter().map(|input| ParameterInput {
        parameter: input.parameter.to_string(),
        stack: input.stack.to_string(),
        output: input.output.to_string(),
    });
    let assets = stack.assets.iter().map(|asset| ParameterAsset {
        parameter: asset.parameter.to_string(),
        path: format!("{}/{}", stack.name.stage, asset.path),
    });
    StackDraft {
        name: stack.name.to_string(),
        stage: stack.name.stage,
        template_path: template_path(stack.name),
        inputs: inputs.collect(),
        assets: assets.collect(),
        literals: Vec::new(),
    }
}

fn sql_draft(file: &sql::SqlFile) -> SqlFile {
    let placeholders = file.placeholders.iter().map(|one| {
        let (output, secret_field) = match one.source {
            SqlValue::Output(output) => (output, None),
            SqlValue::SecretField { output, field } => (output, Some(field.to_owned())),
        };
        SqlPlaceholder {
            name: one.name.to_owned(),
            stack: Stage::Aggregation.to_string(),
            output: output.to_owned(),
            secret_field,
        }
    });
    SqlFile { path: sql_path(&file.path), placeholders: placeholders.collect() }
}

/// Sets the property on the resource, in whichever of the stage's stacks it is.
fn apply(one: &Override, stacks: &mut [Stack]) -> Result<(), Diagnostic> {
    let path = one.property.replace('.', "/");
    for stack in stacks.iter_mut().filter(|stack| stack.name.stage == one.stage) {
        match stack.template.override_property(&one.resource, &path, one.value.clone()) {
            Ok(()) => return Ok(()),
            Err(OverrideFault::Resource) => {}
            Err(OverrideFault::Path(reason)) => {
                return Err(Diagnostic::error(
                    OVERRIDE_PLACE,
                    one.span.clone(),
                    "the override finds no place",
                )
                .because(format!("{}: {reason}", one.property))
                .help(
                    "a path names properties and places in lists: `LifecycleConfiguration.Rules.0.Status`",
                ));
            }
        }
    }
    let known: Vec<&str> = stacks
        .iter()
        .filter(|stack| stack.name.stage == one.stage)
        .flat_map(|stack| stack.template.resources().map(|(id, _)| id))
        .collect();
    Err(Diagnostic::error(
        OVERRIDE_PLACE,
        one.span.clone(),
        format!("the {} stage has no resource `{}`", one.stage, one.resource),
    )
    .because("an override sets a property of a resource that the stage makes")
    .help(did_you_mean(&one.resource, known.iter().copied())))
}

#[cfg(test)]
mod tests {
    use handlebars::RenderErrorReason;

    use super::*;
    use crate::model::fixture;

    #[test]
    fn a_load_that_is_not_rendered_is_told_with_its_file() {
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

//! The statements of a load, each rendered from its own template.
//!
//! In: a [`Load`]. Out: a [`LoadPlan`], and a file for review. The templates are split at their parameters before
//! anything is rendered, so that no value can be mistaken for a parameter, or end a statement.

use std::sync::LazyLock;

use handlebars::RenderError;

use super::template::{Templates, one_line};
use crate::platform::aggregation::load::{
    Datasets, Load, LoadParameter, LoadPlan, LoadStatement, Scope, SqlPart,
};

/// A statement of the transaction: its datasets, the comment above it, its runs, and its template.
type Statement = (Datasets, &'static [&'static str], Scope, &'static str);

/// The statements of the transaction, in order.
const STATEMENTS: [Statement; 16] = [
    (
        Datasets::Every,
        &[
            "Loads of a dataset run one after the other. The lock precedes all that reads or changes rows: the",
            "snapshot of a transaction is taken by the first such statement, and must contain the load before it.",
        ],
        Scope::EveryRun,
        include_str!("../../sql/load/lock.sql.hbs"),
    ),
    (Datasets::Every, &[], Scope::EveryRun, include_str!("../../sql/load/clear_staging.sql.hbs")),
    (Datasets::Every, &[], Scope::RunWithFiles, include_str!("../../sql/load/clear_latest.sql.hbs")),
    (
        Datasets::Every,
        &[
            "COPY maps columns of Parquet files by position. The manifest names those of the run's files: a run",
            "that was committed before a column was added lacks it.",
        ],
        Scope::RunWithFiles,
        include_str!("../../sql/load/copy.sql.hbs"),
    ),
    (
        Datasets::Every,
        &[
            "The latest row of each key, if it is later than the merged row: a second load of the same",
            "files changes nothing, and the order of loads does not matter.",
        ],
        Scope::RunWithFiles,
        include_str!("../../sql/load/latest.sql.hbs"),
    ),
    (
        Datasets::WithGroups,
        &[
            "The groups of aggregates that the changed rows are in, and after each change those that they are in then:",
            "the next refresh computes them, whenever it runs.",
        ],
        Scope::RunWithFiles,
        include_str!("../../sql/load/before.sql.hbs"),
    ),
    (
        Datasets::WithDeletions,
        &[
            "A row that marks a deletion is a version of its key. If it is the latest one, it leaves the table and stays",
            "among the deletions, where it beats older versions that are loaded later.",
        ],
        Scope::RunWithFiles,
        include_str!("../../sql/load/undelete.sql.hbs"),
    ),
    (
        Datasets::WithDeletions,
        &[],
        Scope::RunWithFiles,
        include_str!("../../sql/load/keep_deletions.sql.hbs"),
    ),
    (Datasets::WithDeletions, &[], Scope::RunWithFiles, include_str!("../../sql/load/delete.sql.hbs")),
    (Datasets::WithDeletedGroups, &[], Scope::RunWithFiles, include_str!("../../sql/load/after.sql.hbs")),
    (Datasets::WithDeletions, &[], Scope::RunWithFiles, include_str!("../../sql/load/unmark.sql.hbs")),
    (
        Datasets::Every,
        &[
            "Not MERGE: its condition only compares columns of both tables, so the period of the files could not limit what",
            "it reads.",
        ],
        Scope::RunWithFiles,
        include_str!("../../sql/load/update.sql.hbs"),
    ),
    (Datasets::Every, &[], Scope::RunWithFiles, include_str!("../../sql/load/insert.sql.hbs")),
    (Datasets::WithNewGroups, &[], Scope::RunWithFiles, include_str!("../../sql/load/after.sql.hbs")),
    (
        Datasets::Every,
        &["The run is loaded if and only if this transaction is committed; a second load replaces its row."],
        Scope::EveryRun,
        include_str!("../../sql/load/forget_run.sql.hbs"),
    ),
    (Datasets::Every, &[], Scope::EveryRun, include_str!("../../sql/load/record_run.sql.hbs")),
];

/// The query of the time until which all runs are loaded.
const COMPLETE: &str = include_str!("../../sql/load/complete.sql.hbs");

/// The query of the runs that are loaded.
const LOADED: &str = include_str!("../../sql/load/loaded.sql.hbs");

/// The period of the rows that a load changes, which other templates include.
const PERIOD: (&str, &str) = ("period", include_str!("../../sql/load/period.sql.hbs"));

/// The template of a refresh after the load.
const CALL: &str = include_str!("../../sql/load/call.sql.hbs");

/// A part of a statement's template.
#[derive(Clone, Copy, Debug)]
enum TemplatePart {
    /// A template, which is registered under its own text.
    Template(&'static str),
    /// Text without tags.
    Fixed(&'static str),
    /// A value that the run fills in.
    Parameter(LoadParameter),
}

/// A statement's datasets, its comment, its runs, and the parts of its template.
type Shape = (Datasets, &'static [&'static str], Scope, Vec<TemplatePart>);

/// The parts of the statements' templates, the last of which is the query of loaded runs, and the parsed templates
/// among them.
static SHAPES: LazyLock<(Vec<Shape>, Templates)> = LazyLock::new(|| {
    let all = STATEMENTS.into_iter().chain([(Datasets::Every, &[][..], Scope::EveryRun, LOADED)]);
    let shape = |(datasets, comment, scope, text): Statement| (datasets, comment, scope, cut(trimmed(text)));
    let shapes: Vec<Shape> = all.map(shape).collect();
    let parts = shapes.iter().flat_map(|(_, _, _, parts)| parts);
    let texts = parts.filter_map(|part| match part {
        TemplatePart::Template(text) => Some((*text, *text)),
        TemplatePart::Fixed(_) | TemplatePart::Parameter(_) => None,
    });
    let more = [(CALL, CALL), (COMPLETE, COMPLETE), PERIOD].map(|(name, text)| (name, trimmed(text)));
    let texts: Vec<_> = texts.chain(more).collect();
    let templates = Templates::new(&texts);
    (shapes, templates)
});

/// A template without the newline at the end of its file.
fn trimmed(text: &'static str) -> &'static str {
    text.strip_suffix('\n').unwrap_or(text)
}

/// The parts of a template, split at its parameters.
fn cut(template: &'static str) -> Vec<TemplatePart> {
    let part = |text: &'static str| {
        if text.contains("{{") { TemplatePart::Template(text) } else { TemplatePart::Fixed(text) }
    };
    let found =
        LoadParameter::ALL.into_iter().filter_map(|one| Some((template.find(one.placeholder())?, one)));
    let Some((at, parameter)) = found.min_by_key(|(at, _)| *at) else { return vec![part(template)] };
    let rest = cut(&template[at + parameter.placeholder().len()..]);
    let mut parts = vec![part(&template[..at]), TemplatePart::Parameter(parameter)];
    parts.extend(rest);
    parts
}

/// The statements of a load.
///
/// # Errors
/// Fails if a template uses a value that its context does not have, which the tests rule out.
pub fn plan(load: &Load) -> Result<LoadPlan, RenderError> {
    let (shapes, templates) = &*SHAPES;
    let part = |part: &TemplatePart| {
        Ok(match part {
            TemplatePart::Template(name) => SqlPart::Text(templates.render(name, load)?),
            TemplatePart::Fixed(text) => SqlPart::Text((*text).to_owned()),
            TemplatePart::Parameter(parameter) => SqlPart::Parameter(*parameter),
        })
    };
    let applies = |(datasets, ..): &&Shape| match datasets {
        Datasets::Every => true,
        Datasets::WithDeletions => load.deletions.is_some(),
        Datasets::WithGroups => load.groups.is_some(),
        Datasets::WithNewGroups => load.groups.as_ref().is_some_and(|groups| groups.after.is_some()),
        Datasets::WithDeletedGroups => load.groups.as_ref().is_some_and(|groups| groups.moves_when_deleted),
    };
    let statement = |(_, comment, scope, parts): &Shape| {
        let parts = parts.iter().map(part).collect::<Result<_, RenderError>>()?;
        Ok(LoadStatement { comment, scope: *scope, parts })
    };
    let (query, statements) = shapes.split_last().map_or((None, &[][..]), |(last, rest)| (Some(last), rest));
    let statements = statements.iter().filter(applies).map(statement);
    let statements = statements.collect::<Result<Vec<_>, RenderError>>()?;
    let loaded = query.map(statement).transpose()?;
    let none = LoadStatement { comment: &[], scope: Scope::EveryRun, parts: Vec::new() };
    Ok(LoadPlan {
        dataset: load.dataset.clone(),
        columns: load
            .columns
            .iter()
            .map(|column| column.stored.clone())
            .chain(load.deletions.iter().map(|deletions| deletions.mark.to_owned()))
            .collect(),
        has_removed: load.has_removed,
        load: statements,
        complete: templates.render(COMPLETE, load)?,
        loaded: loaded.unwrap_or(none),
        refresh: load.refreshes.iter().map(|call| templates.render(CALL, call)).collect::<Result<_, _>>()?,
    })
}

/// The file of a load, for review: the same statements, with a placeholder for each parameter.
#[must_use]
pub fn file(plan: &LoadPlan) -> String {
    let mut text = String::new();
    let mut line = |before: &str, content: &str, after: &str| {
        text.push_str(before);
        text.push_str(content);
        text.push_str(after);
        text.push('\n');
    };
    let placeholder = |parameter: LoadParameter| parameter.placeholder().to_owned();
    let title =
        format!("Load of {}: merges the latest row of each key from the files in a manifest.", plan.dataset);
    line("-- ", &one_line(&title), "");
    line("-- ", "Until when all committed runs are loaded:", "");
    line("", &plan.complete, ";");
    line("-- ", "Which of the runs that were committed later are loaded:", "");
    line("", &plan.loaded.text(placeholder), ";");
    line(
        "-- For each run that is missing, the state machine runs this as one transaction, with the run's manifest in \
         place of ",
        LoadParameter::ManifestUrl.placeholder(),
        ".",
    );
    for statement in &plan.load {
        statement.comment.iter().for_each(|comment| line("-- ", comment, ""));
        line("", &statement.text(placeholder), ";");
    }
    if !plan.refresh.is_empty() {
        line(
            "-- ",
            "A refresh sees only committed rows: each runs in its own transaction, after the load.",
            "",
        );
    }
    plan.refresh.iter().for_each(|statement| line("", statement, ";"));
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Dataset, Platform, fixture};
    use crate::platform::aggregation::load;

    fn rendered(platform: &Platform, dataset: &Dataset) -> LoadPlan {
        plan(&load::load(platform, dataset)).expect("every context fits its templates")
    }

    #[test]
    fn a_load_is_one_batch_and_later_rows_win() {
        let platform = fixture::platform();
        let plan = rendered(&platform, &platform.datasets[0]);
        let statements = plan.statements("s3://b/m", "arn:role");
        assert_eq!(statements.len(), 11);
        assert_eq!(statements[0], "LOCK TABLE \"staging\".\"orders\"");
        assert_eq!(
            statements[3],
            "COPY \"staging\".\"orders\"\nFROM 's3://b/m'\nIAM_ROLE 'arn:role'\nFORMAT AS PARQUET\nMANIFEST"
        );
        assert!(statements[4].contains("JSON_PARSE(\"incoming\".\"payload\")"));
        assert!(statements[4].contains(
            "OR (\"incoming\".\"ordered_at\" = \"merged\".\"ordered_at\" AND \
             \"incoming\".\"arrived__at\" > \"merged\".\"arrived__at\")"
        ));
        assert_eq!(statements[5], "CALL \"mart\".\"before_load__orders\"()");
        assert!(statements[6].starts_with("UPDATE \"core\".\"orders\"\nSET\n"));
        assert!(!statements[6].contains("    \"order_id\" = "));
        assert!(statements[7].starts_with("INSERT INTO \"core\".\"orders\" (\n    \"order_id\",\n"));
        assert_eq!(statements[8], "CALL \"mart\".\"after_load__orders\"()");
        assert!(statements[10].contains("SELECT\n    'm' AS \"run_id\",\n    's3://b/m' AS \"manifest\",\n"));
        assert!(statements[10].contains("    NULLIF('', '')::TIMESTAMP AS \"complete_until\"\n"));
        assert!(statements.iter().all(|statement| !statement.contains("TRUNCATE")), "it would commit");
        assert_eq!(plan.refresh, ["CALL \"mart\".\"refresh__daily_sales\"()"]);
    }

    #[test]
    fn a_dimension_refreshes_the_aggregates_that_join_it() {
        let platform = fixture::platform();
        let plan = rendered(&platform, &platform.datasets[1]);
        assert_eq!(plan.refresh.len(), 1);
        assert!(plan.statements("", "")[4].contains(
            "ORDER BY \"arrived__at\" DESC NULLS LAST, \"row__attempt\" DESC NULLS LAST, \"row__hash\""
        ));
        let mut alone = platform.clone();
        alone.aggregates[0].joins.clear();
        assert!(rendered(&alone, &alone.datasets[1]).refresh.is_empty());
    }

    #[test]
    fn the_file_has_the_statements_of_the_plan_and_the_comments_above_them() {
        let platform = fixture::platform();
        let plan = rendered(&platform, &platform.datasets[0]);
        let text = file(&plan);
        let placeholders = |one: LoadParameter| one.placeholder().to_owned();
        let asked = [plan.complete.clone(), plan.loaded.text(placeholders)];
        let load = plan.load.iter().map(|one| one.text(placeholders));
        let statements = asked.into_iter().chain(load).chain(plan.refresh.clone());
        let mut rest = text.as_str();
        for statement in statements {
            let (before, after) = rest.split_once(&format!("{statement};\n")).expect("in order");
            assert!(before.lines().all(|line| line.starts_with("-- ")), "{before}");
            rest = after;
        }
        assert_eq!(rest, "");
        assert!(text.contains("FROM '${ManifestUrl}'\nIAM_ROLE '${CopyRole}'\n"), "{text}");
    }

    #[test]
    fn a_load_reads_only_its_period_if_the_key_has_the_event_time() {
        let mut platform = fixture::platform();
        let statements =
            |platform: &Platform| rendered(platform, &platform.datasets[0]).statements("s3://b/m", "");
        assert!(statements(&platform).iter().all(|one| !one.contains(" BETWEEN ")));
        let time = platform.datasets[0].event_time.clone().expect("orders have one");
        platform.datasets[0].key.push(time);
        let text = statements(&platform)[4].clone();
        let end = |of: &str| {
            format!(
                "(SELECT {of}(\"file__row\".\"ordered_at\") FROM \"staging\".\"orders\" AS \"file__row\")"
            )
        };
        let bound =
            format!("WHERE \"stored__row\".\"ordered_at\" BETWEEN {} AND {}\n)\n", end("MIN"), end("MAX"));
        assert!(text.contains(&bound), "{text}");
        let (update, insert) = (statements(&platform)[6].clone(), statements(&platform)[7].clone());
        let end = |of: &str| {
            format!(
                "(SELECT {of}(\"latest__row\".\"ordered_at\") FROM \"staging\".\"orders__latest\" AS \"latest__row\")"
            )
        };
        let bound = |row: &str| format!("\"{row}\".\"ordered_at\" BETWEEN {} AND {}", end("MIN"), end("MAX"));
        assert!(update.ends_with(&format!("    AND {}", bound("orders"))), "{update}");
        assert!(insert.contains(&format!("    WHERE {}\n)\n", bound("stored__row"))), "{insert}");
    }

    #[test]
    fn parameters_come_from_the_template_and_never_from_a_value() {
        let platform = fixture::platform();
        let mut context = load::load(&platform, &platform.datasets[0]);
        context.name = "${ManifestUrl};\nDROP".to_owned();
        let plan = plan(&context).expect("every context fits its templates");
        let parameters = plan.load.iter().flat_map(|statement| &statement.parts);
        let parameters: Vec<_> = parameters.filter(|part| matches!(part, SqlPart::Parameter(_))).collect();
        assert_eq!(parameters.len(), 7);
        assert_eq!(plan.load.len(), 11);
        assert!(plan.statements("s3://b/m", "arn")[3].contains("\"${ManifestUrl};\nDROP\""));
    }
}

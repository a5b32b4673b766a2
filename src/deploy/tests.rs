//! The pure modules: what changes, what is lost, what is applied. Tests with AWS are in tests/deploy.rs.

mod histories;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use strataform_sdk::{Stack, StackStatus};

use super::change::{self, Effect};
use super::files::Repair;
use super::ledger::{Head, Kind, Lock, Record, StackRecord, Verdict};
use super::observe::{Observed, ObservedStack, StackState};
use super::plan::{self, Consent, Plan};
use super::sql::{Applied, SqlWork, Wanted, step};
use super::step::{StackAction, StackPlan, Task};
use super::table::{Columns, ExistingColumn};
use super::views::Views;
use crate::assembly::{
    Assembly, BucketOutputs, FORMAT, FileKind, Manifest, ManifestFile, ManifestSql, ManifestStack, OutputRef,
    Parameter, SqlKind, SqlPlaceholder, Tool, ValueSource, WarehouseOutputs,
};
use crate::model::Stage;

fn plan(wanted: &Assembly, there: &Observed) -> Result<Plan, Vec<super::Fault>> {
    plan::plan(wanted, there, Repair::Refuse)
}

fn template(resources: &Value) -> Value {
    json!({ "Resources": resources })
}

fn effects(old: &Value, new: &Value, moved: &[&str]) -> Vec<(String, Effect, bool)> {
    let moved = moved.iter().map(|name| (*name).to_owned()).collect();
    let found = change::changes(&template(old), &template(new), &moved);
    found.into_iter().map(|one| (one.logical, one.effect, one.loses_data)).collect()
}

fn one(logical: &str, effect: Effect) -> Vec<(String, Effect, bool)> {
    vec![(logical.to_owned(), effect, false)]
}

fn lost(logical: &str, effect: Effect) -> Vec<(String, Effect, bool)> {
    vec![(logical.to_owned(), effect, true)]
}

#[test]
fn a_create_only_property_replaces_the_resource() {
    let stream = |name: &str, shards: u32| json!({"S": {"Type": "AWS::Kinesis::Stream", "Properties": {"Name": name, "ShardCount": shards}}});
    assert_eq!(effects(&stream("a", 1), &stream("a", 2), &[]), one("S", Effect::Update));
    assert_eq!(effects(&stream("a", 1), &stream("b", 1), &[]), lost("S", Effect::Replace));
    assert_eq!(effects(&stream("a", 1), &stream("a", 1), &[]), []);
    // The registry does not list the name of a Glue database as create-only.
    let base = |name: &str| json!({"D": {"Type": "AWS::Glue::Database", "Properties": {"CatalogId": "1", "DatabaseInput": {"Name": name}}}});
    assert_eq!(effects(&base("a"), &base("b"), &[]), one("D", Effect::Replace));
}

#[test]
fn a_removed_resource_is_deleted_or_retained_by_its_policy() {
    let bucket =
        |policy: &str| json!({"B": {"Type": "AWS::S3::Bucket", "DeletionPolicy": policy, "Properties": {}}});
    assert_eq!(effects(&bucket("Delete"), &json!({}), &[]), lost("B", Effect::Delete));
    assert_eq!(effects(&bucket("RetainExceptOnCreate"), &json!({}), &[]), one("B", Effect::Release));
    let role = json!({"R": {"Type": "AWS::IAM::Role", "Properties": {}}});
    assert_eq!(effects(&role, &json!({}), &[]), one("R", Effect::Delete));
    assert_eq!(effects(&json!({}), &role, &[]), one("R", Effect::Create));
}

#[test]
fn a_change_propagates_to_everything_that_refers_to_it() {
    let stack = |name: &str| {
        json!({
            "S": {"Type": "AWS::Kinesis::Stream", "Properties": {"Name": name}},
            "F": {"Type": "AWS::KinesisFirehose::DeliveryStream", "Properties": {"DeliveryStreamName": "f",
                "KinesisStreamSourceConfiguration": {"KinesisStreamARN": {"Fn::GetAtt": ["S", "Arn"]}}}},
            "A": {"Type": "AWS::CloudWatch::Alarm", "Properties": {"AlarmName": "a",
                "Dimensions": [{"Name": "x", "Value": {"Ref": "F"}}]}},
            "O": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "r"}},
        })
    };
    let found = change::changes(&template(&stack("a")), &template(&stack("b")), &BTreeSet::new());
    let effects: BTreeMap<&str, Effect> =
        found.iter().map(|one| (one.logical.as_str(), one.effect)).collect();
    assert_eq!(effects.get("S"), Some(&Effect::Replace));
    assert_eq!(effects.get("F"), Some(&Effect::Replace), "its source cannot change in place");
    assert_eq!(effects.get("A"), Some(&Effect::Update));
    assert_eq!(effects.get("O"), None);
    let delivery = found.iter().find(|one| one.logical == "F").expect("it changes");
    assert_eq!(delivery.keeps_name.as_deref(), Some("f"), "CloudFormation would reject it");
}

#[test]
fn a_changed_parameter_changes_what_reads_it_through_any_function() {
    for reading in
        [json!({"Ref": "P"}), json!({"Fn::Sub": "s3://${P}/x"}), json!({"Fn::Join": ["", [{"Ref": "P"}]]})]
    {
        let job = json!({"J": {"Type": "AWS::Glue::Job", "Properties": {"Name": "j", "Role": "r",
            "Command": {"ScriptLocation": reading}}}});
        assert_eq!(effects(&job, &job, &["P"]), one("J", Effect::Update));
        assert_eq!(effects(&job, &job, &["Q"]), []);
    }
}

#[test]
fn consent_names_what_is_lost() {
    let words = |all: &[&str]| Consent::parse(&all.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>());
    assert!(words(&["replace=storage/RawBucket", "destroy-data=ingestion/EventStream"]).is_ok());
    for wrong in ["replace", "destroy-data", "replace=RawBucket", "drop=storage/RawBucket", "replace=a/b/c"] {
        let fault = words(&[wrong]).expect_err("it names no loss");
        assert!(fault.help.contains("replace=storage/RawBucket"), "{wrong}");
    }
}

#[test]
fn every_stack_status_has_a_state() {
    type State = fn(StackStatus) -> StackState;
    let cases: [(StackStatus, State); 11] = [
        (StackStatus::DeleteComplete, |_| StackState::Absent),
        (StackStatus::ReviewInProgress, |_| StackState::ReviewInProgress),
        (StackStatus::CreateComplete, |_| StackState::Stable),
        (StackStatus::UpdateRollbackComplete, |_| StackState::Stable),
        (StackStatus::UpdateCompleteCleanupInProgress, StackState::InProgress),
        (StackStatus::of("UPDATE_PAUSE_IN_PROGRESS"), StackState::InProgress),
        (StackStatus::RollbackComplete, StackState::Leftover),
        (StackStatus::RollbackFailed, StackState::Leftover),
        (StackStatus::UpdateRollbackFailed, |_| StackState::UpdateRollbackFailed),
        (StackStatus::CreateFailed, StackState::Unrecoverable),
        (StackStatus::of("UPDATE_PAUSED"), StackState::Unrecoverable),
    ];
    for (status, state) in cases {
        assert_eq!(StackState::of(&status), state(status.clone()), "{status}");
    }
}

/// An assembly of two stacks; the second reads an output of the first.
fn assembly(bucket: &str) -> Assembly {
    let first = template(&json!({"B": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": bucket}}}));
    let mut first = first;
    first["Outputs"] = json!({"Name": {"Value": {"Ref": "B"}}});
    let second = template(&json!({"P": {"Type": "AWS::S3::BucketPolicy",
        "Properties": {"Bucket": {"Ref": "Name"}, "PolicyDocument": {}}}}));
    let source = ValueSource::StackOutput { stack: "first".to_owned(), output: "Name".to_owned() };
    let stack = |name: &str, parameters| ManifestStack {
        name: name.to_owned(),
        stage: Stage::Storage,
        template: format!("{name}.json"),
        parameters,
        origins: BTreeMap::new(),
        overrides: Vec::new(),
    };
    let files = BTreeMap::from([
        ("first.json".to_owned(), first.to_string().into_bytes()),
        ("second.json".to_owned(), second.to_string().into_bytes()),
    ]);
    let output = || OutputRef { stack: "first".to_owned(), output: "Name".to_owned() };
    let manifest = Manifest {
        format: FORMAT,
        tool: Tool { name: "strataform".to_owned(), version: "0".to_owned() },
        platform: "p".to_owned(),
        environment: "dev".to_owned(),
        account: None,
        region: "eu-west-1".to_owned(),
        protected: false,
        hash: format!("hash of {bucket}"),
        stacks: vec![
            stack("first", Vec::new()),
            stack("second", vec![Parameter { name: "Name".to_owned(), source }]),
        ],
        sql: Vec::new(),
        warehouse: WarehouseOutputs::Serverless {
            namespace: output(),
            workgroup: output(),
            database: output(),
        },
        buckets: BucketOutputs {
            raw: output(),
            curated: output(),
            quarantine: output(),
            artifacts: output(),
        },
        datasets: Vec::new(),
        files: vec![ManifestFile {
            path: "first.json".to_owned(),
            kind: FileKind::Template,
            sha256: "x".to_owned(),
            size: 1,
        }],
    };
    Assembly { manifest, files, foreign: Vec::new() }
}

/// What is observed after an assembly was deployed.
fn deployed(of: &Assembly) -> Observed {
    let mut there = Observed { account: "1".to_owned(), ..Observed::default() };
    for stack in &of.manifest.stacks {
        let value = "the-bucket".to_owned();
        let state = Stack {
            name: format!("p-dev-{}", stack.name),
            id: format!("id of {}", stack.name),
            status: StackStatus::CreateComplete,
            changed: 7,
            outputs: BTreeMap::from([("Name".to_owned(), value.clone())]),
            parameters: stack.parameters.iter().map(|one| (one.name.clone(), value.clone())).collect(),
            ..Stack::default()
        };
        let template = serde_json::from_slice(&of.files[&stack.template]).expect("a template");
        there.stacks.insert(stack.name.clone(), ObservedStack { stack: state, template: Some(template) });
    }
    there
}

fn actions(of: &Assembly, there: &Observed) -> Vec<StackAction> {
    stacks(&plan(of, there).expect("it can be planned")).iter().map(|stack| stack.action).collect()
}

fn stacks(plan: &Plan) -> Vec<&StackPlan> {
    let stacks = plan.steps.iter().filter_map(|step| match &step.task {
        Task::Stack(plan) => Some(plan),
        Task::Sql(_) | Task::DeleteStack(_) => None,
    });
    stacks.collect()
}

#[test]
fn a_plan_has_what_each_stack_requires_and_does() {
    let wanted = assembly("a");
    let nothing = Observed::default();
    let all = plan(&wanted, &nothing).expect("it can be planned");
    assert_eq!(actions(&wanted, &nothing), [StackAction::Create, StackAction::Create]);
    let steps: Vec<_> = all.steps.iter().map(|step| (step.id.as_str(), step.needs.clone())).collect();
    assert_eq!(steps, [("sql", vec![]), ("first", vec![]), ("second", vec!["first".to_owned()])]);
    assert!(all.losses().is_empty() && !all.is_empty());
    let there = deployed(&wanted);
    assert_eq!(actions(&wanted, &there), [StackAction::Keep, StackAction::Keep]);
    assert!(plan(&wanted, &there).expect("it can be planned").is_empty());
}

/// A plan's steps, each with the steps that it requires.
fn needs(plan: &Plan) -> Vec<String> {
    plan.steps.iter().map(|step| format!("{}: {}", step.id, step.needs.join(" "))).collect()
}

#[test]
fn sql_files_follow_the_stacks_that_they_read_and_precede_those_that_read_their_tables() {
    let mut wanted = assembly("a");
    let mut third = wanted.manifest.stacks[1].clone();
    third.name = "third".to_owned();
    third.parameters[0].source =
        ValueSource::StackOutput { stack: "second".to_owned(), output: "Name".to_owned() };
    wanted.manifest.stacks.push(third);
    let placeholder = SqlPlaceholder {
        name: "X".to_owned(),
        stack: "second".to_owned(),
        output: "X".to_owned(),
        secret_field: None,
    };
    wanted.manifest.sql = vec![ManifestSql {
        path: "a.sql".to_owned(),
        kind: SqlKind::Schemas,
        source: None,
        origin: None,
        placeholders: vec![placeholder],
    }];
    wanted.files.insert("a.sql".to_owned(), b"CREATE SCHEMA IF NOT EXISTS a;".to_vec());
    let planned = plan(&wanted, &Observed::default()).expect("it can be planned");
    assert_eq!(needs(&planned), ["first: ", "second: first", "sql: second", "third: second sql"]);

    // The files read both, and one of them reads the other: neither waits for the files.
    let other =
        SqlPlaceholder { stack: "first".to_owned(), ..wanted.manifest.sql[0].placeholders[0].clone() };
    wanted.manifest.sql[0].placeholders.push(other);
    let planned = plan(&wanted, &Observed::default()).expect("it can be planned");
    assert_eq!(needs(&planned), ["first: ", "second: first", "sql: first second", "third: second sql"]);

    wanted.manifest.sql[0].placeholders[0].stack = "none".to_owned();
    let planned =
        plan(&wanted, &Observed::default()).expect("what the files name is looked up when they are applied");
    assert_eq!(needs(&planned)[1], "sql: first");
}

#[test]
fn surplus_stacks_are_deleted_after_all_other_steps_last_one_first() {
    let wanted = assembly("a");
    let mut there = deployed(&wanted);
    for name in ["old-1", "old-2"] {
        let old = ObservedStack { stack: there.stacks["first"].stack.clone(), template: None };
        there.stacks.insert(name.to_owned(), old);
    }
    let planned = plan(&wanted, &there).expect("it can be planned");
    assert!(!planned.is_empty());
    assert_eq!(needs(&planned)[3..], ["old-2: sql first second", "old-1: sql first second old-2"]);
}

#[test]
fn a_loss_is_named_and_its_consequences_are_planned() {
    let there = deployed(&assembly("a"));
    let plan = plan(&assembly("b"), &there).expect("it can be planned");
    assert_eq!(plan.losses().iter().map(ToString::to_string).collect::<Vec<_>>(), ["replace=first/B"]);
    assert_eq!(stacks(&plan)[1].action, StackAction::Update, "the other stack reads the bucket's name");
    let refused = plan.allowed_by(&Consent::default()).expect_err("it is not allowed");
    assert!(refused.help.contains("--allow replace=first/B"));
    let words = Consent::parse(&["replace=first/B".to_owned()]).expect("a loss");
    assert!(plan.allowed_by(&words).is_ok());
    let text = serde_json::to_string(&plan).expect("a plan is a value");
    assert_eq!(serde_json::from_str::<Plan>(&text).expect("that can be saved"), plan);
}

#[test]
fn leftovers_and_unrecoverable_stacks_are_distinguished() {
    let wanted = assembly("a");
    let mut there = deployed(&wanted);
    let state = |there: &mut Observed, status: StackStatus| {
        there.stacks.get_mut("first").expect("a stack").stack.status = status;
    };
    state(&mut there, StackStatus::RollbackComplete);
    let planned = plan(&wanted, &there).expect("it can be planned");
    assert_eq!(stacks(&planned)[0].action, StackAction::Create);
    assert!(stacks(&planned)[0].first.as_ref().is_some_and(|first| first.contains("remains are deleted")));
    state(&mut there, StackStatus::CreateFailed);
    let faults = plan(&wanted, &there).expect_err("nothing can be done");
    assert_eq!(faults[0].code.text(), "GEN1006");
}

#[test]
fn only_an_unchanged_deployment_is_current() {
    let wanted = assembly("a");
    let mut there = deployed(&wanted);
    let stacks = there.stacks.iter().map(|(name, one)| StackRecord {
        name: name.clone(),
        id: one.stack.id.clone(),
        changed: one.stack.changed,
    });
    let record = Record {
        number: 3,
        kind: Kind::Deploy,
        started: 0,
        ended: Some(1),
        identity: String::new(),
        revision: None,
        assembly: wanted.manifest.hash.clone(),
        result: Verdict::Succeeded,
        note: String::new(),
        stacks: stacks.collect(),
        tool: String::new(),
        token: String::new(),
    };
    assert!(!there.is_current(&wanted.manifest), "nothing was ever deployed");
    there.head = Some(Head { last: record.clone(), deployed: Some(record.clone()) });
    assert!(there.is_current(&wanted.manifest));
    assert!(!there.is_current(&assembly("b").manifest));
    let failed = Record { number: 4, result: Verdict::Failed, ..record.clone() };
    let mut other = there.clone();
    other.head = Some(Head { last: failed, deployed: Some(record) });
    assert!(!other.is_current(&wanted.manifest), "a later deployment failed");
    let mut other = there.clone();
    other.stacks.get_mut("first").expect("a stack").stack.changed = 8;
    assert!(!other.is_current(&wanted.manifest), "a stack was changed manually");
    there.stacks.remove("second");
    assert!(!there.is_current(&wanted.manifest), "a stack is gone");
}

fn planned(kind: SqlKind, old: Option<&str>, new: &str) -> Result<Option<super::SqlStep>, super::Fault> {
    planned_with(kind, old, new, &mut Views::default())
}

fn planned_with(
    kind: SqlKind,
    old: Option<&str>,
    new: &str,
    views: &mut Views,
) -> Result<Option<super::SqlStep>, super::Fault> {
    let sum = |text: &str| super::store::sha256(text.as_bytes());
    let checksum = sum(new);
    let applied = old.map(|old| Applied {
        path: "sql/1.sql".to_owned(),
        checksum: sum(old),
        part: 1,
        parts: 1,
        ..Applied::default()
    });
    let back = ExistingColumn::of("integer", "", "32", "0", "YES");
    let there = Columns::from([(("core".to_owned(), "t".to_owned(), "back".to_owned()), back)]);
    let wanted = Wanted { path: "sql/1.sql", kind, text: new, checksum: &checksum, placeholders: &[] };
    step(wanted, applied.as_ref(), old, &there, views)
}

const TABLE: &str = "CREATE TABLE IF NOT EXISTS \"core\".\"t\" (\"a\" INTEGER NOT NULL, \"b\" VARCHAR(8));\n";

fn with(columns: &str) -> String {
    format!("CREATE TABLE IF NOT EXISTS \"core\".\"t\" ({columns});\n")
}

#[test]
fn a_file_is_applied_once_and_a_table_gains_columns() {
    let first = planned(SqlKind::Table, None, TABLE).expect("it is new").expect("it runs");
    assert_eq!((first.work, first.statements.len(), first.transaction), (SqlWork::Apply, 1, true));
    assert_eq!(planned(SqlKind::Table, Some(TABLE), TABLE).expect("it is unchanged"), None);
    let more = with("\"a\" INTEGER NOT NULL, \"b\" VARCHAR(8), \"c\" DECIMAL(12,2)");
    let step = planned(SqlKind::Table, Some(TABLE), &more).expect("it can").expect("it changes");
    assert_eq!(step.statements, ["ALTER TABLE \"core\".\"t\" ADD COLUMN \"c\" DECIMAL(12,2)"]);
    let back = with("\"a\" INTEGER NOT NULL, \"b\" VARCHAR(8), \"back\" INTEGER");
    let step = planned(SqlKind::Table, Some(TABLE), &back).expect("it can").expect("it changes");
    assert!(step.statements.is_empty(), "the column exists already: {:?}", step.statements);
    let required = with("\"a\" INTEGER NOT NULL, \"b\" VARCHAR(8), \"back\" INTEGER NOT NULL");
    let step = planned(SqlKind::Table, Some(TABLE), &required).expect("it can").expect("it changes");
    assert!(step.statements.is_empty(), "its old rows may be null: {:?}", step.statements);
    assert!(step.notes[0].contains("column back of core.t stays nullable"), "{:?}", step.notes);
    for other in ["VARCHAR(20)", "BIGINT"] {
        let other = with(&format!("\"a\" INTEGER NOT NULL, \"b\" VARCHAR(8), \"back\" {other}"));
        let fault = planned(SqlKind::Table, Some(TABLE), &other).expect_err("the column exists differently");
        assert_eq!(fault.code.text(), "GEN1007");
        assert!(fault.causes[0].ends_with("exists, as INTEGER"), "{:?}", fault.causes);
    }
    let step = planned(SqlKind::Table, Some(TABLE), &with("\"a\" INTEGER NOT NULL"))
        .expect("it can")
        .expect("it changes");
    assert!(
        step.statements.is_empty() && step.kept[0].contains("column b of core.t stays"),
        "{:?}",
        step.kept
    );
}

#[test]
fn a_change_that_rewrites_records_is_refused_with_every_column() {
    let worse = with("\"a\" BIGINT NOT NULL, \"b\" CHAR(8), \"back\" DATE");
    let fault = planned(SqlKind::Table, Some(TABLE), &worse).expect_err("rows are there");
    assert_eq!((fault.code.text(), fault.causes.len()), ("GEN1007", 3), "{:?}", fault.causes);
    let keyed = format!("{} SORTKEY (\"a\");", TABLE.trim_end().trim_end_matches(';'));
    let fault = planned(SqlKind::Table, Some(TABLE), &keyed).expect_err("it is stored differently");
    assert!(fault.causes[0].contains("storage attributes"), "{:?}", fault.causes);
}

/// A column that is never empty has no value in the rows that are there, so it is added nullable.
#[test]
fn a_column_that_is_never_empty_is_added_nullable() {
    let more = with("\"a\" INTEGER NOT NULL, \"b\" VARCHAR(8), \"c\" VARCHAR(32) NOT NULL");
    let step = planned(SqlKind::Table, Some(TABLE), &more).expect("it can").expect("it changes");
    assert_eq!(step.statements, ["ALTER TABLE \"core\".\"t\" ADD COLUMN \"c\" VARCHAR(32)"]);
    assert!(step.notes[0].contains("column c of core.t is added nullable"), "{:?}", step.notes);
}

#[test]
fn a_varchar_is_widened_outside_a_transaction_unless_a_key_has_it() {
    let wider = with("\"a\" INTEGER NOT NULL, \"b\" VARCHAR(16)");
    let views =
        ["CREATE VIEW report.r AS SELECT B FROM core.t;", "CREATE VIEW report.s AS SELECT a FROM core.t;"];
    let step = planned_with(SqlKind::Table, Some(TABLE), &wider, &mut Views::of(views));
    let step = step.expect("it can").expect("it changes");
    assert_eq!(
        step.statements,
        [
            "DROP VIEW IF EXISTS \"report\".\"r\"",
            "ALTER TABLE \"core\".\"t\" ALTER COLUMN \"b\" TYPE VARCHAR(16)"
        ]
    );
    assert!(!step.transaction);
    assert!(step.notes[0].contains("missing for that moment"), "{:?}", step.notes);
    let narrower = with("\"a\" INTEGER NOT NULL, \"b\" VARCHAR(4)");
    let there = Columns::from([(
        ("core".to_owned(), "t".to_owned(), "b".to_owned()),
        ExistingColumn::of("character varying", "8", "", "", "YES"),
    )]);
    let (old, new) = (table_in(TABLE), table_in(&narrower));
    let found = super::table::alter(&old, &new, &there);
    assert!(found.refused.is_empty() && found.statements.is_empty(), "longer values stay: {found:?}");
    assert_eq!(found.kept, ["column b of core.t stays as long as it is"]);
    let found = super::table::alter(&table_in(&with("\"a\" INTEGER NOT NULL")), &new, &there);
    assert_eq!(found.kept, ["column b of core.t stays as long as it is"], "it was removed, and comes back");
    let keyed =
        |length: u32| table_in(&with(&format!("\"b\" VARCHAR({length}) NOT NULL, PRIMARY KEY (\"b\")")));
    let found = super::table::alter(&keyed(8), &keyed(16), &Columns::new());
    assert!(found.refused[0].contains("a column of a key cannot be widened"), "{found:?}");
}

fn table_in(text: &str) -> strataform_redshift::ast::CreateTable {
    let statement = strataform_redshift::parse(text).statements.swap_remove(0);
    match statement.kind {
        strataform_redshift::ast::StatementKind::CreateTable(table) => table,
        other => panic!("no table: {other:?}"),
    }
}

#[test]
fn views_procedures_comments_and_privileges_of_a_hand_written_file_can_change() {
    let old = "CREATE VIEW report.v AS SELECT k FROM mart.m;\nCOMMENT ON VIEW report.v IS 'old';\n\
               GRANT SELECT ON report.v TO analyst;\n";
    let new = "CREATE VIEW report.v AS SELECT k, j FROM mart.m;\nCOMMENT ON VIEW report.v IS 'new';\n";
    let mut views = Views::of([old, "CREATE VIEW report.w AS SELECT k FROM report.v;"]);
    let step = planned_with(SqlKind::Own, Some(old), new, &mut views).expect("it can").expect("it changes");
    assert_eq!(
        step.statements,
        [
            "DROP VIEW IF EXISTS \"report\".\"w\"",
            "DROP VIEW IF EXISTS \"report\".\"v\"",
            "CREATE VIEW report.v AS SELECT k, j FROM mart.m",
            "COMMENT ON VIEW report.v IS 'new'"
        ]
    );
    assert_eq!(step.kept, ["what `GRANT SELECT ON report.v TO analyst` set stays"]);
    let more = format!("{new}INSERT INTO core.log VALUES (1);\n");
    let fault = planned(SqlKind::Own, Some(new), &more).expect_err("it would run in some environments only");
    assert!(fault.causes[1].contains("INSERT INTO core.log"), "{:?}", fault.causes);
    let fault = planned(SqlKind::Own, Some(&more), new).expect_err("it ran");
    assert!(fault.causes[1].contains("is no longer in the file"), "{:?}", fault.causes);
}

#[test]
fn staging_tables_and_views_are_recreated() {
    let staging = |columns: &str| {
        format!(
            "CREATE TABLE IF NOT EXISTS \"staging\".\"t\" ({columns});\nCOMMENT ON TABLE \"staging\".\"t\" IS 'x';\n"
        )
    };
    let step = planned(SqlKind::Staging, Some(&staging("\"a\" INTEGER")), &staging("\"a\" BIGINT"))
        .expect("it can")
        .expect("it changes");
    assert_eq!(step.statements[0], "DROP TABLE IF EXISTS \"staging\".\"t\"");
    assert_eq!(step.statements.len(), 3, "its comment was lost with the old one: {:?}", step.statements);

    let aggregate = |by: &str| {
        format!(
            "CREATE MATERIALIZED VIEW \"mart\".\"m\" AUTO REFRESH NO AS SELECT {by} AS \"k\" FROM \"core\".\"t\";\n"
        )
    };
    let view = "CREATE OR REPLACE VIEW \"report\".\"m\" AS SELECT \"m\".\"k\" AS \"k\" FROM \"mart\".\"m\" AS \"m\" WITH NO SCHEMA BINDING;\n";
    let mut views = Views::of([view]);
    let step = planned_with(SqlKind::Aggregate, Some(&aggregate("\"a\"")), &aggregate("\"b\""), &mut views)
        .expect("it can")
        .expect("it changes");
    let firsts: Vec<&str> =
        step.statements.iter().map(|text| text.split(" \"").next().unwrap_or_default()).collect();
    assert_eq!(
        firsts,
        ["DROP VIEW IF EXISTS", "DROP MATERIALIZED VIEW IF EXISTS", "CREATE MATERIALIZED VIEW"]
    );
    let step = planned_with(SqlKind::View, Some(view), view, &mut views)
        .expect("it can")
        .expect("what was dropped is created again");
    assert_eq!(step.statements.len(), 1);
    assert!(step.statements[0].starts_with("CREATE OR REPLACE VIEW"));
}

/// What is dropped, in order, when the aggregate `mart.m` or the staging table `staging.t` changes.
fn dropped(kind: SqlKind, old: &str, new: &str, views: &[&str]) -> Vec<String> {
    let mut views = Views::of(views.iter().copied());
    let step = planned_with(kind, Some(old), new, &mut views).expect("it can").expect("it changes");
    step.statements.into_iter().filter(|text| text.starts_with("DROP")).collect()
}

#[test]
fn readers_are_found_however_they_name_what_they_read() {
    let aggregate = |by: &str| {
        format!("CREATE MATERIALIZED VIEW \"mart\".\"m\" AS SELECT {by} AS \"k\" FROM \"core\".\"t\";\n")
    };
    let views = [
        "CREATE VIEW report.unquoted AS SELECT k FROM mart.m;",
        "CREATE VIEW report.upper AS SELECT 1 AS a FROM core.t WHERE EXISTS (SELECT 1 FROM MART.M);",
        "CREATE MATERIALIZED VIEW mart.kept AS WITH x AS (SELECT k FROM mart.m) SELECT k FROM x;",
        "CREATE VIEW report.second AS SELECT k FROM mart.kept JOIN report.unquoted USING (k);",
        "CREATE VIEW report.shadowed AS WITH m AS (SELECT a FROM core.t) SELECT a FROM m;",
        "CREATE VIEW report.named AS SELECT 'mart.m \"mart\".\"m\"' AS text FROM core.t;",
    ];
    assert_eq!(
        dropped(SqlKind::Aggregate, &aggregate("a"), &aggregate("b"), &views),
        [
            "DROP VIEW IF EXISTS \"report\".\"second\"",
            "DROP MATERIALIZED VIEW IF EXISTS \"mart\".\"kept\"",
            "DROP VIEW IF EXISTS \"report\".\"upper\"",
            "DROP VIEW IF EXISTS \"report\".\"unquoted\"",
            "DROP MATERIALIZED VIEW IF EXISTS \"mart\".\"m\"",
        ]
    );
    let staging = |kind: &str| format!("CREATE TABLE IF NOT EXISTS \"staging\".\"t\" (\"a\" {kind});\n");
    assert_eq!(
        dropped(
            SqlKind::Staging,
            &staging("INTEGER"),
            &staging("BIGINT"),
            &["CREATE VIEW report.rows AS SELECT a FROM staging.t;"]
        ),
        ["DROP VIEW IF EXISTS \"report\".\"rows\"", "DROP TABLE IF EXISTS \"staging\".\"t\""]
    );
}

#[test]
fn a_recreated_view_keeps_its_comments_and_privileges() {
    let view = "CREATE VIEW report.v AS SELECT k FROM mart.m;\nCOMMENT ON VIEW report.v IS 'of a team';\n\
                GRANT SELECT ON report.v TO analyst;\nGRANT SELECT ON core.t TO analyst;\n";
    let aggregate = |by: &str| format!("CREATE MATERIALIZED VIEW mart.m AS SELECT {by} AS k FROM core.t;\n");
    let mut views = Views::of([view]);
    planned_with(SqlKind::Aggregate, Some(&aggregate("a")), &aggregate("b"), &mut views).expect("it can");
    let step = planned_with(SqlKind::Own, Some(view), view, &mut views).expect("it can").expect("again");
    assert_eq!(
        step.statements,
        [
            "CREATE VIEW report.v AS SELECT k FROM mart.m",
            "COMMENT ON VIEW report.v IS 'of a team'",
            "GRANT SELECT ON report.v TO analyst"
        ]
    );
}

#[test]
fn a_stream_in_the_warehouse_is_recreated_only_with_consent() {
    let view = |by: &str| {
        format!(
            "CREATE MATERIALIZED VIEW \"core\".\"e__stream\" AUTO REFRESH YES AS SELECT \"{by}\" FROM \"kinesis\".\"p-dev-e\";\n"
        )
    };
    let step = planned(SqlKind::Stream, Some(&view("shard_id")), &view("sequence_number"))
        .expect("it can")
        .expect("it changes");
    assert_eq!(
        step.losses.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["replace=sql/core.e__stream"]
    );
}

#[test]
fn a_hand_written_file_is_applied_once_and_refused_when_it_changes() {
    let own = "CREATE TABLE core.mine (a INTEGER);\n";
    assert!(planned(SqlKind::Own, None, own).expect("it is new").is_some());
    let fault =
        planned(SqlKind::Own, Some(own), "CREATE TABLE core.mine (b INTEGER);\n").expect_err("it changed");
    assert_eq!(fault.code.text(), "GEN1007");
    assert!(fault.help.contains("new file with a higher number"));
}

#[test]
fn statements_outside_a_transaction_run_alone_and_resume_where_they_stopped() {
    let text = "CREATE TABLE t (a VARCHAR(8));\nALTER TABLE t ALTER COLUMN a TYPE VARCHAR(16);\n";
    let step_of = planned(SqlKind::Own, None, text).expect("it is new").expect("it runs");
    assert!(!step_of.transaction);
    let sum = super::store::sha256(text.as_bytes());
    let applied = Applied {
        path: "sql/080_t.sql".to_owned(),
        checksum: sum.clone(),
        part: 1,
        parts: 2,
        ..Applied::default()
    };
    let wanted =
        Wanted { path: "sql/080_t.sql", kind: SqlKind::Own, text, checksum: &sum, placeholders: &[] };
    let rest = step(wanted, Some(&applied), None, &Columns::new(), &mut Views::default());
    let rest = rest.expect("it can").expect("it resumes");
    assert_eq!((rest.work, rest.done), (SqlWork::Resume, 1));
}

#[test]
fn a_lock_is_dead_when_its_process_is_gone() {
    let mut lock = Lock::of("me");
    assert!(!lock.is_dead());
    lock.began = "1".to_owned();
    assert!(lock.is_dead(), "another process has the ID now");
    lock.host = "elsewhere/boot".to_owned();
    assert!(!lock.is_dead(), "this machine cannot know");
}

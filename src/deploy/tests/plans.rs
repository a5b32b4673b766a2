//! Plans: their steps in order, what is lost, what the user allows, and when nothing is to be done.

use strataform_sdk::StackStatus;

use super::{assembly, deployed};
use crate::assembly::{Assembly, ManifestSql, SqlKind, SqlPlaceholder, ValueSource};
use crate::deploy::files::Repair;
use crate::deploy::ledger::{Head, Kind, Lock, Record, StackRecord, Verdict};
use crate::deploy::observe::{Observed, ObservedStack, StackState};
use crate::deploy::plan::{self, Consent, Plan};
use crate::deploy::step::{StackAction, StackPlan, Task};

fn plan(wanted: &Assembly, there: &Observed) -> Result<Plan, Vec<crate::deploy::Fault>> {
    plan::plan(wanted, there, Repair::Refuse, &Consent::default())
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

#[test]
fn a_lock_is_dead_when_its_process_is_gone() {
    let mut lock = Lock::of("me");
    assert!(!lock.is_dead());
    lock.began = "1".to_owned();
    assert!(lock.is_dead(), "another process has the ID now");
    lock.host = "elsewhere/boot".to_owned();
    assert!(!lock.is_dead(), "this machine cannot know");
}

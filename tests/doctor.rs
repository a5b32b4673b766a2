//! `gen doctor` asks the local AWS: each check fails where the account lacks something, and passes where it has it.
//!
//! The local AWS answers from what the account really has there (groups, roles, streams, subnets, jobs, policies) and from
//! quotas that a test sets.

mod account;
mod first;
mod page;

use std::process::Command;

use serde_json::{Value, json};

use crate::deploy::local::{Project, server};

/// A platform with dashboards in an account of its own; `None` without the local AWS.
fn project(name: &str, blueprint: &str) -> Option<Project> {
    Some(Project::new(server()?, name, blueprint))
}

/// Sets what the account has.
fn settle(project: &Project, settings: &Value) {
    project.look("strataform", "account", settings);
}

/// The calls of the account since the last time, as the local AWS recorded them.
fn calls(project: &Project) -> Vec<String> {
    let made = project.look("strataform", "calls", &json!({}));
    made.as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned()).collect()
}

/// What the checks found, by name: the outcome, the text and the code.
struct Report {
    code: Option<i32>,
    checks: Vec<Value>,
}

impl Report {
    /// Asserts the outcome of a check, and that its text contains the words.
    #[track_caller]
    fn is(&self, check: &str, outcome: &str, words: &str) -> &Self {
        let found = self.checks.iter().find(|one| one["check"] == check);
        let found = found.unwrap_or_else(|| panic!("there is no check `{check}`"));
        assert_eq!(found["outcome"], outcome, "{found}");
        assert!(found["found"].as_str().unwrap().contains(words), "`{words}` is not in {found}");
        if outcome == "failed" {
            assert!(!found["help"].as_str().unwrap().is_empty(), "{found}");
            assert_eq!(self.code, Some(1));
        }
        self
    }
}

/// Runs `gen doctor`.
#[track_caller]
fn examine(project: &Project) -> Report {
    examine_in(project, "dev")
}

/// Runs `gen doctor` for an environment.
#[track_caller]
fn examine_in(project: &Project, environment: &str) -> Report {
    report(project.command(&["doctor", &project.name, "--env", environment, "--format", "json"]))
}

/// Runs `gen doctor` with this access key.
#[track_caller]
fn examine_as(project: &Project, key: &str) -> Report {
    let mut command = project.command(&["doctor", &project.name, "--env", "dev", "--format", "json"]);
    command.env("AWS_ACCESS_KEY_ID", key);
    report(command)
}

fn report(command: Command) -> Report {
    let outcome = crate::deploy::local::run_to_end(command);
    let checks = outcome.events().into_iter().filter(|event| event["event"] == "check").collect();
    Report { code: outcome.code, checks }
}

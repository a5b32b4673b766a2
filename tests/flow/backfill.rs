//! The state machines accept what `gen backfill` plans.

use std::process::Command;

use serde_json::{Value, json};

use super::bench::{self, Scenario, machine, parameter, root, run_all};

/// The output of the command, in a format.
fn gen_backfill(more: &[&str], format: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gen"));
    command.args(["backfill", "event", "--platform", "clickstream", "--env", "dev", "--format", format]);
    command.args(["--from", "2026-03-01T05", "--to", "2026-03-03", "--as-of", "2026-03-03T12"]).args(more);
    let done = command.current_dir(root()).output().expect("gen starts");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).expect("text")
}

fn plan(more: &[&str]) -> Value {
    serde_json::from_str::<Value>(&gen_backfill(more, "json")).expect("JSON")["plan"].clone()
}

fn runs(plan: &Value) -> &[Value] {
    plan["runs"].as_array().expect("runs")
}

/// The outcomes of the runs of a plan if some are committed.
fn done(plan: &Value, committed: &Value) -> Vec<Value> {
    let machine = machine(plan["state_machine"]["name"].as_str().expect("a name")).expect("a machine");
    let scenarios = runs(plan).iter().map(|run| {
        let name = run["execution"].as_str().expect("a name");
        (
            &machine,
            Scenario::new(name).input(run["input"].clone()).services(json!({ "manifests": committed })),
        )
    });
    run_all(&scenarios.collect::<Vec<_>>())
}

fn ids(plan: &Value) -> Vec<&str> {
    runs(plan).iter().map(|run| run["run_id"].as_str().expect("an id")).collect()
}

#[test]
fn a_repeated_plan_skips_committed_runs() {
    if machine("clickstream-dev-event").is_none() {
        return;
    }
    let first = plan(&[]);
    let outcomes = done(&first, &json!({}));
    for (run, outcome) in runs(&first).iter().zip(&outcomes) {
        assert_eq!(outcome["status"], "SUCCEEDED", "{outcome:#}");
        let arguments = json!({ "--run_id": run["run_id"], "--from": run["from"], "--to": run["to"] });
        assert_eq!(parameter(outcome, "StartJobRun", "Arguments"), [arguments]);
        assert_eq!(outcome["rows"][0], format!("computed {}", run["run_id"].as_str().expect("an id")));
    }
    // Interrupted after the first run and planned again: the first is skipped, the others run.
    let committed = json!({ ids(&first)[0]: 1 });
    let again = plan(&[]);
    assert_eq!(ids(&again), ids(&first));
    for (at, outcome) in done(&again, &committed).iter().enumerate() {
        let computed = outcome["rows"].to_string().contains("computed");
        assert_eq!((&outcome["status"], computed), (&json!("SUCCEEDED"), at > 0));
    }
    // Another attempt computes everything again.
    let all: Value =
        ids(&first).iter().map(|id| ((*id).to_owned(), json!(1))).collect::<serde_json::Map<_, _>>().into();
    let second = plan(&["--attempt", "2"]);
    for outcome in done(&second, &all) {
        assert!(outcome["rows"].to_string().contains("computed"), "{outcome:#}");
    }
}

/// The commands for people, parsed by a shell, equal those for programs, and the service accepts the call.
#[test]
fn a_shell_parses_the_commands_correctly() {
    let first = plan(&[]);
    let text = gen_backfill(&[], "human");
    let lines: Vec<&str> = text.lines().filter(|line| line.starts_with("aws ")).collect();
    assert_eq!(lines.len(), runs(&first).len());
    let mut calls = Vec::new();
    for (run, line) in runs(&first).iter().zip(lines) {
        let script = format!("aws() {{ printf '%s\\n' aws \"$@\"; }}\n{line}");
        let output = Command::new("sh").args(["-c", &script]).output().expect("a shell");
        let words: Vec<String> =
            String::from_utf8(output.stdout).expect("text").lines().map(str::to_owned).collect();
        assert_eq!(json!(words), run["command"]);
        assert_eq!(words[..3], ["aws", "stepfunctions", "start-execution"]);
        let option = |name: &str| {
            let at =
                words.iter().position(|word| word == name).unwrap_or_else(|| panic!("{name} in {words:?}"));
            words[at + 1].clone()
        };
        assert_eq!(serde_json::from_str::<Value>(&option("--input")).expect("JSON"), run["input"]);
        assert_eq!(option("--region"), "eu-west-1");
        calls.push(json!({
            "service": "stepfunctions", "operation": "StartExecution", "action": "",
            "parameters": {
                "stateMachineArn": option("--state-machine-arn"), "name": option("--name"), "input": option("--input"),
            },
        }));
        assert!(option("--name").len() <= 80, "{words:?}");
    }
    let Some(findings) = bench::model(&json!({ "calls": calls })) else { return };
    assert_eq!(findings, json!([]));
}

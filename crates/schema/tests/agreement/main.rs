//! Compares this validator with cfn-lint on valid and invalid resources of every type.
//!
//! Every difference is either explained below or fails the test.
#![allow(clippy::expect_used, clippy::print_stdout, missing_docs, reason = "a test may panic and print")]

mod compare;
mod mutate;
mod sample;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use strataform_schema::facts::ResourceFacts;
use strataform_template::{Node, Object};

use compare::{Report, Theirs};
use sample::{Choice, Sampler};

/// How many resources go into one template; more make cfn-lint slow.
const CHUNK: usize = 60;

/// A generated resource.
struct Made {
    id: String,
    resource_type: &'static str,
    what: &'static str,
    properties: Object,
}

fn made() -> Vec<Made> {
    let mut all = Vec::new();
    for (at, name) in strataform_schema::names().enumerate() {
        // Serverless types exist only for a transform, which would rewrite the template first.
        if name.starts_with("AWS::Serverless::") {
            continue;
        }
        let facts = strataform_schema::resource(name).expect("a listed type has facts");
        all.extend(of_type(name, &facts, at));
    }
    all
}

fn of_type(name: &'static str, facts: &ResourceFacts, at: usize) -> Vec<Made> {
    let seed = u64::try_from(at).expect("the number of types fits");
    let right = Sampler { facts, choice: Choice::new(seed) }.resource();
    let mut choice = Choice::new(seed + 1_000_000);
    let mut made =
        vec![Made { id: format!("R{at}"), resource_type: name, what: "right", properties: right.clone() }];
    for mistake in 0..2 {
        let mut properties = right.clone();
        let what = mutate::mutate(&mut properties, facts, &mut choice);
        made.push(Made { id: format!("R{at}M{mistake}"), resource_type: name, what, properties });
    }
    made
}

fn python() -> Option<PathBuf> {
    let tools = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target/tools/venv/bin/python");
    let python = std::env::var_os("STRATAFORM_PYTHON").map_or(tools, PathBuf::from);
    python.exists().then_some(python)
}

/// How many linters run in parallel.
const WORKERS: usize = 2;

fn lint(made: &[Made], python: &Path) -> Theirs {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("agreement");
    fs::create_dir_all(&folder).expect("the folder for test files can be created");
    let files: Vec<PathBuf> =
        made.chunks(CHUNK).enumerate().map(|(at, chunk)| write(&folder, at, chunk)).collect();
    let workers: Vec<_> = (0..WORKERS)
        .map(|worker| {
            Command::new(python)
                .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/agreement/lint.py"))
                .args(files.iter().skip(worker).step_by(WORKERS))
                .stdout(Stdio::from(
                    fs::File::create(folder.join(format!("{worker}.out"))).expect("a file can be created"),
                ))
                .spawn()
                .expect("python starts")
        })
        .collect();
    let mut output = String::new();
    for (worker, mut child) in workers.into_iter().enumerate() {
        assert!(child.wait().expect("python ends").success(), "cfn-lint failed; its output is above");
        output.push_str(
            &fs::read_to_string(folder.join(format!("{worker}.out"))).expect("its output can be read"),
        );
    }
    compare::theirs(&output)
}

fn write(folder: &Path, at: usize, chunk: &[Made]) -> PathBuf {
    let body = |made: &Made| {
        let body = [("Type", Node::from(made.resource_type)), ("Properties", made.properties.clone().into())];
        (made.id.clone(), Node::from(Object::from(body)))
    };
    let resources: Object = chunk.iter().map(body).collect();
    let template = Object::from([
        ("AWSTemplateFormatVersion", Node::from("2010-09-09")),
        ("Resources", resources.into()),
    ]);
    let path = folder.join(format!("{at}.json"));
    let text = serde_json::to_string(&Node::from(template)).expect("a node is JSON");
    fs::write(&path, text).expect("the file can be written");
    path
}

#[test]
fn findings_agree_with_cfn_lint() {
    let Some(python) = python() else {
        assert!(std::env::var_os("CI").is_none(), "cfn-lint is missing: run `cargo xtask setup`");
        println!("not compared: cfn-lint is missing; run `cargo xtask setup` to install it");
        return;
    };
    let made = made();
    let theirs = lint(&made, &python);
    let mut report = Report::default();
    for made in &made {
        let ours = strataform_schema::properties(made.resource_type, &made.properties);
        report.add(&made.id, made.resource_type, made.what, &ours, &theirs);
    }
    println!("{report}");
    assert!(report.compared >= 1_000, "only {} resources were compared", report.compared);
    assert!(report.unexplained.is_empty(), "{} differences are unexplained", report.unexplained.len());
}

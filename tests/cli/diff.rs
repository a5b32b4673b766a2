//! `gen diff`: revisions, folders, templates and the working tree; formats and exit codes.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use super::{Folder, text};
use crate::tool::tool;

/// The platform file of the project.
const FILE: &str = "platforms/shop/platform.toml";

/// A project with a first commit.
fn committed() -> Folder {
    let folder = Folder::with_platform();
    assert_eq!(folder.run(&["synth"]).status.code(), Some(0));
    for arguments in [&["init", "-q", "-b", "main"][..], &["add", "-A"], &["commit", "-q", "-m", "first"]] {
        git(&folder, arguments);
    }
    folder
}

fn git(folder: &Folder, arguments: &[&str]) -> String {
    let who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"];
    let done = Command::new("git")
        .args(who)
        .args(arguments)
        .current_dir(folder.path(""))
        .output()
        .expect("git starts");
    assert!(done.status.success(), "{arguments:?}: {}", text(&done.stderr));
    text(&done.stdout)
}

fn edit(folder: &Folder, from: &str, to: &str) {
    let path = folder.path(FILE);
    let old = fs::read_to_string(&path).expect("the platform file");
    let new = old.replacen(from, to, 1);
    assert_ne!(old, new, "{from}");
    fs::write(path, new).expect("it can be written");
}

fn out(done: &Output) -> String {
    text(&done.stdout)
}

/// A column that becomes shorter.
fn shorten(folder: &Folder) {
    edit(folder, "page_path   = \"string(500)\"", "page_path   = \"string(100)\"");
}

#[test]
fn the_exit_code_says_whether_something_dangerous_changes() {
    let folder = committed();
    let same = folder.run(&["diff"]);
    assert_eq!(
        (same.status.code(), out(&same).contains("nothing changes")),
        (Some(0), true),
        "{}",
        out(&same)
    );
    edit(&folder, "page_path   = \"string(500)\"", "page_path   = \"string(600)\"");
    assert_eq!(folder.run(&["diff"]).status.code(), Some(1));
    let hashed = "session_id  = { type = \"string(36) not null\", sensitive = \"hash\" }";
    edit(&folder, "session_id  = \"string(36) not null\"", hashed);
    let diff = folder.run(&["diff"]);
    assert_eq!(diff.status.code(), Some(3), "{}", out(&diff));
    let names = ["breaks-consumers", "needs-backfill"];
    let allowed: Vec<String> = names.iter().map(|name| format!("--allow={name}")).collect();
    let all: Vec<&str> = std::iter::once("diff").chain(allowed.iter().map(String::as_str)).collect();
    assert_eq!(folder.run(&all).status.code(), Some(1));
    assert_eq!(folder.run(&all[..2]).status.code(), Some(3), "the last one is not allowed");
    let subject = "--allow=breaks-consumers=column `session_id` of `event`";
    let mut one = vec!["diff", subject];
    one.extend(allowed.iter().skip(1).map(String::as_str));
    assert_eq!(folder.run(&one).status.code(), Some(1), "{}", out(&folder.run(&one)));
    let wrong = folder.run(&["diff", "--allow", "destroys"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(text(&wrong.stderr).contains("unknown impact `destroys`"), "{}", text(&wrong.stderr));
}

#[test]
fn revisions_folders_and_the_working_tree_are_compared() {
    let folder = committed();
    git(&folder, &["checkout", "-q", "-b", "shorter"]);
    shorten(&folder);
    // What is not written counts, and so does what is not committed.
    let unwritten = out(&folder.run(&["diff"]));
    assert!(unwritten.contains("column `page_path` of `event`: string(500) → string(100)"), "{unwritten}");
    assert_eq!(folder.run(&["synth"]).status.code(), Some(0));
    git(&folder, &["add", "-A"]);
    git(&folder, &["commit", "-q", "-m", "shorter"]);
    assert_eq!(folder.run(&["diff"]).status.code(), Some(0));
    let body = |done: &Output| out(done).lines().skip(1).collect::<Vec<_>>().join("\n");
    let expected = unwritten.lines().skip(1).collect::<Vec<_>>().join("\n");
    for arguments in [
        &["diff", "HEAD~1"][..],
        &["diff", "main"],
        &["diff", "main", "shorter"],
        &["diff", "--base", "main"],
    ] {
        assert_eq!(body(&folder.run(arguments)), expected, "{arguments:?}");
    }
    // The base moves on; what came with it is not this branch's.
    git(&folder, &["checkout", "-q", "main"]);
    edit(&folder, "late        = \"3 days\"", "late        = \"9 days\"");
    assert_eq!(folder.run(&["synth"]).status.code(), Some(0));
    git(&folder, &["add", "-A"]);
    git(&folder, &["commit", "-q", "-m", "late"]);
    git(&folder, &["checkout", "-q", "shorter"]);
    assert_eq!(body(&folder.run(&["diff", "--base", "main"])), expected);
    assert!(out(&folder.run(&["diff", "main"])).contains("late 9 days → 3 days"));
    fs::create_dir(folder.path("old")).expect("a folder");
    let old = git(&folder, &["show", "HEAD~1:generated/shop/dev/manifest.json"]);
    assert!(!old.is_empty());
    git(&folder, &["worktree", "add", "-q", "old/tree", "HEAD~1"]);
    for side in ["old/tree", "old/tree/generated", "old/tree/generated/shop"] {
        assert_eq!(body(&folder.run(&["diff", side])), expected, "{side}");
    }
    let dev = out(&folder.run(&["diff", "old/tree/generated/shop/dev", "generated/shop/dev"]));
    assert!(dev.contains("\nshop/dev\n") && !dev.contains("shop/prod"), "{dev}");
    assert!(!body(&folder.run(&["diff", "HEAD~1", "--env", "dev"])).contains("shop/prod"));
    // A project below the root of its repository.
    let inner = folder.path("platforms");
    let done = Command::new(env!("CARGO_BIN_EXE_gen"))
        .args(["diff", "../old/tree", "main"])
        .current_dir(inner)
        .output()
        .expect("gen starts");
    assert_eq!(done.status.code(), Some(1), "{}{}", text(&done.stdout), text(&done.stderr));
}

#[test]
fn a_project_without_generated_files_in_git_is_compared_by_its_platform_files() {
    let folder = Folder::with_platform();
    for arguments in [&["init", "-q", "-b", "main"][..], &["add", "-A"], &["commit", "-q", "-m", "first"]] {
        git(&folder, arguments);
    }
    let same = folder.run(&["diff"]);
    assert_eq!(same.status.code(), Some(0), "{}{}", out(&same), text(&same.stderr));
    shorten(&folder);
    let diff = folder.run(&["diff"]);
    assert!(
        out(&diff).contains("column `page_path` of `event`: string(500) → string(100)"),
        "{}",
        out(&diff)
    );
}

#[test]
fn what_cannot_be_compared_is_refused_with_the_next_step() {
    let folder = committed();
    fs::write(folder.path("empty.yaml"), "Description: nothing\n").expect("a file");
    fs::write(folder.path("one.yaml"), "Resources: {Raw: {Type: 'AWS::S3::Bucket'}}\n").expect("a file");
    fs::create_dir(folder.path("nothing")).expect("a folder");
    for (arguments, code, said) in [
        (&["diff", "nowhere"][..], 1, "`nowhere` is neither a file, nor a folder, nor a revision"),
        (&["diff", "empty.yaml", "one.yaml"], 1, "empty.yaml has no `Resources`"),
        (&["diff", "one.yaml"], 2, "one is a template"),
        (&["diff", "nothing"], 1, "no assembly found in nothing"),
        (&["diff", "--base", "nowhere"], 1, "unknown revision `nowhere`"),
        (&["diff", "--env", "nowhere"], 2, "unknown environment `nowhere`"),
        (&["diff", "--", "-x"], 1, "`-x` is neither"),
    ] {
        let done = folder.run(arguments);
        assert_eq!(done.status.code(), Some(code), "{arguments:?}: {}", text(&done.stderr));
        assert!(text(&done.stderr).contains(said), "{arguments:?}: {}", text(&done.stderr));
        assert!(done.stdout.is_empty(), "{arguments:?}");
    }
    edit(&folder, "string(500)", "strong(500)");
    let wrong = folder.run(&["diff"]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(text(&wrong.stderr).contains("the working tree has errors"), "{}", text(&wrong.stderr));
    // A modified assembly is no assembly.
    fs::write(folder.path("generated/shop/dev/storage/template.json"), "{}").expect("a file");
    let changed = folder.run(&["diff", "HEAD", "generated"]);
    assert!(text(&changed.stderr).contains("does not match the manifest"), "{}", text(&changed.stderr));
    let bare = Folder::with_platform();
    let none = bare
        .command(&["diff"])
        .env("GIT_CEILING_DIRECTORIES", "/")
        .env("GIT_DIR", "nowhere")
        .output()
        .expect("gen starts");
    assert_eq!(none.status.code(), Some(1));
    let unfound = bare.command(&["diff"]).env("PATH", "").output().expect("gen starts");
    assert!(text(&unfound.stderr).contains("cannot run git"), "{}", text(&unfound.stderr));
}

#[test]
fn templates_of_anybody_are_compared_in_json_and_in_yaml() {
    let folder = Folder::new();
    let old = "Resources:\n  Raw:\n    Type: AWS::S3::Bucket\n    Properties:\n      BucketName: !Sub 'raw-${AWS::Region}'\n";
    fs::write(folder.path("old.yaml"), old).expect("a file");
    let same = "{\"Resources\": {\"Raw\": {\"Properties\": {\"BucketName\": {\"Fn::Join\": [\"-\", [\"raw\", {\"Ref\": \"AWS::Region\"}]]}}, \"Type\": \"AWS::S3::Bucket\"}}}";
    fs::write(folder.path("same.json"), same).expect("a file");
    let none = folder.run(&["diff", "old.yaml", "same.json"]);
    assert_eq!(
        (none.status.code(), out(&none).contains("nothing changes")),
        (Some(0), true),
        "{}",
        out(&none)
    );
    fs::write(folder.path("new.yaml"), old.replace("raw-", "landing-")).expect("a file");
    let replaced = folder.run(&["diff", "old.yaml", "new.yaml"]);
    assert_eq!(replaced.status.code(), Some(3));
    let shown = out(&replaced);
    assert!(shown.contains("destroys-data") && shown.contains("Raw (AWS::S3::Bucket): replaced"), "{shown}");
}

/// Prints what is wrong with a report by its schema.
const SCRIPT: &str = "import json, jsonschema\n\
    schema = jsonschema.Draft202012Validator(json.load(open('schema.json')))\n\
    schema.check_schema(schema.schema)\n\
    print([error.message for error in schema.iter_errors(json.load(open('diff.json')))])";

#[test]
fn json_follows_its_schema_and_sarif_names_its_rules() {
    let Some(python) = tool("STRATAFORM_VALIDATORS_PYTHON") else { return };
    let folder = committed();
    shorten(&folder);
    edit(&folder, "readers = [\"growth-readers\"]", "readers = [\"growth-readers\", \"everyone\"]");
    let json = out(&folder.run(&["diff", "--format", "json"]));
    fs::write(folder.path("diff.json"), &json).expect("a file");
    fs::write(folder.path("schema.json"), out(&folder.run(&["schema", "--diff"]))).expect("a file");
    let done = Command::new(&python)
        .args(["-c", SCRIPT])
        .current_dir(folder.path(""))
        .output()
        .expect("Python starts");
    assert_eq!(text(&done.stdout).trim(), "[]", "{}", text(&done.stderr));
    let report: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(report["worst"], "broadens-access", "{json}");
    let sarif: Value = serde_json::from_str(&out(&folder.run(&["diff", "--format", "sarif"]))).expect("JSON");
    let run = &sarif["runs"][0];
    let rules: Vec<&str> = run["tool"]["driver"]["rules"]
        .as_array()
        .expect("rules")
        .iter()
        .filter_map(|one| one["id"].as_str())
        .collect();
    let results = run["results"].as_array().expect("results");
    assert!(results.iter().all(|one| rules.contains(&one["ruleId"].as_str().expect("an id"))));
    assert!(results.iter().any(|one| one["ruleId"] == "broadens-access"), "{results:?}");
    for place in
        results.iter().filter_map(|one| one.pointer("/locations/0/physicalLocation/artifactLocation/uri"))
    {
        assert!(folder.path(place.as_str().expect("a path")).is_file(), "{place}");
    }
}

#[test]
fn markdown_and_annotations_are_the_same_every_time_and_begin_with_the_verdict() {
    let folder = committed();
    shorten(&folder);
    let markdown = out(&folder.run(&["diff", "--format", "markdown"]));
    assert_eq!(markdown, out(&folder.run(&["diff", "--format", "markdown"])));
    let first = markdown.lines().next().unwrap_or_default();
    assert!(first.starts_with("🔴 **1 change: ") && first.contains("breaks-consumers"), "{first}");
    assert!(
        markdown.contains("<details>")
            && markdown.matches("<details>").count() == markdown.matches("</details>").count()
    );
    let annotations = out(&folder.run(&["diff", "--format", "github"]));
    let commands = annotations.lines().filter(|line| {
        line.starts_with("::error ") || line.starts_with("::warning ") || line.starts_with("::notice ")
    });
    assert_eq!(commands.count(), annotations.lines().count(), "{annotations}");
    assert!(
        annotations
            .contains("::error file=platforms/shop/platform.toml,title=gen diff%3A breaks-consumers::"),
        "{annotations}"
    );
}

/// The steps of the workflow that run a command of a shell: the name, the script, the environment.
fn steps(workflow: &str) -> Vec<(String, String)> {
    let node = strataform::template::Node::from_yaml(workflow).expect("YAML");
    let value: Value = serde_json::from_str(&node.to_json()).expect("JSON");
    let steps = value.pointer("/jobs/diff/steps").and_then(Value::as_array).expect("steps");
    steps
        .iter()
        .filter_map(|one| Some((one["name"].as_str()?.to_owned(), one["run"].as_str()?.to_owned())))
        .collect()
}

#[test]
fn the_workflow_needs_no_credentials_and_stops_what_is_not_allowed() {
    let workflow =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/pull-request.yml"))
            .expect("the workflow");
    assert!(!workflow.contains("aws-actions") && !workflow.contains("AWS_"), "no credentials");
    let all: BTreeMap<String, String> = steps(&workflow).into_iter().collect();
    let folder = committed();
    git(&folder, &["checkout", "-q", "-b", "shorter"]);
    shorten(&folder);
    assert_eq!(folder.run(&["synth"]).status.code(), Some(0));
    git(&folder, &["add", "-A"]);
    git(&folder, &["commit", "-q", "-m", "shorter"]);
    let gen_folder = Path::new(env!("CARGO_BIN_EXE_gen")).parent().expect("a folder").display().to_string();
    let run = |name: &str, more: &[(&str, &str)]| {
        let path = format!("{gen_folder}:{}", std::env::var("PATH").unwrap_or_default());
        Command::new("bash")
            .args(["-eo", "pipefail", "-c", &all[name]])
            .current_dir(folder.path(""))
            .env_clear()
            .envs([("PATH", path.as_str()), ("GITHUB_OUTPUT", "output"), ("GITHUB_STEP_SUMMARY", "summary")])
            .envs(more.iter().copied())
            .output()
            .expect("bash starts")
    };
    assert!(run("The output is up to date", &[]).status.success());
    for (labels, code, passes) in
        [("bug", "3", false), ("allow breaks-consumers,allow needs-backfill", "1", true)]
    {
        fs::write(folder.path("output"), "").expect("a file");
        let done = run("Compare", &[("BASE", "main"), ("LABELS", labels)]);
        assert!(done.status.success(), "{}{}", text(&done.stdout), text(&done.stderr));
        assert!(text(&done.stdout).contains("::error"), "{}", text(&done.stdout));
        assert_eq!(
            fs::read_to_string(folder.path("output")).expect("output"),
            format!("code={code}\n"),
            "{labels}"
        );
        assert!(fs::read_to_string(folder.path("diff.md")).expect("a comment").starts_with("🔴"));
        let last = run("Fail if something dangerous is not allowed", &[("CODE", code)]);
        assert_eq!(last.status.success(), passes, "{labels}");
    }
}

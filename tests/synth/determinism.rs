//! The same platform gives the same files, wherever and however `gen` runs.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::{folder, gen_in, run, stderr, tree};

const BLUEPRINTS: [&str; 3] = ["clickstream", "iot-telemetry", "retail-orders"];

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A project that contains only the blueprints' platform files and samples.
fn project(name: &str) -> PathBuf {
    let folder = folder(name);
    for blueprint in BLUEPRINTS {
        let place = folder.join("blueprints").join(blueprint);
        fs::create_dir_all(&place).expect("the folder can be made");
        let file = repository().join("blueprints").join(blueprint).join("platform.toml");
        fs::copy(file, place.join("platform.toml")).expect("the file can be copied");
        let samples = repository().join("blueprints").join(blueprint).join("sample");
        fs::create_dir(place.join("sample")).expect("the folder can be made");
        for path in tree(&samples).into_keys() {
            let copy = place.join("sample").join(&path);
            fs::copy(samples.join(&path), copy).expect("the sample can be copied");
        }
    }
    folder
}

/// The files in the repository's `generated/` folder for the blueprints.
fn committed() -> BTreeMap<PathBuf, Vec<u8>> {
    let folder = repository().join("generated");
    let ours = |path: &PathBuf| BLUEPRINTS.iter().any(|name| path.starts_with(name));
    tree(&folder).into_iter().filter(|(path, _)| ours(path)).collect()
}

fn synth(project: &Path, environment: &[(&str, Option<&str>)]) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut command = gen_in(project);
    command.arg("synth");
    for (key, value) in environment {
        match value {
            Some(value) => command.env(key, value),
            None => command.env_remove(key),
        };
    }
    let output = run(&mut command);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    tree(&project.join("generated"))
}

/// The paths that differ between two trees.
fn differences(one: &BTreeMap<PathBuf, Vec<u8>>, other: &BTreeMap<PathBuf, Vec<u8>>) -> Vec<PathBuf> {
    let paths = one.keys().chain(other.keys().filter(|path| !one.contains_key(*path)));
    paths.filter(|path| one.get(*path) != other.get(*path)).cloned().collect()
}

#[test]
fn the_committed_output_is_reproducible_anywhere() {
    let committed = committed();
    assert!(committed.len() > 50);
    for name in ["here", "a folder/with a blank and ü"] {
        let out = synth(&project(name), &[]);
        assert_eq!(differences(&committed, &out), Vec::<PathBuf>::new(), "{name}");
    }
}

#[test]
fn the_process_environment_does_not_change_the_output() {
    let project = project("environment");
    let first = synth(&project, &[]);
    let home = project.join("home");
    let cases: &[&[(&str, Option<&str>)]] = &[
        &[("LANG", Some("C")), ("LC_ALL", Some("C"))],
        &[("LANG", Some("tr_TR.UTF-8")), ("LC_ALL", Some("tr_TR.UTF-8"))],
        &[("LANG", None), ("LC_ALL", None), ("TZ", None), ("HOME", None), ("PATH", None)],
        &[("TZ", Some("Pacific/Apia")), ("SOURCE_DATE_EPOCH", Some("1"))],
        &[("HOME", home.to_str()), ("USER", Some("{{x}}")), ("AWS_REGION", Some("us-gov-west-1"))],
        &[
            ("AWS_PROFILE", Some("none")),
            ("CLICOLOR_FORCE", Some("1")),
            ("TERM", Some("dumb")),
            ("COLUMNS", Some("7")),
        ],
        &[("RUST_LOG", Some("trace")), ("RUST_BACKTRACE", Some("1")), ("NO_COLOR", Some("1"))],
    ];
    for case in cases {
        fs::remove_dir_all(project.join("generated")).expect("the folder exists");
        assert_eq!(differences(&first, &synth(&project, case)), Vec::<PathBuf>::new(), "{case:?}");
    }
}

fn times(folder: &Path) -> BTreeMap<PathBuf, SystemTime> {
    let time = |path: PathBuf| {
        let time = fs::metadata(folder.join(&path)).and_then(|data| data.modified());
        (path, time.expect("the file has a time"))
    };
    tree(folder).into_keys().map(time).collect()
}

#[test]
fn a_second_run_changes_nothing_and_says_so() {
    let project = project("twice");
    synth(&project, &[]);
    let before = times(&project.join("generated"));
    let output = run(gen_in(&project).arg("synth"));
    assert_eq!(output.status.code(), Some(0));
    let printed = format!("{}{}", String::from_utf8_lossy(&output.stdout), stderr(&output));
    assert_eq!(printed.matches(": unchanged\n").count(), 6, "{printed}");
    assert_eq!(before, times(&project.join("generated")));
    let json = run(gen_in(&project).args(["synth", "--format", "json"]));
    let printed: serde_json::Value = serde_json::from_slice(&json.stdout).expect("it is JSON");
    let results = printed["results"].as_array().expect("a list");
    assert!(results.iter().all(|one| one["written"].as_array().is_some_and(Vec::is_empty)), "{printed}");
}

#[test]
fn a_changed_byte_is_found_and_named_but_not_repaired() {
    let project = project("check");
    synth(&project, &[]);
    let check = || run(gen_in(&project).args(["synth", "--check"]));
    assert_eq!(check().status.code(), Some(0));
    for path in ["clickstream/dev/manifest.json", "retail-orders/prod/storage/template.json"] {
        let place = project.join("generated").join(path);
        let right = fs::read(&place).expect("the file exists");
        let mut wrong = right.clone();
        wrong[right.len() / 2] ^= 1;
        fs::write(&place, &wrong).expect("it can be written");
        let output = check();
        assert_eq!(output.status.code(), Some(1), "{path}");
        let printed = format!("{}{}", String::from_utf8_lossy(&output.stdout), stderr(&output));
        let name = Path::new(path).iter().skip(2).collect::<PathBuf>();
        assert!(printed.contains(name.to_str().expect("the name is text")), "{printed}");
        assert_eq!(fs::read(&place).expect("the file exists"), wrong);
        fs::write(&place, right).expect("it can be written");
    }
    fs::remove_file(project.join("generated/iot-telemetry/dev/manifest.json")).expect("the file exists");
    assert_eq!(check().status.code(), Some(1));
}

#[test]
fn a_foreign_file_is_kept_and_named() {
    let project = project("foreign");
    synth(&project, &[]);
    let place = project.join("generated/clickstream/dev/storage/notes.txt");
    fs::write(&place, "mine").expect("it can be written");
    let output = run(gen_in(&project).arg("synth"));
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let printed = format!("{}{}", String::from_utf8_lossy(&output.stdout), stderr(&output));
    assert!(printed.contains("storage/notes.txt"), "{printed}");
    assert_eq!(fs::read_to_string(&place).ok().as_deref(), Some("mine"));
    let changed =
        fs::read_to_string(project.join("blueprints/clickstream/platform.toml")).expect("the file exists");
    let changed = changed.replacen("owner = \"", "owner = \"new ", 1);
    fs::write(project.join("blueprints/clickstream/platform.toml"), changed).expect("it can be written");
    assert_eq!(run(gen_in(&project).arg("synth")).status.code(), Some(0));
    assert_eq!(fs::read_to_string(&place).ok().as_deref(), Some("mine"));
}

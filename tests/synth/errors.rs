//! If anything is invalid, all errors are reported and nothing is written.

use std::fs;
use std::path::Path;

use super::{BASE, folder, gen_in, replaced, run, stderr, tree};

const FAULTS: [(&str, &str, &str); 3] = [
    ("first", "volume = \"2 GB/day\"\nschedule", "volume = \"200 GB/day\"\nschedule"),
    ("second", "source = \"files\"\nformat = \"csv\"", "source = \"file\"\nformat = \"csv\""),
    ("third", "\"VersioningConfiguration.Status\" = \"Suspended\"", "Nothing = 1"),
];

/// A project with three faulty platforms and two valid ones.
fn project(name: &str) -> std::path::PathBuf {
    let folder = folder(name);
    let named = |text: &str, name: &str| {
        let text = replaced(text, "[platform]\nname = \"shop\"", &format!("[platform]\nname = \"{name}\""));
        let place = folder.join("platforms").join(name);
        fs::create_dir_all(&place).expect("the folder can be made");
        fs::write(place.join("platform.toml"), text).expect("it can be written");
    };
    // Without the override that a policy warns of.
    let status = "\"VersioningConfiguration.Status\" = ";
    let valid = replaced(BASE, &format!("{status}\"Suspended\""), &format!("{status}\"Enabled\""));
    named(&valid, "good");
    named(&valid, "zero");
    for (name, from, to) in FAULTS {
        named(&replaced(BASE, from, to), name);
    }
    folder
}

fn assert_refused(project: &Path) {
    let output = run(gen_in(project).arg("synth"));
    let printed = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{printed}");
    for (name, _, _) in FAULTS {
        assert!(printed.contains(&format!("platforms/{name}/platform.toml:")), "{name}: {printed}");
    }
    for name in ["good", "zero"] {
        assert!(!printed.contains(&format!("platforms/{name}/platform.toml:")), "{name}: {printed}");
    }
    assert!(printed.contains("nothing was written: 3 platform files with errors"), "{printed}");
}

#[test]
fn one_error_keeps_every_platform_from_being_written() {
    let project = project("faults");
    assert_refused(&project);
    assert!(!project.join("generated").exists());
}

#[test]
fn files_of_an_earlier_run_stay_unchanged() {
    let project = project("faults-later");
    let output = run(gen_in(&project).args(["synth", "good"]));
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let good = project.join("platforms/good/platform.toml");
    let text = fs::read_to_string(&good).expect("the file exists");
    fs::write(&good, replaced(&text, "\"sales-data\"", "\"others\"")).expect("it can be written");
    let before = tree(&project.join("generated"));
    assert_refused(&project);
    assert_eq!(before, tree(&project.join("generated")));
    let output = run(gen_in(&project).args(["synth", "--format", "json"]));
    assert_eq!(output.status.code(), Some(1));
    let printed: serde_json::Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    assert!(printed["diagnostics"].as_array().is_some_and(|list| list.len() >= 3), "{printed}");
    assert_eq!(before, tree(&project.join("generated")));
}

/// A faulty visual does not hide what is wrong with overrides and hand-written SQL.
#[test]
fn faults_of_dashboards_overrides_and_sql_are_reported_at_once() {
    let folder = folder("faults-at-once");
    let text = replaced(BASE, FAULTS[2].1, FAULTS[2].2);
    let text = text.replacen("[[dashboard.sales.visual]]", "[[dashboard.sales.visual]]\nnot_a_key = 1", 1);
    fs::write(folder.join("platform.toml"), text).expect("it can be written");
    fs::create_dir_all(folder.join("sql")).expect("the folder can be made");
    fs::write(folder.join("sql/a.sql"), "SELECT nothing FROM core.nowhere;\n").expect("it can be written");
    let output = run(gen_in(&folder).arg("synth"));
    let messages = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{messages}");
    for expected in ["not_a_key", "Nothing", "core.nowhere"] {
        assert!(messages.contains(expected), "{expected}: {messages}");
    }
    assert!(!folder.join("generated").exists());
}

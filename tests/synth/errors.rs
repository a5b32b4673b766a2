//! Where anything is wrong, everything is said and nothing is written.

use std::fs;
use std::path::Path;

use super::{BASE, folder, gen_in, replaced, run, stderr, tree};

const FAULTS: [(&str, &str, &str); 3] = [
    ("first", "volume = \"2 GB/day\"\nschedule", "volume = \"200 GB/day\"\nschedule"),
    ("second", "source = \"files\"\nformat = \"csv\"", "source = \"file\"\nformat = \"csv\""),
    ("third", "\"VersioningConfiguration.Status\" = \"Suspended\"", "Nothing = 1"),
];

/// A project of three faulty platforms among two good ones.
fn project(name: &str) -> std::path::PathBuf {
    let folder = folder(name);
    let named = |text: &str, name: &str| {
        let text = replaced(text, "[platform]\nname = \"shop\"", &format!("[platform]\nname = \"{name}\""));
        let place = folder.join("platforms").join(name);
        fs::create_dir_all(&place).expect("the folder can be made");
        fs::write(place.join("platform.toml"), text).expect("it can be written");
    };
    named(BASE, "good");
    named(BASE, "zero");
    for (name, from, to) in FAULTS {
        named(&replaced(BASE, from, to), name);
    }
    folder
}

fn assert_refused(project: &Path) {
    let output = run(gen_in(project).arg("synth"));
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    for (name, _, _) in FAULTS {
        assert!(said.contains(&format!("platforms/{name}/platform.toml:")), "{name}: {said}");
    }
    for name in ["good", "zero"] {
        assert!(!said.contains(&format!("platforms/{name}/platform.toml:")), "{name}: {said}");
    }
    assert!(said.contains("nothing was written: 3 platform files with errors"), "{said}");
}

#[test]
fn one_fault_keeps_every_platform_from_being_written() {
    let project = project("faults");
    assert_refused(&project);
    assert!(!project.join("generated").exists());
}

#[test]
fn what_was_written_before_stays_as_it_was() {
    let project = project("faults-later");
    let output = run(gen_in(&project).args(["synth", "good"]));
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let good = project.join("platforms/good/platform.toml");
    let text = fs::read_to_string(&good).expect("it is there");
    fs::write(&good, replaced(&text, "\"sales-data\"", "\"others\"")).expect("it can be written");
    let before = tree(&project.join("generated"));
    assert_refused(&project);
    assert_eq!(before, tree(&project.join("generated")));
    let output = run(gen_in(&project).args(["synth", "--format", "json"]));
    assert_eq!(output.status.code(), Some(1));
    let said: serde_json::Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    assert!(said["diagnostics"].as_array().is_some_and(|list| list.len() >= 3), "{said}");
    assert_eq!(before, tree(&project.join("generated")));
}

//! Large platforms stay within the limits of stacks, and everything that stacks refer to exists.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;

use serde_json::Value;

use super::{BASE, drafts, folder, gen_in, run, stderr};

/// As many datasets, every third of them dropped files.
fn large(count: usize) -> String {
    let mut text = "[platform]\nname = \"large\"\nowner = \"team\"\nvolume = \"50 GB/day\"\n\
        [environment.dev]\nregion = \"eu-west-1\"\n"
        .to_owned();
    for at in 0..count {
        let source = if at % 3 == 0 { "files" } else { "stream" };
        write!(
            text,
            "[dataset.data_{at}]\nsource = \"{source}\"\nkey = [\"id\"]\nevent_time = \"at\"\n\
             [dataset.data_{at}.column]\nid = \"bigint not null\"\nat = \"timestamp not null\"\n\
             amount = \"decimal(12,2)\"\n"
        )
        .expect("writing to a string succeeds");
    }
    text
}

fn size(value: &Value) -> usize {
    value.as_object().map_or(0, serde_json::Map::len)
}

fn names(value: &Value) -> Vec<&str> {
    value.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect()
}

/// Asserts that stacks are within the limits, and that every parameter has an existing source.
fn assert_whole(text: &str) {
    for draft in drafts(text).unwrap_or_else(|faults| panic!("{faults}")) {
        let files: BTreeMap<&str, &[u8]> =
            draft.files.iter().map(|file| (file.path.as_str(), file.bytes.as_slice())).collect();
        let mut outputs: BTreeMap<&str, Value> = BTreeMap::new();
        for stack in &draft.stacks {
            let bytes = files[stack.template_path.as_str()];
            let template: Value = serde_json::from_slice(bytes).expect("templates are JSON");
            let name = &stack.name;
            assert!(bytes.len() <= 1_000_000, "{name} has {} bytes", bytes.len());
            assert!((1..=500).contains(&size(&template["Resources"])), "{name}");
            assert!(size(&template["Parameters"]) <= 200 && size(&template["Outputs"]) <= 200, "{name}");
            for input in &stack.inputs {
                assert!(!outputs[input.stack.as_str()][&input.output].is_null(), "{name}: {input:?}");
            }
            for asset in &stack.assets {
                assert!(files.contains_key(asset.path.as_str()), "{name}: {asset:?}");
            }
            let mut given: Vec<&str> = stack.inputs.iter().map(|one| one.parameter.as_str()).collect();
            given.extend(stack.assets.iter().map(|one| one.parameter.as_str()));
            given.extend(stack.literals.iter().map(|one| one.parameter.as_str()));
            given.sort_unstable();
            let mut asked = names(&template["Parameters"]);
            asked.sort_unstable();
            assert_eq!(given, asked, "{name}");
            outputs.insert(name, template["Outputs"].clone());
        }
        for sql in &draft.sql {
            assert!(files.contains_key(sql.path.as_str()), "{sql:?}");
            for one in &sql.placeholders {
                assert!(!outputs[one.stack.as_str()][&one.output].is_null(), "{one:?}");
            }
        }
    }
}

#[test]
fn hundreds_of_datasets_stay_within_the_limits() {
    assert_whole(&large(200));
    assert_whole(&large(300));
}

#[test]
fn every_key_at_once_gives_complete_stacks() {
    assert_whole(BASE);
}

#[test]
fn one_dataset_of_each_source_is_complete() {
    assert_whole(&large(1));
    assert_whole(&large(2));
}

#[test]
fn the_manifest_names_every_file_with_its_digest() {
    let folder = folder("manifest");
    fs::write(folder.join("platform.toml"), large(30)).expect("it can be written");
    let output = run(gen_in(&folder).arg("synth"));
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let assembly = folder.join("generated/large/dev");
    let manifest = fs::read(assembly.join("manifest.json")).expect("the manifest exists");
    let manifest: Value = serde_json::from_slice(&manifest).expect("it is JSON");
    let files = manifest["files"].as_array().expect("a list");
    assert_eq!(files.len() + 1, super::tree(&assembly).len());
    let listing: String = files.iter().fold(String::new(), |mut text, file| {
        let (hash, path) = (file["sha256"].as_str().expect("text"), file["path"].as_str().expect("text"));
        writeln!(text, "{hash}  {path}").expect("writing to a string succeeds");
        text
    });
    fs::write(folder.join("sums"), listing).expect("it can be written");
    let mut sums = std::process::Command::new("sha256sum");
    let output = run(sums.args(["--check", "--strict", "--quiet", "../../../sums"]).current_dir(&assembly));
    assert!(output.status.success(), "{}{}", String::from_utf8_lossy(&output.stdout), stderr(&output));
}

/// A dataset with as many columns, of a type.
fn wide(columns: usize, kind: &str, name: &str) -> String {
    let mut text = "[platform]\nname = \"wide\"\nowner = \"team\"\nvolume = \"1 GB/day\"\n\
        [environment.dev]\nregion = \"eu-west-1\"\n\
        [dataset.event]\nsource = \"stream\"\nkey = [\"id\"]\nevent_time = \"at\"\n\
        [dataset.event.column]\nid = \"bigint not null\"\nat = \"timestamp not null\"\n"
        .to_owned();
    for at in 0..columns {
        writeln!(text, "{name}_{at:03} = \"{kind}\"").expect("writing to a string succeeds");
    }
    text
}

/// The Data API accepts statements of 100 KB.
#[test]
fn a_load_that_is_too_large_is_refused_with_its_size() {
    let long = "a_column_with_a_name_of_some_length";
    let Err(found) = drafts(&wide(800, "string(20)", long)) else { panic!("the load is too large") };
    for part in ["GEN0414", "a statement of the load of `event` has ", "100 KB", "805 columns", "`json`"] {
        assert!(found.contains(part), "{part}: {found}");
    }
    assert!(drafts(&wide(300, "string(20)", long)).is_ok());
}

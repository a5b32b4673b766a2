//! What `gen synth` writes, what it leaves alone, and what it finds stale.

use std::fs;

use super::{Folder, text};

#[test]
fn synth_writes_once_and_check_sees_what_is_stale() {
    let folder = Folder::with_platform();
    let before = folder.run(&["synth", "--check"]);
    assert_eq!(before.status.code(), Some(1));
    assert!(!folder.path("generated").exists());
    assert_eq!(folder.run(&["synth"]).status.code(), Some(0));
    let manifest = folder.path("generated/shop/dev/manifest.json");
    let time = fs::metadata(&manifest).unwrap().modified().unwrap();
    let again = folder.run(&["synth"]);
    assert!(text(&again.stdout).lines().all(|line| line.ends_with(": unchanged")), "{}", text(&again.stdout));
    assert_eq!(fs::metadata(&manifest).unwrap().modified().unwrap(), time);
    assert_eq!(folder.run(&["synth", "--check"]).status.code(), Some(0));
    fs::write(&manifest, "{}").unwrap();
    let stale = folder.run(&["synth", "--check"]);
    assert_eq!(stale.status.code(), Some(1));
    assert!(text(&stale.stdout).contains("changed  manifest.json"));
}

#[test]
fn the_lock_file_is_extended_by_synth_and_only_by_synth() {
    let folder = Folder::with_platform();
    let (file, lock) =
        (folder.path("platforms/shop/platform.toml"), folder.path("platforms/shop/platform.lock"));
    let ends = |arguments: &[&str], code: i32, says: &str| {
        let done = folder.run(arguments);
        let printed = format!("{}{}", text(&done.stdout), text(&done.stderr));
        assert_eq!(done.status.code(), Some(code), "{printed}");
        assert!(printed.contains(says), "`{says}` is not in {printed}");
    };
    ends(&["check"], 0, "no errors");
    assert!(!lock.exists(), "`check` writes nothing");
    ends(&["synth", "--check"], 1, "GEN0366");
    assert!(!lock.exists(), "`synth --check` writes nothing");
    ends(&["synth"], 0, "");
    let first = fs::read_to_string(&lock).unwrap();
    assert!(first.contains("{ number = 1, name = \"event_id\", type = \"string(36)\" },\n"), "{first}");
    ends(&["synth", "--check"], 0, "");

    // A new column.
    let platform = fs::read_to_string(&file).unwrap();
    let header = "[dataset.event.column]\n";
    fs::write(&file, platform.replace(header, &format!("{header}extra = \"integer\"\n"))).unwrap();
    ends(&["synth", "--check", "--format", "json"], 1, "GEN0366");
    ends(&["synth"], 0, "");
    let second = fs::read_to_string(&lock).unwrap();
    let line = second.lines().find(|line| line.contains("\"extra\"")).expect("it has a number");
    assert!(!first.contains(line.split(',').next().unwrap()), "the number is a new one: {line}");

    // Without it, its number stays; a merge of two branches must be resolved.
    fs::write(&file, &platform).unwrap();
    ends(&["synth"], 0, "");
    let third = fs::read_to_string(&lock).unwrap();
    assert_eq!(third, second.replace(line, &line.replace(" }", ", removed = true }")));
    fs::write(&lock, second.replace(line, &format!("<<<<<<< HEAD\n{line}\n=======\n>>>>>>> other"))).unwrap();
    ends(&["synth"], 1, "platform.lock");
    ends(&["check"], 1, "GEN0361");
    fs::write(&lock, second.replace(line, &format!("{line}\n{}", line.replace("extra", "other")))).unwrap();
    ends(&["synth"], 1, "GEN0362");
}

#[test]
fn nothing_is_written_if_any_platform_is_invalid_and_all_errors_are_reported() {
    let folder = Folder::with_platform();
    for name in ["one", "two"] {
        fs::create_dir_all(folder.path("platforms").join(name)).unwrap();
        fs::write(folder.path("platforms").join(name).join("platform.toml"), "[platform\n").unwrap();
    }
    let human = folder.run(&["synth"]);
    assert_eq!(human.status.code(), Some(1));
    let printed = text(&human.stderr);
    assert!(
        printed.contains("platforms/one/platform.toml") && printed.contains("platforms/two/platform.toml"),
        "{printed}"
    );
    assert!(human.stdout.is_empty() && !folder.path("generated").exists());
    let json = folder.run(&["synth", "--format", "json"]);
    assert_eq!(json.status.code(), Some(1));
    let document: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    let faults = document["diagnostics"].as_array().unwrap();
    let files: Vec<&str> = faults.iter().map(|fault| fault["file"].as_str().unwrap()).collect();
    assert!(files.contains(&"platforms/one/platform.toml") && files.contains(&"platforms/two/platform.toml"));
    assert_eq!(faults[0]["severity"], "error");
    assert_eq!(faults[0]["line"], 1);
    assert!(document["results"].as_array().unwrap().is_empty());
}

#[test]
fn duplicate_platform_names_are_rejected() {
    let folder = Folder::with_platform();
    fs::create_dir_all(folder.path("platforms/other")).unwrap();
    fs::copy(folder.path("platforms/shop/platform.toml"), folder.path("platforms/other/platform.toml"))
        .unwrap();
    let refused = folder.run(&["synth"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("GEN0901"), "{}", text(&refused.stderr));
    assert_eq!(folder.run(&["synth", "platforms/other"]).status.code(), Some(0));
}

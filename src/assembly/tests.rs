use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::write::{Step, Stop, write_until};
use super::*;
use crate::model::{Declarations, Slug, Stage};

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn out(&self) -> &Path {
        self.0.path()
    }

    fn dev(&self) -> PathBuf {
        self.out().join("shop/dev")
    }

    /// Every name in the platform's folder, to detect leftovers.
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.out().join("shop")).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

fn file(path: &str, text: &str) -> File {
    File { path: path.to_owned(), kind: FileKind::Definition, bytes: text.as_bytes().to_vec() }
}

fn output(name: &str) -> OutputRef {
    OutputRef { stack: "storage".to_owned(), output: name.to_owned() }
}

fn draft(files: &[(&str, &str)]) -> Draft {
    let stack = |name: &str, stage| StackDraft {
        name: name.to_owned(),
        stage,
        template_path: "storage/template.json".to_owned(),
        inputs: Vec::new(),
        assets: Vec::new(),
        literals: Vec::new(),
        origins: BTreeMap::new(),
        overrides: Vec::new(),
    };
    let input = ParameterInput { parameter: "Key".into(), stack: "storage".into(), output: "KeyArn".into() };
    let asset = ParameterAsset { parameter: "Asset".into(), path: "storage/template.json".into() };
    let second =
        StackDraft { inputs: vec![input], assets: vec![asset], ..stack("ingestion", Stage::Ingestion) };
    let own = [file("storage/template.json", "{}\n")];
    Draft {
        platform: Slug::new("shop", 24).unwrap(),
        environment: Slug::new("dev", 12).unwrap(),
        account: None,
        region: "eu-west-1".to_owned(),
        protected: false,
        stacks: vec![stack("storage", Stage::Storage), second],
        files: own.into_iter().chain(files.iter().map(|(path, text)| file(path, text))).collect(),
        sql: Vec::new(),
        warehouse: WarehouseOutputs::Serverless {
            namespace: output("Warehouse"),
            workgroup: output("Warehouse"),
            database: output("Database"),
        },
        buckets: BucketOutputs {
            raw: output("Raw"),
            curated: output("Curated"),
            quarantine: output("Quarantine"),
            artifacts: output("Artifacts"),
        },
        datasets: Vec::new(),
        declared: Declarations::new(),
        costs: Vec::new(),
        migrations: Vec::new(),
        policy: ManifestPolicy::default(),
    }
}

#[test]
fn an_assembly_reads_back_and_a_second_run_changes_nothing() {
    let folder = Folder::new();
    let draft = draft(&[("processing/jobs/a.py", "print(1)\n")]);
    let first = write(&draft, folder.out()).unwrap();
    assert_eq!(first.written, ["manifest.json", "processing/jobs/a.py", "storage/template.json"]);
    let times = |path: &str| fs::metadata(folder.dev().join(path)).unwrap().modified().unwrap();
    let before = (times("manifest.json"), times("storage/template.json"), times(""));
    let second = write(&draft, folder.out()).unwrap();
    assert!(second.is_unchanged() && second.unchanged.len() == 3);
    assert_eq!(before, (times("manifest.json"), times("storage/template.json"), times("")));
    assert_eq!(folder.names(), ["dev"]);
    let assembly = read(&folder.dev()).unwrap();
    assert_eq!(assembly.files["processing/jobs/a.py"], b"print(1)\n");
    let names: Vec<&str> = assembly.manifest.stacks.iter().map(|stack| stack.name.as_str()).collect();
    assert_eq!(names, ["storage", "ingestion"]);
    let parameters = &assembly.manifest.stacks[1].parameters;
    assert!(matches!(&parameters[0].source, ValueSource::StackOutput { stack, .. } if stack == "storage"));
    assert!(
        matches!(&parameters[1].source, ValueSource::Asset { key, .. } if key.ends_with("/template.json"))
    );
}

#[test]
fn stale_files_are_removed_foreign_ones_stay_and_unchanged_ones_keep_their_time() {
    let folder = Folder::new();
    write(&draft(&[("a.sql", "1"), ("old/b.sql", "2")]), folder.out()).unwrap();
    fs::write(folder.dev().join("old/notes.md"), "mine").unwrap();
    let kept = fs::metadata(folder.dev().join("a.sql")).unwrap().modified().unwrap();
    let report = write(&draft(&[("a.sql", "1"), ("c.sql", "3")]), folder.out()).unwrap();
    assert_eq!(report.written, ["c.sql", "manifest.json"]);
    assert_eq!(report.removed, ["old/b.sql"]);
    assert_eq!(report.foreign, ["old/notes.md"]);
    assert_eq!(fs::read_to_string(folder.dev().join("old/notes.md")).unwrap(), "mine");
    assert_eq!(fs::metadata(folder.dev().join("a.sql")).unwrap().modified().unwrap(), kept);
    assert!(!folder.dev().join("old/b.sql").exists());
    assert_eq!(read(&folder.dev()).unwrap().foreign, ["old/notes.md"]);
}

#[test]
fn an_interrupted_run_leaves_one_complete_tree_and_the_next_one_succeeds() {
    for step in [Step::FirstFile, Step::Built, Step::SetAside, Step::Swapped] {
        let folder = Folder::new();
        let (old, new) = (draft(&[("a.sql", "old")]), draft(&[("a.sql", "new"), ("b.sql", "new")]));
        write(&old, folder.out()).unwrap();
        fs::write(folder.dev().join("mine.md"), "mine").unwrap();
        assert!(matches!(write_until(&new, folder.out(), Stop(Some(step))), Err(Error::Stopped)));
        let whole = match step {
            Step::SetAside => folder.out().join("shop/.dev.gen-old"),
            _ => folder.dev(),
        };
        let bytes = if step == Step::Swapped { "new" } else { "old" };
        let assembly = read(&whole).unwrap();
        assert_eq!(assembly.files["a.sql"], bytes.as_bytes(), "{step:?}");
        assert_eq!(assembly.foreign, ["mine.md"], "{step:?}");
        // The same input again, and the other one: both leave one complete tree and nothing next to it.
        for draft in [&new, &old] {
            write(draft, folder.out()).unwrap();
            assert_eq!(folder.names(), ["dev"], "{step:?}");
            assert!(check(draft, folder.out()).unwrap().is_empty());
            assert_eq!(fs::read_to_string(folder.dev().join("mine.md")).unwrap(), "mine");
        }
    }
}

#[test]
fn a_disk_error_leaves_the_old_tree_and_nothing_else() {
    let folder = Folder::new();
    write(&draft(&[("a.sql", "old")]), folder.out()).unwrap();
    // A part may have 200 bytes, but the path is longer than 4,096.
    let long = vec!["d".repeat(200); 30].join("/");
    let error = write(&draft(&[("a.sql", "new"), (&long, "")]), folder.out()).unwrap_err();
    assert!(matches!(error, Error::Io { .. }), "{error}");
    assert_eq!(folder.names(), ["dev"]);
    assert_eq!(read(&folder.dev()).unwrap().files["a.sql"], b"old");
}

#[test]
fn check_lists_missing_changed_and_extra_files() {
    let folder = Folder::new();
    let all = draft(&[("a.sql", "1"), ("b.sql", "2")]);
    assert_eq!(check(&all, folder.out()).unwrap().len(), 4);
    write(&all, folder.out()).unwrap();
    assert!(check(&all, folder.out()).unwrap().is_empty());
    fs::write(folder.dev().join("a.sql"), "x").unwrap();
    fs::write(folder.dev().join("mine.md"), "no difference").unwrap();
    let found = check(&draft(&[("a.sql", "1"), ("c.sql", "3")]), folder.out()).unwrap();
    let shown: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(shown, ["changed a.sql", "extra b.sql", "missing c.sql", "changed manifest.json"]);
}

#[test]
fn a_modified_assembly_is_rejected() {
    let folder = Folder::new();
    write(&draft(&[("a.sql", "1")]), folder.out()).unwrap();
    let manifest = folder.dev().join(MANIFEST);
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(folder.dev().join("a.sql"), "2").unwrap();
    assert!(matches!(read(&folder.dev()), Err(Error::Changed { .. })));
    fs::remove_file(folder.dev().join("a.sql")).unwrap();
    assert!(matches!(read(&folder.dev()), Err(Error::Changed { fault: "is missing", .. })));
    for (from, to) in [("eu-west-1", "eu-west-2"), ("\"a.sql\"", "\"../a.sql\"")] {
        fs::write(&manifest, text.replace(from, to)).unwrap();
        assert!(matches!(read(&folder.dev()), Err(Error::Manifest { .. })), "{to}");
    }
    fs::write(&manifest, text.replace("\"format\": 3", "\"format\": 4")).unwrap();
    let newer = read(&folder.dev()).unwrap_err().to_string();
    assert!(newer.contains("newer format 4") && newer.contains("use the newer gen"), "{newer}");
    // A merge left its conflict markers: the next run repairs it.
    fs::write(&manifest, "<<<<<<< ours\n").unwrap();
    assert!(matches!(read(&folder.dev()), Err(Error::Format { .. })));
    write(&draft(&[("a.sql", "3")]), folder.out()).unwrap();
    assert_eq!(read(&folder.dev()).unwrap().files["a.sql"], b"3");
}

#[test]
fn invalid_colliding_and_reserved_paths_are_rejected() {
    let folder = Folder::new();
    for path in
        ["", "/a", "../a", "a/../b", "a//b", "a\\b", "c:a", "a.", "a\n", "manifest.json", "MANIFEST.json"]
    {
        let error = write(&draft(&[(path, "")]), folder.out()).unwrap_err();
        assert!(matches!(error, Error::Path { .. }), "{path:?}: {error}");
    }
    for (one, two) in [("a.sql", "A.sql"), ("a", "a/b"), ("A", "a/b"), ("x", "x")] {
        let error = write(&draft(&[(one, ""), (two, "")]), folder.out()).unwrap_err();
        assert!(matches!(error, Error::Collision { .. }), "{one} {two}: {error}");
    }
    let mut loose = draft(&[]);
    loose.stacks.swap(0, 1);
    assert!(matches!(write(&loose, folder.out()), Err(Error::Draft { .. })));
    assert!(!folder.out().join("shop").exists());
}

#[test]
fn foreign_files_in_the_way_are_never_overwritten() {
    let folder = Folder::new();
    fs::create_dir_all(folder.dev()).unwrap();
    fs::write(folder.dev().join("a.sql"), "mine").unwrap();
    for path in ["a.sql", "a.sql/b.sql"] {
        assert!(
            matches!(write(&draft(&[(path, "gen")]), folder.out()), Err(Error::Occupied { .. })),
            "{path}"
        );
    }
    assert_eq!(fs::read_to_string(folder.dev().join("a.sql")).unwrap(), "mine");
}

#[cfg(unix)]
#[test]
fn links_are_rejected_and_their_targets_are_not_touched() {
    let folder = Folder::new();
    let elsewhere = folder.out().join("elsewhere");
    fs::create_dir_all(&elsewhere).unwrap();
    fs::create_dir_all(folder.out().join("shop")).unwrap();
    std::os::unix::fs::symlink(&elsewhere, folder.dev()).unwrap();
    assert!(matches!(write(&draft(&[]), folder.out()), Err(Error::Symlink { .. })));
    fs::remove_file(folder.dev()).unwrap();
    write(&draft(&[]), folder.out()).unwrap();
    std::os::unix::fs::symlink(&elsewhere, folder.dev().join("link")).unwrap();
    assert!(matches!(write(&draft(&[]), folder.out()), Err(Error::Symlink { .. })));
    assert!(fs::read_dir(&elsewhere).unwrap().next().is_none());
}

#[cfg(unix)]
#[test]
fn a_concurrent_run_is_rejected() {
    let folder = Folder::new();
    write(&draft(&[]), folder.out()).unwrap();
    let held = fs::File::open(folder.out().join("shop")).unwrap();
    held.lock().unwrap();
    assert!(matches!(write(&draft(&[("a", "")]), folder.out()), Err(Error::Busy { .. })));
    drop(held);
    write(&draft(&[("a", "")]), folder.out()).unwrap();
}

#[test]
fn another_format_is_rejected_with_its_number_and_the_next_step() {
    let folder = Folder::new();
    write(&draft(&[("a.sql", "1"), ("b.sql", "2")]), folder.out()).unwrap();
    let manifest = folder.dev().join(MANIFEST);
    let old = fs::read_to_string(&manifest).unwrap().replace("\"format\": 3", "\"schema_version\": 1");
    fs::write(&manifest, old).unwrap();
    let fault = read(&folder.dev()).unwrap_err();
    assert!(matches!(fault, Error::Format { fault: FormatFault::Older { format: 1 }, .. }), "{fault}");
    assert!(
        fault.to_string().contains("older format 1") && fault.to_string().contains("gen synth"),
        "{fault}"
    );
    // Files of an older gen still belong to gen: the next run replaces them, and leaves none behind.
    let report = write(&draft(&[("a.sql", "1")]), folder.out()).unwrap();
    assert_eq!(report.removed, ["b.sql"]);
    assert!(report.foreign.is_empty());
    assert!(matches!(Manifest::parse(b"{}"), Err(FormatFault::Broken(_))));
    assert!(matches!(Manifest::parse(b"<<<<"), Err(FormatFault::Broken(_))));
}

#[test]
fn the_format_before_this_one_is_read() {
    let folder = Folder::new();
    write(&draft(&[("a.sql", "1")]), folder.out()).unwrap();
    let mut manifest = read(&folder.dev()).unwrap().manifest;
    manifest.format = 2;
    manifest.declared.clear();
    manifest.hash = manifest.own_hash().unwrap();
    fs::write(folder.dev().join(MANIFEST), manifest.to_bytes().unwrap()).unwrap();
    let read = read(&folder.dev()).unwrap().manifest;
    assert_eq!((read.format, read.hash), (2, manifest.hash));
}

#[test]
fn an_output_of_an_unknown_stack_is_rejected() {
    let mut wrong = draft(&[]);
    wrong.buckets.artifacts.stack = "nowhere".to_owned();
    let folder = Folder::new();
    assert!(matches!(write(&wrong, folder.out()), Err(Error::Draft { .. })));
}

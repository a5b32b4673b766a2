//! Faults that are made by a program, in assemblies and platform files: `gen check` finds them.
//!
//! Each kind of fault is a line of a table: a type of resource, a property and an edit, or a file and a text. Each is made in each shipped
//! assembly, at one place. An assembly that is not changed has no finding. `STRATAFORM_MUTANTS` names a folder into which the
//! mutants are written, for the comparison with other checkers in `benches/mutations.py`: a folder each, with the changed file and
//! `mutant.json`.

mod edits;
mod kinds;
mod platforms;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;
use strataform::assembly::Assembly;
use strataform::check::policy::{Review, shipped_rules};
use strataform::{assembly, check};

use edits::Kind;
use kinds::KINDS;

/// At most so many mutants of a kind in an assembly.
const PLACES: usize = 1;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The shipped assemblies, with their folders.
fn shipped() -> Vec<(PathBuf, Assembly)> {
    let folders = |path: &Path| -> Vec<PathBuf> {
        let all = fs::read_dir(path).expect("a folder").map(|one| one.expect("an entry").path());
        let mut all: Vec<PathBuf> = all.filter(|one| one.is_dir()).collect();
        all.sort();
        all
    };
    let all =
        folders(&root().join("generated")).iter().flat_map(|platform| folders(platform)).collect::<Vec<_>>();
    all.into_iter()
        .map(|folder| (folder.clone(), assembly::read(&folder).expect("a shipped assembly")))
        .collect()
}

/// The rules that ship, on a day on which no suppression of the shipped platforms has expired.
fn review() -> Review<'static> {
    Review { rules: vec![shipped_rules()], today: chrono::NaiveDate::MIN }
}

/// The codes of what is found in an assembly.
fn found(assembly: &Assembly, folder: &Path, policies: &Review<'_>) -> BTreeSet<String> {
    let all = check::assembly::check(assembly, folder, Some(policies));
    all.iter().flat_map(|(_, found)| found.iter().map(|one| one.code.to_string())).collect()
}

/// A mutant: what was changed, and the files.
struct Mutant {
    kind: &'static str,
    /// The file that is changed.
    path: String,
    place: String,
    assembly: Assembly,
}

/// The mutants of a kind in an assembly.
fn mutants(kind: &'static Kind, of: &Assembly) -> Vec<Mutant> {
    let mut all = Vec::new();
    for (path, bytes) in &of.files {
        if !kind.edit.is_for(path) {
            continue;
        }
        let text = String::from_utf8_lossy(bytes);
        for (place, changed) in kind.edit.mutants(path, &text).into_iter().take(PLACES) {
            let mut assembly = of.clone();
            assembly.files.insert(path.clone(), changed.into_bytes());
            all.push(Mutant { kind: kind.name, path: path.clone(), place, assembly });
        }
    }
    // Over all files of the assembly, not only those of the first stack.
    let step = all.len().div_ceil(PLACES).max(1);
    all.into_iter().step_by(step).collect()
}

/// Writes a mutant for other checkers: the changed file of what is in a folder.
fn write(kind: &str, of: &Path, path: &str, content: &[u8]) {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let Some(folder) = std::env::var_os("STRATAFORM_MUTANTS") else { return };
    let own = PathBuf::from(folder).join(format!("{:04}", NUMBER.fetch_add(1, Ordering::Relaxed)));
    let file = own.join(path);
    fs::create_dir_all(file.parent().expect("it is inside")).expect("a folder");
    fs::write(file, content).expect("a file");
    let of = of.strip_prefix(root()).expect("it is shipped");
    let about = serde_json::json!({ "kind": kind, "of": of, "path": path });
    fs::write(own.join("mutant.json"), about.to_string()).expect("a file");
}

#[test]
fn assemblies_without_a_fault_have_no_finding() {
    let policies = review();
    for (folder, assembly) in shipped() {
        assert_eq!(found(&assembly, &folder, &policies), BTreeSet::new(), "{}", folder.display());
    }
}

#[test]
fn nearly_every_fault_is_found() {
    let mut results: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut missed = String::new();
    let policies = review();
    // Both environments of one platform, and one of each other: more of them have the same kinds of resources.
    let all = shipped();
    for (folder, assembly) in
        all.iter().filter(|(folder, _)| folder.ends_with("prod") || folder.ends_with("clickstream/dev"))
    {
        for mutant in KINDS.iter().flat_map(|kind| mutants(kind, assembly)) {
            write(mutant.kind, folder, &mutant.path, &mutant.assembly.files[&mutant.path]);
            let codes = found(&mutant.assembly, folder, &policies);
            let counts = results.entry(mutant.kind).or_default();
            counts.0 += 1;
            if codes.is_empty() {
                let _ = writeln!(
                    missed,
                    "{}: {} {} {}",
                    mutant.kind,
                    folder.display(),
                    mutant.path,
                    mutant.place
                );
            } else {
                counts.1 += 1;
            }
        }
    }
    for (kind, all, caught) in platforms::results() {
        results.insert(kind, (all, caught));
    }
    let sum = |of: fn(&(usize, usize)) -> usize| results.values().map(of).sum::<usize>();
    let (all, caught) = (sum(|one| one.0), sum(|one| one.1));
    for (kind, (all, caught)) in &results {
        println!("{caught:4} of {all:4}  {kind}");
    }
    println!("{caught} of {all} faults of {} kinds found\n{missed}", results.len());
    assert!(results.len() >= 40, "{} kinds", results.len());
    assert!(all >= 300, "{all} mutants");
    for kind in KINDS {
        assert!(results.contains_key(kind.name), "no mutant of the kind `{}`", kind.name);
    }
    assert!(caught * 100 >= all * 95, "{caught} of {all} found; missed:\n{missed}");
}

/// The value of a text, for edits.
fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("a template is JSON")
}

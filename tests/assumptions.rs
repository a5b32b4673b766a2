//! The facts about AWS that no test can prove: `docs/assumptions.md` has a row for each, and the code and the SQL that
//! rest on one name it in a comment: ``Assumes `<id>`.`` Neither has an id that the other lacks. Each row has a probe in
//! the smoke test, or commands that somebody with an account runs.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::tool::tool;

/// The first row of each table.
const HEADER: &str = "| id | assumption | source | date | probe |";

/// How a mark begins. The ids follow, with commas and "and" between them, then a period.
const MARK: &str = "Assumes `";

/// The folders with what rests on AWS: the product, what it renders, and the local AWS.
const FOLDERS: [&str; 5] = ["src", "crates", "sql", "glue-scripts", "tests/local-aws"];

/// The marks of the sources: the places of each id.
type Marks = BTreeMap<String, Vec<String>>;

/// The sources of a folder: their paths from the root, and their texts.
fn sources(root: &Path, folder: &Path, found: &mut Vec<(String, String)>) {
    let entries = fs::read_dir(folder).expect("the folder can be read");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            sources(root, &path, found);
        } else if path
            .extension()
            .is_some_and(|ending| ["rs", "py", "hbs", "sql"].iter().any(|one| ending == *one))
        {
            let name = path.strip_prefix(root).expect("it is below the root").display().to_string();
            found.push((name, fs::read_to_string(&path).expect("a source is text")));
        }
    }
}

/// The ids of the marks in a line; `None` if one is not complete.
fn ids(line: &str) -> Option<Vec<&str>> {
    let mut all = Vec::new();
    for (at, _) in line.match_indices(MARK) {
        let mut rest = &line[at + MARK.len() - 1..];
        loop {
            let (id, after) = rest.strip_prefix('`')?.split_once('`')?;
            all.push(id);
            if after.starts_with('.') {
                break;
            }
            rest = after.strip_prefix(", ").or_else(|| after.strip_prefix(" and "))?;
        }
    }
    Some(all)
}

/// The marks of sources, and what is wrong with them.
fn marks(sources: &[(String, String)]) -> (Marks, Vec<String>) {
    let (mut marks, mut faults) = (Marks::new(), Vec::new());
    for (path, text) in sources {
        for (number, line) in (1..).zip(text.lines()) {
            let Some(found) = ids(line) else {
                faults.push(format!("{path}:{number}: the mark does not end with a period on its line"));
                continue;
            };
            for id in found {
                marks.entry(id.to_owned()).or_default().push(format!("{path}:{number}"));
            }
        }
    }
    (marks, faults)
}

/// Whether a text is a day: `2026-11-30`.
fn is_day(text: &str) -> bool {
    let parts: Vec<Option<u32>> = text.split('-').map(|part| part.parse().ok()).collect();
    text.len() == 10
        && matches!(parts[..], [Some(2020..), Some(1..=12), Some(1..=31)])
        && text.bytes().all(|one| one.is_ascii_digit() || one == b'-')
}

/// The ids of the page, and what is wrong with its rows.
fn rows(page: &str) -> (BTreeSet<String>, Vec<String>) {
    let (mut ids, mut faults) = (BTreeSet::new(), Vec::new());
    for (number, line) in (1..).zip(page.lines()).filter(|(_, line)| line.starts_with('|')) {
        if line == HEADER || line.chars().all(|one| "|-".contains(one)) {
            continue;
        }
        let escaped = line.replace("\\|", "\u{fffd}");
        let cells: Vec<&str> = escaped.trim_matches('|').split('|').map(str::trim).collect();
        let [id, assumption, source, date, probe] = cells[..] else {
            faults.push(format!("line {number}: expected the cells of `{HEADER}`"));
            continue;
        };
        let id = id.trim_matches('`');
        let is_plain = |one: char| one.is_ascii_lowercase() || one.is_ascii_digit() || one == '-';
        if id.is_empty() || !id.chars().all(is_plain) {
            faults.push(format!("line {number}: invalid id `{id}`"));
        } else if !ids.insert(id.to_owned()) {
            faults.push(format!("line {number}: duplicate id `{id}`"));
        }
        let cells = [("assumption", assumption), ("source", source), ("probe", probe)];
        let empty = cells.iter().filter(|(_, cell)| cell.is_empty());
        faults.extend(empty.map(|(name, _)| format!("{id}: missing {name}")));
        if !is_day(date) {
            faults.push(format!("{id}: invalid date `{date}`"));
        }
    }
    (ids, faults)
}

/// What is wrong with a page and the marks of sources.
fn faults(page: &str, sources: &[(String, String)]) -> Vec<String> {
    let ((ids, mut faults), (marks, wrong)) = (rows(page), marks(sources));
    faults.extend(wrong);
    let unknown = marks.iter().filter(|(id, _)| !ids.contains(*id));
    faults.extend(unknown.map(|(id, places)| format!("{}: unknown assumption `{id}`", places.join(", "))));
    let unmarked = ids.iter().filter(|id| !marks.contains_key(*id));
    faults.extend(unmarked.map(|id| format!("{id}: no source rests on it")));
    faults
}

/// The page and the sources of the repository.
fn repository() -> (String, Vec<(String, String)>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for folder in FOLDERS {
        sources(root, &root.join(folder), &mut found);
    }
    let page = fs::read_to_string(root.join("docs/assumptions.md")).expect("the page exists");
    (page, found)
}

#[test]
fn each_assumption_has_a_row_and_each_row_a_place_that_rests_on_it() {
    let (page, sources) = repository();
    let faults = faults(&page, &sources);
    assert!(faults.is_empty(), "docs/assumptions.md and the marks differ:\n{}", faults.join("\n"));
    assert!(rows(&page).0.len() > 90, "the table was read");
}

/// The probes of the smoke test, and those by hand: the first argument of each `Probe(` and of each `Manual(`.
struct Probes {
    smoke: BTreeSet<String>,
    by_hand: BTreeSet<String>,
}

fn probes() -> Probes {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    sources(root, &root.join("tools/smoke/smoke/probes"), &mut found);
    let ids = |call: &str| {
        let texts = found.iter().flat_map(|(_, text)| text.split(call).skip(1));
        let first = texts.filter_map(|rest| rest.trim_start().strip_prefix('"')?.split_once('"'));
        first.map(|(id, _)| id.to_owned()).collect()
    };
    Probes { smoke: ids("Probe("), by_hand: ids("Manual(") }
}

/// What is wrong between the rows of a page, the probes, and the codes of the doctor.
fn unprobed(page: &str, probes: &Probes, codes: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut known = BTreeSet::new();
    for line in page.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let (id, probe) = (cells[0].trim_matches('`'), cells[cells.len() - 1]);
        known.insert(id.to_owned());
        let is_told = match (probes.smoke.contains(id), probes.by_hand.contains(id)) {
            (true, false) => probe.contains("smoke test"),
            (false, true) => probe.starts_with("by hand: "),
            (true, true) => {
                faults.push(format!("{id}: a probe of the smoke test, and one by hand"));
                continue;
            }
            (false, false) => {
                faults.push(format!("{id}: neither a probe of the smoke test nor one by hand"));
                continue;
            }
        };
        if !is_told {
            faults.push(format!("{id}: the page does not tell what its probe is: {probe}"));
        }
        let words = probe.split(|one: char| !one.is_ascii_alphanumeric());
        let unknown = words.filter(|word| word.starts_with("GEN") && !codes.contains(&format!("\"{word}\"")));
        faults.extend(unknown.map(|word| format!("{id}: the doctor has no code {word}")));
    }
    let all = probes.smoke.union(&probes.by_hand);
    faults.extend(all.filter(|id| !known.contains(*id)).map(|id| format!("no row has {id}")));
    faults
}

#[test]
fn each_row_has_a_probe_and_each_probe_a_row() {
    let (root, (page, _), probes) = (Path::new(env!("CARGO_MANIFEST_DIR")), repository(), probes());
    let codes = fs::read_to_string(root.join("src/doctor/code.rs")).unwrap();
    let faults = unprobed(&page, &probes, &codes);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let (smoke, by_hand) = (probes.smoke.len(), probes.by_hand.len());
    let text = format!(
        "Of the {} assumptions, {smoke} have a probe in the test. The other {by_hand}",
        smoke + by_hand
    );
    assert!(
        fs::read_to_string(root.join("docs/smoke.md")).unwrap().contains(&text),
        "docs/smoke.md lacks: {text}"
    );

    // What must be found, each with one change.
    let only = |page: &str, without: &str, with: &str, expected: &str| {
        let mut probes = self::probes();
        probes.smoke.remove(without);
        probes.by_hand.remove(without);
        probes.by_hand.extend((!with.is_empty()).then(|| with.to_owned()));
        let faults = unprobed(page, &probes, &codes);
        assert!(faults.len() == 1 && faults[0].contains(expected), "expected {expected}: {faults:?}");
    };
    only(&page, "batch-lock", "", "batch-lock: neither");
    only(&page, "pipe-input", "", "pipe-input: neither");
    only(&page, "batch-lock", "batch-lock", "batch-lock: the page does not tell");
    only(&page, "", "batch-lock", "batch-lock: a probe of the smoke test, and one by hand");
    only(&page, "", "unheard-of", "no row has unheard-of");
    only(
        &page.replace("doctor GEN1118", "doctor GEN1198"),
        "",
        "",
        "linked-role: the doctor has no code GEN1198",
    );
}

/// The program checks the lines with the AWS CLI and with `gen`; first, that lines with a mistake do not pass.
#[test]
fn the_commands_of_probes_by_hand_are_valid() {
    let Some(python) = tool("STRATAFORM_CLIENTS_PYTHON") else { return };
    let mut check = Command::new(python);
    check.args(["-B", "-m", "smoke.commands", "--gen", env!("CARGO_BIN_EXE_gen")]);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = check.env("PYTHONPATH", root.join("tools/smoke")).output().expect("the program starts");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains(&format!("of {} probes by hand, 0 faults", probes().by_hand.len())), "{said}");
}

/// Everything that the test above must find, each in the repository as it is but for one change.
#[test]
fn what_is_missing_is_found() {
    let (page, sources) = repository();
    let row = page.lines().find(|line| line.starts_with("| `list-prices`")).expect("a row");
    let cells: Vec<&str> = row.trim_matches('|').split('|').collect();
    let without = |at: usize| {
        let cells: Vec<&str> =
            (0..).zip(&cells).map(|(index, cell)| if index == at { " " } else { cell }).collect();
        page.replace(row, &format!("|{}|", cells.join("|")))
    };
    let only = |page: &str, sources: &[(String, String)], expected: &str| {
        let faults = faults(page, sources);
        assert!(faults.len() == 1 && faults[0].contains(expected), "expected {expected}: {faults:?}");
    };
    only(&page.replace(&format!("{row}\n"), ""), &sources, "unknown assumption `list-prices`");
    only(&without(1), &sources, "list-prices: missing assumption");
    only(&without(2), &sources, "list-prices: missing source");
    only(&without(3), &sources, "list-prices: invalid date ``");
    only(&without(4), &sources, "list-prices: missing probe");
    only(&page.replace(row, &format!("{row}\n{row}")), &sources, "duplicate id `list-prices`");
    // Without its id, its mark is unknown, too.
    let long = faults(&page.replace(row, &row.replace("| 20", "| 30 | 20")), &sources);
    assert!(long.len() == 2 && long[0].contains("expected the cells"), "{long:?}");
    // In Rust, in SQL and in the script of the job.
    for (mark, id) in [
        ("Assumes `list-prices`.", "list-prices"),
        ("Assumes `lock-privilege`.", "lock-privilege"),
        ("Assumes `parquet-timestamps`.", "parquet-timestamps"),
    ] {
        let change = |by: &str| -> Vec<(String, String)> {
            sources.iter().map(|(path, text)| (path.clone(), text.replace(mark, by))).collect()
        };
        only(&page, &change(""), &format!("{id}: no source rests on it"));
        let unknown = format!("{mark} {MARK}unheard-of`.");
        only(&page, &change(&unknown), "unknown assumption `unheard-of`");
        let open = format!("{mark}\n{MARK}{id}`");
        only(&page, &change(&open), "does not end with a period");
    }
}

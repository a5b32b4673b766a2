//! Generated changes that harm nothing: none of them is said to break, destroy or leave something to be processed again.

use strataform_rows::Random;

use super::edits::{assembly, shown, tried};
use crate::diff;

const FILES: [&str; 3] = [
    include_str!("../../../blueprints/retail-orders/platform.toml"),
    include_str!("../../../blueprints/clickstream/platform.toml"),
    include_str!("../../../blueprints/iot-telemetry/platform.toml"),
];

/// The first line that satisfies a test, from a random one on, is replaced.
fn replaced(file: &str, random: &mut Random, change: &dyn Fn(&str, u64) -> Option<String>) -> Option<String> {
    let lines: Vec<&str> = file.lines().collect();
    let start = usize::try_from(random.below(lines.len() as u64)).unwrap_or_default();
    let number = random.below(90) + 10;
    let places = (0..lines.len()).map(|step| (start + step) % lines.len());
    let (place, line) = places.into_iter().find_map(|place| Some((place, change(lines[place], number)?)))?;
    let mut all: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
    all[place] = line;
    Some(all.join("\n"))
}

/// A change of one kind.
fn edit(file: &str, kind: u64, random: &mut Random) -> Option<String> {
    let setting = |line: &str, key: &str, value: String| {
        let is_meant = line.split('=').next().is_some_and(|name| name.trim() == key) && line.contains('=');
        is_meant.then(|| format!("{key} = {value}"))
    };
    match kind {
        // At the end: in CSV, a column before others shifts them.
        0 => {
            let tables: Vec<usize> = file.match_indices(".column]\n").map(|(at, _)| at).collect();
            let table = tables.get(usize::try_from(random.below(tables.len() as u64)).unwrap_or_default())?;
            let end = file.get(*table..)?.find("\n\n").map(|length| table + length)?;
            Some(format!("{}\nmore_{} = \"integer\"{}", &file[..end], random.below(90), &file[end..]))
        }
        1 => replaced(file, random, &|line, number| {
            let (before, rest) = line.split_once("= \"string(")?;
            let (length, after) = rest.split_once(')')?;
            let length: u64 = length.parse().ok()?;
            Some(format!("{before}= \"string({}){after}", length + number))
        }),
        2 => replaced(file, random, &|line, number| {
            setting(line, "description", format!("\"Said otherwise {number}.\""))
        }),
        3 => replaced(file, random, &|line, number| {
            let (title, _) = line.strip_prefix("title = \"")?.split_once('"')?;
            Some(format!("title = \"{title} {number}\""))
        }),
        4 => replaced(file, random, &|line, number| {
            setting(line, "schedule", format!("\"every {} minutes\"", if number % 2 == 0 { 20 } else { 10 }))
                .filter(|_| line.starts_with("schedule    = \"every") || line.contains("\"hourly\""))
        }),
        // Not a tag: the namespace of the warehouse cannot change its tags in place.
        5 => replaced(file, random, &|line, number| {
            line.starts_with("[dataset.").then(|| format!("\n\n{line}\n# {number}"))
        }),
        6 => replaced(file, random, &|line, number| {
            setting(line, "emails", format!("[\"team-{number}@example.com\"]"))
        }),
        7 => {
            // The order of two neighbors.
            let lines: Vec<&str> = file.lines().collect();
            let columns = lines.iter().position(|line| line.ends_with("expect]"))?;
            let mut lines = lines;
            lines.swap(columns + 1, columns + 2);
            Some(lines.join("\n"))
        }
        _ => replaced(file, random, &|line, number| {
            line.starts_with("[dataset.").then(|| format!("# Comment {number}.\n{line}"))
        }),
    }
}

#[test]
fn a_hundred_harmless_changes_break_nothing() {
    let mut random = Random::new(18);
    let old: Vec<_> = FILES.iter().map(|file| assembly(file, None)).collect();
    let (mut count, mut tries, mut kinds) = (0, 0_u64, [0; 9]);
    while count < 100 {
        let (at, kind) = (usize::try_from(random.below(3)).unwrap_or_default(), tries % 9);
        tries += 1;
        assert!(tries < 400, "{kinds:?}");
        let Some(text) = edit(FILES[at], kind, &mut random) else { continue };
        // Some are not valid, such as a longer key of a join.
        let Some((new, _)) = tried(&text, Some(&old[at].1)) else { continue };
        let changes = diff::assemblies(&old[at].0, &new);
        let found: Vec<_> =
            shown(&changes).into_iter().map(|(change, verdict)| (&change.subject, verdict)).collect();
        assert!(found.is_empty(), "kind {kind} of file {at}: {found:#?}");
        count += 1;
        kinds[usize::try_from(kind).unwrap_or_default()] += 1;
    }
    assert!(kinds.iter().filter(|count| **count >= 5).count() >= 8, "{kinds:?}");
}

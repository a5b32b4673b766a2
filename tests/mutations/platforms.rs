//! Faults of platform files.

use std::fs;

use strataform::diagnostic::{Severity, SourceFile};
use strataform::{spec, synth};

use super::{root, write};

/// A kind of fault, the text of the platform file, and what it becomes.
const KINDS: &[(&str, &str, &str)] = &[
    ("a key with a typing mistake", "volume ", "volum "),
    ("an unknown unit of volume", " GB/day\"", " GiB/day\""),
    ("a type that does not exist", "\"timestamp\"", "\"datetime\""),
    ("a period that does not exist", " days\"", " dais\""),
    ("an expression over an unknown column", "count(*)", "count(nothing)"),
    ("an expression that does not end", "count(distinct ", "count(distinct (("),
    ("an unknown region", "region = \"eu-west-1\"", "region = \"eu-west-9\""),
    ("a section with a typing mistake", "[dataset.", "[datasett."),
    ("an aggregate over an unknown dataset", "from = \"", "from = \"x_"),
    ("an invalid schedule", "= \"hourly\"", "= \"sometimes\""),
];

/// Each kind, how many faults were made, and how many were found.
pub(super) fn results() -> Vec<(&'static str, usize, usize)> {
    let mut found = Vec::new();
    for (kind, from, to) in KINDS {
        let (mut all, mut caught) = (0, 0);
        for blueprint in ["clickstream", "iot-telemetry", "retail-orders"] {
            let path = root().join("blueprints").join(blueprint).join("platform.toml");
            let text = fs::read_to_string(&path).expect("a blueprint");
            for (at, _) in text.match_indices(from).take(3) {
                all += 1;
                let text = [&text[..at], to, &text[at + from.len()..]].concat();
                write(kind, path.parent().expect("it is inside"), "platform.toml", text.as_bytes());
                caught += usize::from(is_refused(&SourceFile { path: path.clone(), text }));
            }
        }
        if all > 0 {
            found.push((*kind, all, caught));
        }
    }
    found
}

fn is_refused(file: &SourceFile) -> bool {
    let (platform, found) = spec::read(file);
    let Some(platform) = platform.filter(|_| found.iter().all(|one| one.severity != Severity::Error)) else {
        return true;
    };
    platform.environments.iter().any(|environment| synth::synth(&platform, environment, &[]).is_err())
}

//! The facts, compiled in as text and decoded one resource type at a time.
//!
//! The file is sorted, with one line for each type. A type is found by binary search, and only its own line is
//! decoded: checking a template of ten types decodes ten lines.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::facts::ResourceFacts;

static TEXT: &str = include_str!("../facts.json");

static DECODED: OnceLock<Mutex<HashMap<&'static str, Arc<ResourceFacts>>>> = OnceLock::new();

/// The facts about a resource type, such as `AWS::S3::Bucket`; `None` if the type is unknown.
#[must_use]
pub fn resource(name: &str) -> Option<Arc<ResourceFacts>> {
    let decoded = DECODED.get_or_init(Mutex::default);
    let mut decoded = decoded.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(facts) = decoded.get(name) {
        return Some(Arc::clone(facts));
    }
    let (name, body) = find(name)?;
    // The test `every_type_decodes` reads every line, so an invalid one never ships.
    let facts: Arc<ResourceFacts> = Arc::new(serde_json::from_str(body).ok()?);
    decoded.insert(name, Arc::clone(&facts));
    Some(facts)
}

/// The names of all resource types, sorted.
pub fn names() -> impl Iterator<Item = &'static str> {
    TEXT.lines().filter_map(|line| entry(line).map(|(name, _)| name))
}

/// Splits `"AWS::S3::Bucket":{…},` into name and body.
fn entry(line: &'static str) -> Option<(&'static str, &'static str)> {
    let (name, body) = line.strip_prefix('"')?.split_once("\":")?;
    Some((name, body.strip_suffix(',').unwrap_or(body)))
}

fn find(name: &str) -> Option<(&'static str, &'static str)> {
    let (mut from, mut to) = (0, TEXT.len());
    while from < to {
        let line = line_at(from + (to - from) / 2);
        match entry(&TEXT[line.0..line.1]) {
            Some((known, body)) if known == name => return Some((known, body)),
            // The first line is the opening brace, the last the closing one.
            Some((known, _)) if known < name => from = line.1 + 1,
            None if line.0 == 0 => from = line.1 + 1,
            _ => to = line.0,
        }
    }
    None
}

/// The start and end of the line that contains a byte.
fn line_at(mut at: usize) -> (usize, usize) {
    while !TEXT.is_char_boundary(at) {
        at -= 1;
    }
    // Some lines have hundreds of kilobytes: `str` searches a word at a time, an iterator does not.
    let start = TEXT[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let end = TEXT[at..].find('\n').map_or(TEXT.len(), |newline| at + newline);
    (start, end)
}

#[cfg(test)]
mod tests {
    use super::{names, resource};

    #[test]
    fn every_type_decodes_and_is_found_by_its_name() {
        let mut count = 0;
        for name in names() {
            let facts = resource(name).expect(name);
            // A definition that does not decode would be missing from the iteration.
            assert_eq!(facts.definitions.iter().count(), facts.definitions.len(), "{name}");
            count += 1;
        }
        assert!(count > 1_800, "{count}");
    }

    /// These repeat a look-ahead, which Rust's engine rejects. They are not checked.
    const REFUSED: [&str; 2] =
        [r"^(/|(/(?!\.)+[^$#<>;;`|\&?{}^*/\n]+){1,4})$", r"^(/|(/(?!\.)+[^$#<>;`|\&?{}^*/\n]+){1,4})$"];

    /// The texts of a key in the facts.
    fn texts(key: &str, found: &mut std::collections::BTreeSet<String>) {
        for line in super::TEXT.lines() {
            let mut rest = line;
            while let Some((_, tail)) = rest.split_once(key) {
                let end = tail.char_indices().scan(false, |escaped, (at, letter)| {
                    let ends = letter == '"' && !*escaped;
                    *escaped = letter == '\\' && !*escaped;
                    Some((at, ends))
                });
                let end = end.into_iter().find(|(_, ends)| *ends).map_or(tail.len(), |(at, _)| at);
                // A pattern with a regular expression of its own is not evaluated.
                if !tail[end..].starts_with("\",\"rust\":") {
                    found.extend(serde_json::from_str::<String>(&format!("\"{}\"", &tail[..end])));
                }
                rest = &tail[end..];
            }
        }
    }

    #[test]
    fn every_pattern_can_be_used() {
        let mut patterns = std::collections::BTreeSet::new();
        texts("\"re\":\"", &mut patterns);
        texts("\"rust\":\"", &mut patterns);
        let refused: Vec<&String> =
            patterns.iter().filter(|pattern| crate::matches(pattern, "sample").is_none()).collect();
        assert!(patterns.len() > 2_900, "{}", patterns.len());
        assert_eq!(refused, REFUSED, "of {} patterns", patterns.len());
    }

    #[test]
    fn unknown_types_are_not_found() {
        for name in ["", "{", "}", "AWS::S3::Bucke", "AWS::S3::Buckett", "ZZZ", "AAA"] {
            assert!(resource(name).is_none(), "{name}");
        }
    }
}

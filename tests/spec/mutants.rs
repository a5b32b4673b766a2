//! Any change to a file leaves it readable without a crash, and each place lies within the file.

use std::fs;
use std::path::PathBuf;

use strataform::diagnostic::SourceFile;
use strataform::spec;

/// Pseudorandom numbers that are the same in each run (splitmix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % limit.max(1) as u64).expect("the number is below the limit")
    }
}

/// What is inserted: tokens of the grammar, and inputs that parsers trip over.
const PIECES: [&str; 24] = [
    "[",
    "]",
    "{",
    "}",
    "\"",
    "'",
    "=",
    ".",
    ",",
    "\n",
    "[[",
    "\"\"\"",
    "\\u00e4",
    "é",
    "\u{0}",
    "\u{202e}",
    "99999999999999999999999999",
    "-1",
    "1e400",
    "1979-05-27",
    "true",
    "# ",
    "()",
    "\u{feff}",
];

/// Reads a text, and renders the first few diagnostics: rendering is slow without optimization.
fn check(text: String, rendered: usize) {
    let file = SourceFile { path: PathBuf::from("mutant.toml"), text };
    let (platform, faults) = spec::read(&file);
    assert!(platform.is_some() || !faults.is_empty(), "no diagnostic for\n{}", file.text);
    for label in faults.iter().flat_map(|fault| &fault.labels) {
        assert!(file.text.get(label.span.clone()).is_some(), "{label:?} lies outside\n{}", file.text);
    }
    for fault in faults.iter().take(rendered) {
        assert!(strataform::diagnostic::render::plain(fault, &file).contains(fault.code.text()));
    }
}

#[test]
fn no_mutant_stops_the_reader() {
    let mut numbers = Numbers(7);
    let files: Vec<String> = super::files("valid", "toml")
        .iter()
        .map(|path| fs::read_to_string(path).expect("the file can be read"))
        .collect();
    for round in 0..2_000 {
        let mut bytes = files[round % files.len()].clone().into_bytes();
        for _ in 0..=numbers.below(3) {
            let start = numbers.below(bytes.len());
            let end = (start + numbers.below(40)).min(bytes.len());
            match numbers.below(4) {
                0 => drop(bytes.drain(start..end)),
                1 => {
                    let copy = bytes[start..end].to_vec();
                    drop(bytes.splice(start..start, copy));
                }
                2 => drop(bytes.splice(start..end, PIECES[numbers.below(PIECES.len())].bytes())),
                _ => {
                    let (one, other) = (start.min(bytes.len() - 1), numbers.below(bytes.len()));
                    bytes.swap(one, other);
                }
            }
        }
        check(String::from_utf8_lossy(&bytes).into_owned(), usize::from(round % 20 == 0));
    }
}

#[test]
fn deep_long_and_foreign_texts_are_read_to_the_end() {
    let deep = |open: &str, close: &str| format!("a = {}{}", open.repeat(5_000), close.repeat(5_000));
    check(String::new(), 1);
    check(deep("[", "]"), 1);
    check(deep("{a=", "}"), 1);
    check(format!("[{}]", vec!["a"; 5_000].join(".")), 1);
    check(format!("platform.name = \"{}\"", "ä".repeat(100_000)), 1);
    check(format!("[platform]\nname = \"{}\"", "a".repeat(100_000)), 1);
    check(format!("[dataset.a.derive]\nx = \"{}1{}\"", "(".repeat(20_000), ")".repeat(20_000)), 1);
    check("\u{feff}[platform]\r\nname='x'\r\n".to_owned(), 1);
    check("\u{fffd}\u{fffd}\u{0}".to_owned(), 1);
}

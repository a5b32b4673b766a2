//! How many broken statements are rejected: in the emitted SQL of all platforms, one token is deleted, swapped with
//! the next, or misspelled; the linter checks it with the rest of the platform's SQL, and `PostgreSQL` runs what the
//! linter accepts.
//!
//!     cargo bench -p strataform-benches --bench mutants [-- --every N] [--show]
//!
//! Prints one table: mutants by kind, with the number that the linter rejected, that `PostgreSQL` rejected, and that
//! neither did, and the affected tokens. A mutant with the same meaning as the original (an optional word is missing)
//! is counted separately: its tree is equal.
#![allow(clippy::expect_used, clippy::print_stdout, missing_docs, reason = "a benchmark prints")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use strataform::artifact::load::plan;
use strataform::check::sql::load_text;
use strataform::platform::aggregation::load::load;
use strataform_postgres::{Cluster, Programs};
use strataform_redshift::{
    Catalog, Executable, POSTGRES_PRELUDE, Severity, Strictness, Translator, check_with, parse,
};

/// The change to a token.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Kind {
    Delete,
    Swap,
    Misspell,
}

/// The outcomes of mutants.
#[derive(Default)]
struct Tally {
    all: usize,
    same: usize,
    layer: usize,
    postgres: usize,
    passed: Vec<String>,
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let every = arguments
        .iter()
        .position(|one| one == "--every")
        .and_then(|at| arguments.get(at + 1))
        .map_or(7, |one| one.parse().expect("a number"));
    let cluster = Programs::find()
        .map(|programs| Cluster::start(programs).expect("PostgreSQL starts").searching("public, rs"));
    if cluster.is_none() {
        println!("No PostgreSQL: only the linter checks.");
    }
    let mut tallies: BTreeMap<Kind, Tally> = BTreeMap::new();
    let mut number = 0;
    for (platform, files) in platforms() {
        for (index, file) in files.iter().enumerate() {
            let tokens = tokens(file);
            for at in 0..tokens.len() {
                for kind in [Kind::Delete, Kind::Swap, Kind::Misspell] {
                    number += 1;
                    if number % every != 0 {
                        continue;
                    }
                    if let Some(mutant) = mutate(file, &tokens, at, kind) {
                        let hit = &file[tokens[at].clone()];
                        compare(
                            &platform,
                            &files,
                            index,
                            &mutant,
                            hit,
                            cluster.as_ref(),
                            tallies.entry(kind).or_default(),
                        );
                    }
                }
            }
        }
    }
    report(&tallies, arguments.iter().any(|one| one == "--show"));
}

/// The SQL of each blueprint's development environment, in execution order; the last text is its loads.
fn platforms() -> Vec<(String, Vec<String>)> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let files = strataform::project::find(&root, &[]).expect("the blueprints exist");
    let of = |file: &strataform::diagnostic::SourceFile| {
        let (platform, _) = strataform::spec::read(file);
        let platform = platform.expect("blueprints are valid");
        let draft = strataform::synth::synth(&platform, &platform.environments[0], &[])
            .expect("blueprints are valid");
        let text = |path: &str| {
            let file = draft.files.iter().find(|file| file.path == path).expect("a file of its own");
            String::from_utf8(file.bytes.clone()).expect("UTF-8")
        };
        let mut texts: Vec<String> = draft.sql.iter().map(|sql| text(&sql.path)).collect();
        let loads = platform
            .datasets
            .iter()
            .map(|dataset| load_text(&plan(&load(&platform, dataset)).expect("every load is rendered")));
        texts.push(loads.collect::<Vec<_>>().join(";\n"));
        (platform.name.to_string(), texts)
    };
    files.iter().map(of).collect()
}

/// The ranges of tokens, without comments: words, quoted names, strings, numbers, punctuation.
fn tokens(text: &str) -> Vec<std::ops::Range<usize>> {
    let bytes = text.as_bytes();
    let (mut all, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        let start = at;
        match bytes[at] {
            b'-' if bytes.get(at + 1) == Some(&b'-') => {
                at += text[at..].find('\n').unwrap_or(text.len() - at);
                continue;
            }
            quote @ (b'"' | b'\'') => {
                at += 1;
                while at < bytes.len() && bytes[at] != quote {
                    at += 1;
                }
                at += 1;
            }
            byte if byte.is_ascii_alphanumeric() || byte == b'_' => {
                while at < bytes.len() && (bytes[at].is_ascii_alphanumeric() || bytes[at] == b'_') {
                    at += 1;
                }
            }
            b'$' | b':' => at += 2,
            byte if byte.is_ascii_whitespace() || !byte.is_ascii() => {
                at += 1;
                continue;
            }
            _ => at += 1,
        }
        all.push(start..at.min(bytes.len()));
    }
    all
}

fn mutate(text: &str, tokens: &[std::ops::Range<usize>], at: usize, kind: Kind) -> Option<String> {
    let token = tokens[at].clone();
    let word = &text[token.clone()];
    match kind {
        Kind::Delete => Some(format!("{} {}", &text[..token.start], &text[token.end..])),
        Kind::Swap => {
            let next = tokens.get(at + 1)?.clone();
            let between = &text[token.end..next.start];
            let other = &text[next.clone()];
            (other != word)
                .then(|| format!("{} {other} {between} {word} {}", &text[..token.start], &text[next.end..]))
        }
        Kind::Misspell => {
            // Two letters swap places; text in single quotes is data.
            let inner = word.trim_matches('"');
            let mut letters: Vec<char> = inner.chars().collect();
            if word.starts_with('\'') || letters.len() < 3 || !letters[0].is_alphabetic() {
                return None;
            }
            let place = (1..letters.len() - 1).find(|place| letters[*place] != letters[place + 1])?;
            letters.swap(place, place + 1);
            let misspelt: String = letters.into_iter().collect();
            Some(format!("{}{}{}", &text[..token.start], word.replace(inner, &misspelt), &text[token.end..]))
        }
    }
}

fn compare(
    platform: &str,
    files: &[String],
    index: usize,
    mutant: &str,
    hit: &str,
    cluster: Option<&Cluster>,
    tally: &mut Tally,
) {
    tally.all += 1;
    let original = parse(&files[index]);
    let read = parse(mutant);
    if read.findings.is_empty() && read.statements == original.statements {
        tally.same += 1;
        return;
    }
    let (mut catalog, mut translator) = (Catalog::new(Strictness::Closed), Translator::new());
    let mut script = String::new();
    for (at, file) in files.iter().enumerate() {
        let found = check_with(if at == index { mutant } else { file }, &mut catalog);
        if found.findings.iter().any(|finding| finding.severity == Severity::Error) {
            tally.layer += 1;
            return;
        }
        for statement in &found.statements {
            // A statement without a counterpart in PostgreSQL is rejected at deployment, not here.
            let Ok(all) = translator.translate(statement) else { continue };
            for executable in all {
                if let Executable::Sql(sql) = executable {
                    script.push_str(&sql);
                    script.push_str(";\n");
                }
            }
        }
    }
    let name = "mutant";
    let refused = cluster.is_some_and(|cluster| {
        // All in one transaction: nothing remains for the next run, including roles.
        cluster.run("postgres", &format!("DROP DATABASE IF EXISTS {name}")).expect("it can be dropped");
        cluster.database(name, POSTGRES_PRELUDE).expect("the prelude runs");
        cluster.run(name, &format!("BEGIN;\n{script}ROLLBACK;")).is_err()
    });
    if refused {
        tally.postgres += 1;
    } else {
        tally.passed.push(format!("{platform}, file {}: `{hit}`", index + 1));
    }
}

fn report(tallies: &BTreeMap<Kind, Tally>, show: bool) {
    println!(
        "| mutants | all | same tree | refused by the layer | by PostgreSQL | by neither | refused, of those that differ |"
    );
    println!("|---|---:|---:|---:|---:|---:|---:|");
    let mut sum = Tally::default();
    let line = |name: &str, tally: &Tally| {
        let differ = tally.all - tally.same;
        let refused = tally.layer + tally.postgres;
        let permille = (1000 * refused).checked_div(differ).unwrap_or(0);
        let (all, same, layer, postgres, passed) =
            (tally.all, tally.same, tally.layer, tally.postgres, differ - refused);
        println!(
            "| {name} | {all} | {same} | {layer} | {postgres} | {passed} | {}.{} % |",
            permille / 10,
            permille % 10
        );
    };
    for (kind, tally) in tallies {
        line(&format!("{kind:?}").to_lowercase(), tally);
        sum.all += tally.all;
        sum.same += tally.same;
        sum.layer += tally.layer;
        sum.postgres += tally.postgres;
        sum.passed.extend(tally.passed.iter().map(|one| format!("{kind:?}: {one}")));
    }
    line("all", &sum);
    if show {
        println!("\nRefused by neither:");
        for one in &sum.passed {
            println!("- {one}");
        }
    }
}

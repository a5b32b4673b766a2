//! The cost of parsing the SQL of 500 tables, compared with sqlglot and sqlfluff on the same text in the same run.
//!
//!     cargo bench -p strataform-benches --bench sql
//!
//! The text is what `gen` renders for 167 datasets: three tables each, a view and an aggregate, with roles and
//! grants. Strataform parses it, checks it as one closed text, and renders it again; sqlglot parses and generates;
//! sqlfluff parses. All three are timed without the few statements that make sqlfluff abort; the number of understood
//! statements is also counted with them. CPU time within each process, without startup and imports: for Strataform
//! the mean of fifty rounds, before, between and after the peers; for sqlglot the median of three; for sqlfluff a
//! single round.
#![allow(clippy::expect_used, clippy::print_stdout, missing_docs, reason = "a benchmark prints")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use strataform::diagnostic::SourceFile;
use strataform::{spec, synth};
use strataform_redshift::{Catalog, Strictness, check_with, redshift};

const DATASETS: usize = 167;
const ROUNDS: u32 = 50;

fn platform() -> String {
    let mut text = "[platform]\nname = \"wide\"\nowner = \"data\"\nvolume = \"10 GB/day\"\n\
                    [environment.dev]\nregion = \"eu-west-1\"\n"
        .to_owned();
    for at in 0..DATASETS {
        let _ = write!(
            text,
            "[dataset.event_{at}]\nsource = \"stream\"\nkey = [\"event_id\"]\nevent_time = \"occurred_at\"\n\
             description = \"What happens, number {at}.\"\n\
             [dataset.event_{at}.column]\nevent_id = \"string(36) not null\"\noccurred_at = \"timestamp not null\"\n\
             kind = {{ type = \"string(20)\", description = \"Of several.\" }}\namount = \"decimal(12,2)\"\n\
             quantity = \"integer\"\nratio = \"double\"\nday = \"date\"\ndetails = \"json\"\n\
             [aggregate.daily_{at}]\nfrom = \"event_{at}\"\n\
             group_by = {{ day = \"date_trunc('day', occurred_at)\", kind = \"coalesce(kind, 'none')\" }}\n\
             measure = {{ events = \"count(*)\", revenue = \"sum(amount)\" }}\n"
        );
    }
    text
}

fn main() {
    let whole = rendered();
    let script = check_with(&whole, &mut Catalog::new(Strictness::Closed));
    assert!(script.findings.is_empty(), "{:?}", script.findings.first());
    let statements = script.statements.len();
    // A statement that sqlfluff cannot parse makes it skip everything after it. Comments are kept for all.
    let (mut timed, mut end, mut skipped) = (String::new(), 0, 0);
    for statement in &script.statements {
        let span = statement.span.range();
        if whole[span.clone()].contains("ASSUMEROLE") || whole[span.clone()].starts_with("ALTER DEFAULT") {
            timed.push_str(&whole[end..span.start]);
            end = span.end + ";\n".len();
            skipped += 1;
        }
    }
    timed.push_str(&whole[end..]);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let paths = [("wide-timed.sql", &timed), ("wide.sql", &whole)].map(|(name, text)| {
        let path = folder.join(name);
        std::fs::write(&path, text).expect("the text can be written");
        path
    });

    let mut seconds = rounds(&timed);
    let peers = [("sqlglot", "parse, generate"), ("sqlfluff", "parse")].map(|(tool, does)| {
        let output = peer(tool, &paths);
        seconds += rounds(&timed);
        (tool, does, output)
    });
    // Measured around each peer: the speed of a shared machine changes while a peer runs.
    let ours = seconds / f64::from(3 * ROUNDS);
    println!("{} tables, {statements} statements, {} kB;", 3 * DATASETS, whole.len() / 1_000);
    println!("timed without {skipped} that sqlfluff cannot read, {} kB\n", timed.len() / 1_000);
    let few = statements - skipped;
    println!(
        "| program | CPU ms | ratio | not understood, of {few} | with those {skipped}, of {statements} |"
    );
    println!("|---|---:|---:|---:|---:|");
    println!("| Strataform: parse, check, render | {:.1} | 1 | 0 | 0 |", ours * 1e3);
    for (tool, does, output) in peers {
        let mut words = output.split_whitespace();
        let version = words.next().expect("the peer prints its version");
        let seconds: f64 = words.next().and_then(|word| word.parse().ok()).expect("the peer prints seconds");
        let [opaque, of_all] = [few, statements].map(|of| {
            let understood = words.next().and_then(|word| word.parse::<usize>().ok());
            of - understood.expect("the peer prints how many statements it understood")
        });
        let (milliseconds, ratio) = (seconds * 1e3, seconds / ours);
        println!("| {tool} {version}: {does} | {milliseconds:.0} | {ratio:.0} | {opaque} | {of_all} |");
    }
}

/// The SQL of the platform, in execution order.
fn rendered() -> String {
    let (platform, faults) = spec::read(&SourceFile { path: "platform.toml".into(), text: platform() });
    let platform = platform.unwrap_or_else(|| panic!("{faults:?}"));
    let draft = synth::synth(&platform, &platform.environments[0], &[]).expect("the platform is valid");
    let mut text = String::new();
    for planned in &draft.sql {
        let file = draft.files.iter().find(|file| file.path == planned.path).expect("it is rendered");
        text.push_str(&String::from_utf8_lossy(&file.bytes));
    }
    text
}

/// The seconds of all rounds, after one warm-up round.
fn rounds(text: &str) -> f64 {
    round(text);
    let start = computed();
    for _ in 0..ROUNDS {
        round(text);
    }
    computed() - start
}

fn round(text: &str) {
    let script = check_with(text, &mut Catalog::new(Strictness::Closed));
    let rendered: usize = script.statements.iter().map(|statement| redshift(statement).len()).sum();
    assert!(script.findings.is_empty() && rendered > 0, "{:?}", script.findings.first());
}

/// CPU seconds of this thread. The kernel updates them only every few milliseconds, so measure many rounds at once.
/// Wall-clock time would include other work on a busy machine.
fn computed() -> f64 {
    let output = std::fs::read_to_string("/proc/thread-self/schedstat")
        .expect("Linux counts the CPU time of a thread");
    let nanoseconds = output.split_whitespace().next().and_then(|word| word.parse::<f64>().ok());
    nanoseconds.expect("the first number is nanoseconds") / 1e9
}

/// A peer's output for the timed text and for the whole text.
fn peer(tool: &str, paths: &[PathBuf]) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let python = std::env::var_os("STRATAFORM_SQL_PYTHON")
        .map_or_else(|| root.join("target/tools/sql/bin/python"), Into::into);
    let run = Command::new(&python).arg(root.join("benches/sql_peers.py")).arg(tool).args(paths).output();
    let run = run.expect("cargo xtask setup installs the Python of the peers");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8_lossy(&run.stdout).into_owned()
}

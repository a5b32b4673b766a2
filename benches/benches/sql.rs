//! What reading the SQL of 500 tables costs, beside sqlglot and sqlfluff on the same text in the same run.
//!
//!     cargo bench -p strataform-benches --bench sql
//!
//! The text is what `gen` renders for 167 datasets: three tables each, a view and an aggregate, with roles and grants. Ours is
//! parsed, checked as one closed text, and rendered again; sqlglot parses and generates; sqlfluff parses, without the statements of `ASSUMEROLE` and default privileges. CPU time within
//! each process, without its start and its imports; ours is the median of eleven rounds, theirs of three and of one.
#![allow(clippy::expect_used, clippy::print_stdout, missing_docs, reason = "a bench prints")]

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use strataform::diagnostic::SourceFile;
use strataform::{spec, synth};
use strataform_redshift::{Catalog, Strictness, check_with, redshift};

const DATASETS: usize = 167;

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
    let (platform, faults) = spec::read(&SourceFile { path: "platform.toml".into(), text: platform() });
    let platform = platform.unwrap_or_else(|| panic!("{faults:?}"));
    let draft = synth::synth(&platform, &platform.environments[0], &[]).expect("the platform is right");
    let mut text = String::new();
    for planned in &draft.sql {
        let file = draft.files.iter().find(|file| file.path == planned.path).expect("it is rendered");
        text.push_str(&String::from_utf8_lossy(&file.bytes));
    }
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("wide.sql");
    std::fs::write(&path, &text).expect("the text can be written");
    // What sqlfluff cannot read makes it read nothing of what follows.
    let readable = path.with_file_name("wide-readable.sql");
    let script = check_with(&text, &mut Catalog::new(Strictness::Closed));
    let kept = script.statements.iter().map(|statement| &text[statement.span.range()]);
    let kept = kept.filter(|one| !one.contains("ASSUMEROLE") && !one.starts_with("ALTER DEFAULT"));
    let kept: String = kept.flat_map(|one| [one, ";\n"]).collect();
    std::fs::write(&readable, kept).expect("the text can be written");

    let mut rounds: Vec<f64> = (0..11).map(|_| round(&text)).collect();
    rounds.sort_by(f64::total_cmp);
    let ours = rounds[rounds.len() / 2];
    let statements = script.statements.len();
    println!("{} tables, {statements} statements, {} kB\n", 3 * DATASETS, text.len() / 1_000);
    println!("| program | CPU ms | ratio | statements it understood |\n|---|---:|---:|---:|");
    println!("| Strataform: parse, check, render | {:.1} | 1 | {statements} |", ours * 1e3);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let python = std::env::var_os("STRATAFORM_SQL_PYTHON")
        .map_or_else(|| root.join("target/tools/sql/bin/python"), Into::into);
    for tool in ["sqlglot", "sqlfluff"] {
        let file = if tool == "sqlglot" { &path } else { &readable };
        let run = Command::new(&python).arg(root.join("benches/sql_peers.py")).arg(tool).arg(file).output();
        let run = run.expect("cargo xtask setup makes the Python of the peers");
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        let said = String::from_utf8_lossy(&run.stdout);
        let mut words = said.split_whitespace();
        let seconds: f64 = words.next().and_then(|word| word.parse().ok()).expect("the peer prints seconds");
        let (name, understood) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let what = if tool == "sqlglot" { "parse, generate" } else { "parse" };
        println!("| {tool} {name}: {what} | {:.0} | {:.0} | {understood} |", seconds * 1e3, seconds / ours);
    }
}

/// Seconds of one round; one thread, so that they are those of the CPU.
fn round(text: &str) -> f64 {
    let start = Instant::now();
    let script = check_with(text, &mut Catalog::new(Strictness::Closed));
    let rendered: usize = script.statements.iter().map(|statement| redshift(statement).len()).sum();
    let took = start.elapsed().as_secs_f64();
    assert!(script.findings.is_empty() && rendered > 0, "{:?}", script.findings.first());
    took
}

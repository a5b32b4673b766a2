//! The cost of a dashboard with 20 sheets and 300 visuals, compared with cfn-lint on the same template in the same
//! run.
//!
//!     cargo bench -p strataform-benches --bench dashboard
//!
//! Strataform is timed from the platform file on: reading it, building and rendering every stack with all checks, the
//! dashboard checker alone on the rendered template, the page of `gen preview`. CPU time within each process, without
//! startup and imports: for Strataform the mean of twenty rounds, before and after the peer; for cfn-lint the median
//! of three.
#![allow(clippy::expect_used, clippy::print_stdout, missing_docs, reason = "a benchmark prints")]

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use strataform::diagnostic::SourceFile;
use strataform::model::Platform;
use strataform::platform::Context;
use strataform::preview::{self, Rows};
use strataform::{spec, synth};

const SHEETS: usize = 20;
const VISUALS: usize = 15;
const ROUNDS: u32 = 20;

/// The visuals, in rotation: every kind that the blueprints use.
const KINDS: [&str; 8] = [
    "kind = \"kpi\"\nvalue = \"revenue\"\ntrend = \"day\"\n",
    "kind = \"line\"\nx = \"day\"\ny = \"revenue\"\ncolor = \"kind\"\n",
    "kind = \"bar\"\nx = \"country\"\ny = [\"events\", \"each\"]\ndrill = [\"kind\"]\n",
    "kind = \"combo\"\nx = \"day\"\nbars = [\"events\"]\nlines = [\"each\"]\n",
    "kind = \"donut\"\nx = \"kind\"\ny = \"events\"\n",
    "kind = \"table\"\ncolumns = [\"day\", \"kind\", \"country\", \"events\", \"revenue\"]\n",
    "kind = \"pivot\"\nrows = [\"country\"]\ncolumns = [\"kind\"]\nvalues = [\"revenue\", \"each\"]\n",
    "kind = \"heat_map\"\nrows = \"country\"\ncolumns = \"kind\"\nvalue = \"events\"\n",
];

fn text() -> String {
    let mut text = "[platform]\nname = \"wide\"\nowner = \"data\"\nvolume = \"10 GB/day\"\n\
        [environment.dev]\nregion = \"eu-west-1\"\n\
        [dataset.event]\nsource = \"stream\"\nkey = [\"event_id\"]\nevent_time = \"occurred_at\"\n\
        [dataset.event.column]\nevent_id = \"string(36) not null\"\noccurred_at = \"timestamp not null\"\n\
        kind = \"string(20)\"\ncountry = \"string(2)\"\namount = \"decimal(12,2)\"\n\
        [aggregate.daily]\nfrom = \"event\"\n\
        group_by = { day = \"date_trunc('day', occurred_at)\", kind = \"coalesce(kind, '?')\", country = \"coalesce(country, '?')\" }\n\
        measure = { events = \"count(*)\", revenue = \"sum(amount)\" }\n\
        [dashboard.all]\ncontrols = [\"day\", \"kind\", \"country\"]\n\
        [dashboard.all.calculate.daily]\neach = \"sum({revenue}) / sum({events})\"\n"
        .to_owned();
    for sheet in 0..SHEETS {
        let _ = write!(text, "[[dashboard.all.sheet]]\nname = \"sheet_{sheet}\"\n");
        for visual in 0..VISUALS {
            let kind = KINDS[(sheet + visual) % KINDS.len()];
            let _ = write!(text, "[[dashboard.all.sheet.visual]]\ndata = \"daily\"\n{kind}");
        }
    }
    text
}

fn read(text: &str) -> Platform {
    let (platform, faults) = spec::read(&SourceFile { path: "platform.toml".into(), text: text.to_owned() });
    platform.unwrap_or_else(|| panic!("{faults:?}"))
}

fn main() {
    let text = text();
    let platform = read(&text);
    let environment = &platform.environments[0];
    let made = || synth::synth(&platform, environment, &[]).expect("the platform is valid");
    let draft = made();
    let file =
        draft.files.iter().find(|file| file.path == "visualization/template.json").expect("it is rendered");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let path = folder.join("dashboard.json");
    std::fs::write(&path, &file.bytes).expect("the template can be written");
    let template: serde_json::Value = serde_json::from_slice(&file.bytes).expect("a template is JSON");

    let steps: [(&str, &dyn Fn()); 4] = [
        ("read the platform file", &|| drop(read(&text))),
        ("make, check and render every stack", &|| drop(made())),
        ("check the dashboards of the template", &|| {
            assert!(strataform_dashboard::check(&template).is_empty());
        }),
        ("make the page of `gen preview`", &|| {
            let context = Context { platform: &platform, environment };
            let page =
                preview::page(context, &draft, Rows::Sample { seed: 1 }).expect("sample rows need no file");
            assert!(strataform_preview::html(&page).len() > 1_000_000);
        }),
    ];
    let before = steps.map(|(_, step)| rounds(step));
    let output = peer(&path);
    let after = steps.map(|(_, step)| rounds(step));
    let mut words = output.split_whitespace();
    let version = words.next().expect("the peer prints its version");
    let theirs: f64 = words.next().and_then(|word| word.parse().ok()).expect("the peer prints seconds");
    println!(
        "{SHEETS} sheets, {} visuals; a template of {} kB\n",
        SHEETS * VISUALS,
        file.bytes.len() / 1_000
    );
    println!("| program | CPU ms | ratio |\n|---|---:|---:|");
    let mut all = 0.0;
    for (at, (name, _)) in steps.iter().enumerate() {
        let seconds = (before[at] + after[at]) / f64::from(2 * ROUNDS);
        all += if at < 2 { seconds } else { 0.0 };
        println!("| Strataform: {name} | {:.1} | |", seconds * 1e3);
    }
    println!("| Strataform: from the file to a checked template | {:.1} | 1 |", all * 1e3);
    println!("| cfn-lint {version}: check the template | {:.0} | {:.0} |", theirs * 1e3, theirs / all);
}

/// The seconds of all rounds, after one warm-up round.
fn rounds(step: &dyn Fn()) -> f64 {
    step();
    let start = computed();
    for _ in 0..ROUNDS {
        step();
    }
    computed() - start
}

/// CPU seconds of this thread: wall-clock time would include other work on a busy machine.
fn computed() -> f64 {
    let output = std::fs::read_to_string("/proc/thread-self/schedstat")
        .expect("Linux counts the CPU time of a thread");
    let nanoseconds = output.split_whitespace().next().and_then(|word| word.parse::<f64>().ok());
    nanoseconds.expect("the first number is nanoseconds") / 1e9
}

/// The version of cfn-lint, and its CPU seconds.
fn peer(path: &Path) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let python = std::env::var_os("STRATAFORM_PYTHON")
        .map_or_else(|| root.join("target/tools/venv/bin/python"), Into::into);
    let run = Command::new(&python).arg(root.join("benches/dashboard_peer.py")).arg(path).output();
    let run = run.expect("cargo xtask setup installs the Python of the peers");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8_lossy(&run.stdout).into_owned()
}

//! Every command line in the documentation is either run or listed here with the reason why it is not.
//!
//! A transcript on a page is its own snapshot: a copy in an insta file would have to be kept in sync with the page. It
//! is updated like file snapshots, with `INSTA_UPDATE=always`.

#[cfg(feature = "deploy")]
mod first_page;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The first page: all its blocks are typed in order, in one folder.
const FIRST: &str = "README.md";

/// Pages with other command lines, in blocks marked `sh` (each line is listed below, with the reason why it is not run)
/// or `console` (run in order, in their own folder, followed by their output).
const PAGES: [&str; 14] = [
    "CONTRIBUTING.md",
    "benches/README.md",
    "blueprints/README.md",
    "docs/check.md",
    "docs/commands.md",
    "docs/dashboards.md",
    "docs/deploy.md",
    "docs/diff.md",
    "docs/expressions.md",
    "docs/local-aws.md",
    "docs/platform-file.md",
    "docs/sizing.md",
    "docs/smoke.md",
    "docs/sql.md",
];

/// Why a comparison is not run here.
const DIFF: &str = "its sides are made in tests/cli/diff.rs, which runs each of these forms";

/// Command lines that no test here runs, and the reasons.
const NOT_RUN: [(&str, &str); 47] = [
    ("gen check pipeline.yaml --rules policies", "tests/cli/check.rs runs it"),
    ("gen check pipeline.yaml --format sarif > findings.sarif", "tests/cli/check.rs runs each format"),
    ("cargo xtask setup", "fetches the tools that tests need; CI runs it first"),
    ("cargo xtask test", "runs this test"),
    ("cargo xtask ci", "runs this test"),
    ("cargo xtask test --test it deploy::", PART),
    ("cargo xtask test --test it -- --skip deploy:: --skip runs:: --skip glue::", PART),
    ("cargo test --test it spec::", PART),
    ("cargo install --locked cargo-insta@1.49.0", "installs a tool for developers"),
    ("cargo insta review", "is interactive"),
    ("INSTA_UPDATE=always cargo xtask test", "changes what this test compares"),
    ("cargo xtask schemas", "CI runs it with --check"),
    ("cargo xtask codegen", "CI runs it with --check"),
    ("cargo xtask samples", "CI runs it with --check"),
    ("cargo run --release -p strataform-benches --bin ratios", BENCH),
    ("cargo bench -p strataform-benches", BENCH),
    ("cargo xtask setup && python3 benches/peers.py", BENCH),
    ("cargo xtask setup && python3 benches/synth.py", BENCH),
    ("cargo xtask setup && python3 benches/check.py", BENCH),
    ("benches/compile-times.sh", BENCH),
    ("cargo xtask setup && cargo build --release && python3 benches/diff.py", BENCH),
    (EXAMPLE, "the test below runs it"),
    ("git diff", "shows local changes"),
    ("gen diff", DIFF),
    ("gen diff --base main", DIFF),
    ("gen diff v1.4.0 main", DIFF),
    ("gen diff old/generated new/generated", DIFF),
    ("gen diff old.yaml new.yaml", DIFF),
    ("gen diff --deployed --env prod", "needs a deployment; tests/deploy/diff.rs compares with one"),
    ("cargo install --path . --features deploy", BUILDS),
    ("cargo install --locked --path . --features deploy", BUILDS),
    ("cargo install --locked --path crates/warehouse", BUILDS),
    ("cargo build --release --features deploy -p strataform -p strataform-warehouse", BUILDS),
    ("cargo xtask local-aws", "runs until it is stopped; tests/deploy.rs starts the same server"),
    ("cargo xtask local-aws 4600", "runs until it is stopped; tests/deploy.rs starts the same server"),
    ("just local-aws", "runs until it is stopped; tests/deploy.rs starts the same server"),
    ("python3 benches/deploy.py", BENCH),
    ("cargo xtask smoke --local", SMOKE),
    ("cargo xtask smoke --profile sandbox --region eu-west-1", SMOKE),
    ("cargo xtask smoke --profile sandbox --region eu-west-1 --destroy smoke-xkqpwm", SMOKE),
    ("aws ec2 describe-subnets --subnet-ids subnet-… subnet-… subnet-…", "requires an account"),
    (
        "aws redshift-data execute-statement --workgroup-name shop-dev --database analytics --sql 'SELECT * FROM report.daily_sales LIMIT 10'",
        "requires an account",
    ),
    ("export AWS_ENDPOINT_URL=http://127.0.0.1:4566 AWS_DEFAULT_REGION=eu-west-1", CLIENTS),
    ("export AWS_ACCESS_KEY_ID=000000000000 AWS_SECRET_ACCESS_KEY=any", CLIENTS),
    ("gen put event rows.ndjson --env dev", DEPLOYED),
    ("gen run event --env dev", DEPLOYED),
    ("gen query \"SELECT * FROM report.daily_traffic\" --env dev --format csv", DEPLOYED),
];

const PART: &str = "runs a part of the tests that CI runs";

const SMOKE: &str = "builds gen; tests/deploy/smoke.rs runs the program that it starts, from end to end";

const CLIENTS: &str = "sets variables; tests/clients.rs sets the same ones and runs the commands below them";

const BUILDS: &str = "takes minutes to build; CI builds the feature";

const BENCH: &str = "a benchmark; a test that asserts times would fail on a busy machine";

const DEPLOYED: &str = "requires AWS; tests/deploy.rs runs these commands against the local AWS";

const EXAMPLE: &str = "cargo run --release --example pipeline";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The code blocks of a language on a page.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join(page)).unwrap_or_else(|error| panic!("{page}: {error}"));
    let fence = format!("```{language}\n");
    text.split(fence.as_str())
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_command_line_is_run_or_has_a_reason() {
    let mut lines = BTreeSet::new();
    for block in PAGES.iter().flat_map(|page| blocks(page, "sh")) {
        for line in block.lines() {
            let command = line.split('#').next().unwrap_or_default().trim();
            if !command.is_empty() {
                lines.insert(command.to_owned());
            }
        }
    }
    for line in &lines {
        let known = NOT_RUN.iter().any(|(known, _)| known == line);
        assert!(known, "nothing runs `{line}`, which is in the documentation");
    }
    assert!(lines.contains("cargo xtask setup"), "{lines:?}");
}

/// Compares the transcripts with the actual output, in a normalized form.
#[test]
fn every_transcript_matches_the_output_of_its_command() {
    let mut seen = 0;
    for page in PAGES {
        for (at, block) in blocks(page, "console").into_iter().enumerate() {
            let folder = fresh(&format!("{}-{at}", page.replace('/', "-")));
            let printed = transcript(&folder, &block);
            seen += 1;
            if crate::is_update_wanted() && printed != block {
                let path = root().join(page);
                let text = fs::read_to_string(&path).expect("the page exists");
                fs::write(&path, text.replacen(&block, &printed, 1)).expect("the page can be written");
            } else {
                assert_eq!(printed, block, "{page}: INSTA_UPDATE=always writes what is printed");
            }
        }
    }
    assert!(seen >= 3, "{seen} transcripts");
}

/// Runs the lines that begin with `$`, and puts the output below each.
fn transcript(folder: &Path, block: &str) -> String {
    let mut out = String::new();
    for line in block.lines().filter_map(|line| line.strip_prefix("$ ")) {
        let done = command(line).current_dir(folder).output().expect("the command starts");
        out.push_str("$ ");
        out.push_str(line);
        out.push('\n');
        out.push_str(&String::from_utf8_lossy(&done.stdout));
        // Standard error (a duration, say) is not shown, unless the command fails.
        if !done.status.success() {
            out.push_str(&String::from_utf8_lossy(&done.stderr));
        }
    }
    out
}

/// A line of a transcript: `gen`, or what changes the project between two runs of it.
fn command(line: &str) -> Command {
    let mut words = line.split_whitespace();
    let mut command = match words.next() {
        Some("gen") => Command::new(env!("CARGO_BIN_EXE_gen")),
        Some("git" | "sed") => {
            let mut shell = Command::new("sh");
            shell.args(["-c", line]);
            words = "".split_whitespace();
            shell
        }
        _ => panic!("`{line}`: transcripts are of gen, git and sed"),
    };
    command.args(words).env_clear().envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
    let who = [
        ("AUTHOR_NAME", "Ada"),
        ("AUTHOR_EMAIL", "ada@example.com"),
        ("COMMITTER_NAME", "Ada"),
        ("COMMITTER_EMAIL", "ada@example.com"),
    ];
    command.envs(who.map(|(name, value)| (format!("GIT_{name}"), value)));
    command.envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1")]);
    command
}

/// An empty folder.
fn fresh(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("transcripts").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("the folder of an earlier run can be deleted");
    }
    fs::create_dir_all(&folder).expect("a folder can be created");
    folder
}

/// The diagram on the first page is the output of `gen graph`.
#[test]
fn the_diagram_is_drawn_by_gen() {
    let done = Command::new(env!("CARGO_BIN_EXE_gen"))
        .args(["graph", "clickstream", "--env", "prod"])
        .current_dir(root())
        .output()
        .expect("gen starts");
    let path = root().join("docs/images/clickstream.svg");
    if crate::is_update_wanted() {
        fs::write(&path, &done.stdout).expect("the diagram can be written");
    }
    let same = fs::read(&path).expect("the diagram exists") == done.stdout;
    assert!(same, "the diagram is stale: run with INSTA_UPDATE=always, then review it");
}

/// The example prints the template that is committed with this test; review a change of it like code.
#[test]
fn the_example_prints_its_template() {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(EXAMPLE.split(' ').skip(1).filter(|word| *word != "--release"))
        .arg("--quiet")
        .current_dir(root())
        .output()
        .expect("cargo starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let printed = String::from_utf8(output.stdout).expect("a template is UTF-8");
    crate::snapshots("readme").bind(|| insta::assert_snapshot!("pipeline", printed));
    let template = strataform::template::Template::parse(&printed).expect("a rendered template parses");
    assert_eq!(strataform::schema::template(&template), []);
}

#[test]
fn the_example_is_as_short_as_the_first_page_says() {
    let text = fs::read_to_string(root().join("examples/pipeline.rs")).expect("the example exists");
    assert!(text.lines().count() < 80, "{} lines", text.lines().count());
}

//! The command line as users see it: its output, its files and its exit codes.
//!
//! Exit codes, output and messages are snapshots in `tests/cli/`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use insta_cmd::assert_cmd_snapshot;
use tempfile::TempDir;

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    /// A folder with the platform `shop`, made of a blueprint.
    fn with_platform() -> Self {
        let folder = Self::new();
        let made = folder.run(&["new", "shop", "--blueprint", "clickstream"]);
        assert_eq!(made.status.code(), Some(0), "{}", text(&made.stderr));
        folder
    }

    /// The path of a file of the folder.
    fn path(&self, below: &str) -> PathBuf {
        self.0.path().join(below)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gen"));
        command.args(arguments).current_dir(self.0.path()).stdin(Stdio::null()).env("NO_COLOR", "1");
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }
}

impl Folder {
    /// Runs the command in a terminal, and types each answer when its prompt is shown; an empty prompt means at once.
    fn in_terminal(&self, arguments: &[&str], steps: &[(&str, &str)]) -> Output {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/terminal.py");
        let mut terminal = Command::new("python3")
            .arg(script)
            .arg(env!("CARGO_BIN_EXE_gen"))
            .args(arguments)
            .current_dir(self.0.path())
            .env("NO_COLOR", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 starts");
        let steps = serde_json::to_vec(steps).unwrap();
        std::io::Write::write_all(&mut terminal.stdin.take().unwrap(), &steps).unwrap();
        terminal.wait_with_output().unwrap()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Runs a command and compares its exit code and output with `tests/cli/NAME.snap`.
fn assert_snapshot(name: &str, mut command: Command) {
    crate::snapshots("cli").bind(|| assert_cmd_snapshot!(name, command));
}

#[test]
fn help_and_faulty_usage_are_shown() {
    let folder = Folder::new();
    for (name, arguments) in [
        ("help", &["--help"][..]),
        ("help-synth", &["synth", "--help"]),
        ("help-backfill", &["backfill", "--help"]),
        ("no-verb", &[]),
        ("unknown-verb", &["snyth"]),
        ("unknown-blueprint", &["blueprint", "show", "nope"]),
        ("unknown-code", &["explain", "GEN9999"]),
        ("set-without-value", &["new", "shop", "--blueprint", "clickstream", "--set", "owner"]),
    ] {
        assert_snapshot(name, folder.command(arguments));
    }
}

#[test]
fn without_a_platform_the_next_step_is_shown() {
    let folder = Folder::new();
    assert_snapshot("no-platform", folder.command(&["synth"]));
    let synth = folder.run(&["synth"]);
    for verb in ["list", "graph"] {
        assert_eq!(folder.run(&[verb]), synth, "{verb} prints the same");
    }
    let platform = Folder::with_platform();
    assert_snapshot("unknown-platform", platform.command(&["synth", "shpo"]));
    assert_snapshot("unknown-environment", platform.command(&["synth", "--env", "mars"]));
}

#[test]
fn sql_files_are_checked_in_order() {
    let folder = Folder::new();
    fs::write(folder.path("1.sql"), "CREATE TABLE fact (id BIGINT, paid DECIMAL(12,2));\n").unwrap();
    fs::write(
        folder.path("2.sql"),
        "SELECT id, sum(payd) FROM fact;\nGRANT SELECT ON fact TO ROLE reader;\n",
    )
    .unwrap();
    assert_snapshot("check-sql", folder.command(&["check", "sql", "1.sql", "2.sql"]));
    assert_snapshot(
        "check-sql-closed",
        folder.command(&["check", "sql", "--closed", "--format", "json", "1.sql", "2.sql"]),
    );
    assert_snapshot("check-sql-right", folder.command(&["check", "sql", "1.sql"]));
    assert_snapshot("check-sql-nothing", folder.command(&["check", "sql", "3.sql"]));
    assert_snapshot("explain-sql", folder.command(&["explain", "sql0802"]));
    let platform = Folder::with_platform();
    assert_snapshot("check", platform.command(&["check"]));
    assert_snapshot("check-unknown", platform.command(&["check", "shpo"]));
}

#[test]
fn hand_written_sql_is_checked_after_generated_sql() {
    let folder = Folder::with_platform();
    let sql = folder.path("platforms/shop/sql");
    fs::create_dir(&sql).unwrap();
    fs::write(sql.join("README.md"), "Not SQL.").unwrap();
    let view = "-- Who came back.\nCREATE VIEW report.loyal AS\nSELECT visitor_id, COUNT(DISTINCT session_id) AS sessions\n\
                FROM core.event\nGROUP BY visitor_id\nWITH NO SCHEMA BINDING;\n";
    fs::write(sql.join("010_loyal.sql"), view).unwrap();
    let made = folder.run(&["synth", "--env", "dev"]);
    assert_eq!(made.status.code(), Some(0), "{}", text(&made.stderr));
    let assembly = folder.path("generated/shop/dev");
    assert_eq!(fs::read_to_string(assembly.join("aggregation/sql/080_010_loyal.sql")).unwrap(), view);
    let manifest = fs::read_to_string(assembly.join("manifest.json")).unwrap();
    let place =
        |path: &str| manifest.find(&format!("aggregation/sql/{path}")).expect("it is in the manifest");
    assert!(place("040_funnel.sql") < place("080_010_loyal.sql"));
    assert!(place("080_010_loyal.sql") < place("090_grants.sql"));
    // A column that the dataset no longer has, and a table that does not exist.
    let wrong = view.replace("visitor_id", "visitor");
    fs::write(sql.join("010_loyal.sql"), format!("{wrong}DROP TABLE core.event;\n")).unwrap();
    assert_snapshot("own-sql", folder.command(&["synth", "--env", "dev"]));
    assert_eq!(fs::read_to_string(assembly.join("manifest.json")).unwrap(), manifest, "no file was written");
}

#[test]
fn what_redshift_cannot_store_is_rejected_at_its_place() {
    let folder = Folder::with_platform();
    let path = folder.path("platforms/shop/platform.toml");
    let file = fs::read_to_string(&path).unwrap();
    let long = "n".repeat(128);
    let wrong = file
        .replace("revenue = \"sum(amount)\" }", "revenue = \"sum(amuont)\", most = \"sum(device)\" }")
        .replace("page_path   = \"string(500)\"", "page_path   = \"string(70000)\"")
        .replace("attributes  = \"json\"", &format!("attributes  = \"json\"\n{long} = \"integer\""));
    fs::write(&path, wrong).unwrap();
    assert_snapshot("unfit-for-redshift", folder.command(&["synth"]));
    assert!(!folder.path("generated").exists(), "no file is written");
}

#[test]
fn dashboards_from_any_source_are_checked() {
    let folder = Folder::with_platform();
    assert_eq!(folder.run(&["synth", "--env", "dev"]).status.code(), Some(0));
    let path = folder.path("generated/shop/dev/visualization/template.json");
    let template = fs::read_to_string(&path).unwrap();
    fs::write(folder.path("ours.json"), &template).unwrap();
    assert_snapshot("check-dashboard-right", folder.command(&["check", "dashboard", "ours.json"]));
    let wrong = template.replacen("\"ElementId\":\"kpi-session\"", "\"ElementId\":\"kpi-sesion\"", 1);
    assert_ne!(wrong, template);
    let wrong = wrong.replacen("\"SourceFilterId\":\"filter-day\"", "\"SourceFilterId\":\"filter-date\"", 1);
    fs::write(folder.path("theirs.json"), wrong).unwrap();
    assert_snapshot("check-dashboard", folder.command(&["check", "dashboard", "ours.json", "theirs.json"]));
    assert_snapshot(
        "check-dashboard-json",
        folder.command(&["check", "dashboard", "--format", "json", "theirs.json"]),
    );
    let yaml = "Resources:\n  Sales:\n    Type: AWS::QuickSight::DataSet\n    Properties:\n      \
                AwsAccountId: !Ref AWS::AccountId\n      DataSetId: sales\n      Name: sales\n";
    fs::write(folder.path("theirs.yaml"), yaml).unwrap();
    assert_snapshot("check-dashboard-yaml", folder.command(&["check", "dashboard", "theirs.yaml"]));
    fs::write(folder.path("none.json"), "{]").unwrap();
    assert_eq!(folder.run(&["check", "dashboard", "none.json"]).status.code(), Some(1));
    let mut bundle = zip::ZipWriter::new(fs::File::create(folder.path("theirs.qs")).unwrap());
    let options =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    bundle.start_file("dashboard/sales.json", options).unwrap();
    let sheet = r#"{"resourceType": "dashboard", "dashboardId": "sales", "name": "Sales",
        "definition": {"dataSetIdentifierDeclarations": [], "sheets": [{"sheetId": "a b", "name": "S"}]}}"#;
    std::io::Write::write_all(&mut bundle, sheet.as_bytes()).unwrap();
    bundle.finish().unwrap();
    assert_snapshot("check-dashboard-bundle", folder.command(&["check", "dashboard", "theirs.qs"]));
    fs::write(folder.path("none.qs"), "{}").unwrap();
    assert_snapshot("check-dashboard-no-bundle", folder.command(&["check", "dashboard", "none.qs"]));
    assert_snapshot("explain-dashboard", folder.command(&["explain", "QS0108"]));
}

#[test]
fn without_a_server_nothing_is_reported_as_executed() {
    let folder = Folder::with_platform();
    let without = |arguments: &[&str]| {
        let mut command = folder.command(arguments);
        command.env("GEN_PG_BIN", "/nowhere");
        command
    };
    assert_snapshot("check-execute-nowhere", without(&["check", "--execute", "--env", "dev"]));
    assert_snapshot("check-execute-nowhere-json", without(&["check", "--execute", "--format", "json"]));
    assert_snapshot("check-execute-no-folder", without(&["check", "--execute", "--data", "nope"]));
    assert_snapshot("check-execute-usage", folder.command(&["check", "--rows", "5"]));
}

#[test]
fn shipped_sql_runs_on_postgresql() {
    if strataform_postgres::testing::programs().is_none() {
        return;
    }
    let folder = Folder::with_platform();
    assert_snapshot("check-execute", folder.command(&["check", "--execute", "--env", "dev"]));
    // A second run prints the same, and the page shows it.
    let run = folder.run(&["check", "--execute", "--env", "dev"]);
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/commands.md")).unwrap();
    assert!(page.contains(&text(&run.stdout)), "docs/commands.md shows another execution");

    // Only a server finds this; it is reported at its place in a hand-written file.
    let sql = folder.path("platforms/shop/sql");
    fs::create_dir(&sql).unwrap();
    let table = "CREATE TABLE mart.target AS\nSELECT CAST('many' AS INTEGER) AS visitors;\n";
    fs::write(sql.join("010_target.sql"), table).unwrap();
    assert_eq!(folder.run(&["check", "--env", "dev"]).status.code(), Some(0));
    assert_snapshot("check-execute-own", folder.command(&["check", "--execute", "--env", "dev"]));
    fs::remove_file(sql.join("010_target.sql")).unwrap();

    // Files of another dataset.
    fs::create_dir(folder.path("data")).unwrap();
    let column = |name: &str, kind| strataform_rows::Column { name: name.to_owned(), kind, nullable: true };
    let table = strataform_rows::Table {
        columns: vec![column("event_id", strataform_rows::Kind::Integer)],
        values: vec![vec![strataform_rows::Value::Integer(1)]],
    };
    strataform_rows::write(&folder.path("data/event.parquet"), &table).unwrap();
    let run = folder.run(&["check", "--execute", "--env", "dev", "--data", "data"]);
    let printed = text(&run.stderr);
    assert!(printed.contains("error[GEN0954]: the files of `event` do not match its load"), "{printed}");
    assert!(printed.contains("the file has 1 columns, but the table has 17"), "{printed}");
    fs::remove_file(folder.path("data/event.parquet")).unwrap();
    let run = folder.run(&["check", "--execute", "--env", "dev", "--data", "data"]);
    assert!(text(&run.stdout).contains("core.event: no files"), "{}", text(&run.stdout));
}

/// `gen backfill` as of a fixed hour, so that its output never changes.
fn backfill<'a>(more: &[&'a str]) -> Vec<&'a str> {
    ["backfill", "event", "--as-of", "2026-03-31T10"].into_iter().chain(more.iter().copied()).collect()
}

#[test]
fn an_invalid_backfill_says_why_and_what_is_possible() {
    let folder = Folder::with_platform();
    let (from, to) = (["--from", "2026-03-30"], ["--to", "2026-03-31"]);
    for (name, arguments) in [
        (
            "backfill-dataset",
            vec![
                "backfill",
                "evnet",
                "--from",
                "2026-03-30",
                "--to",
                "2099-01-01",
                "--as-of",
                "2026-03-31T10",
            ],
        ),
        ("backfill-environment", backfill(&[from[0], from[1], to[0], to[1], "--env", "pord"])),
        (
            "backfill-everything",
            backfill(&["--from", "2020-01-01", "--to", "2026-04-01T05:00Z", "--env", "prod"]),
        ),
        ("backfill-empty", backfill(&[from[0], from[1], to[0], "2026-03-30T00"])),
        ("backfill-no-time", backfill(&["--from", "2026-03-30T05:00+02:00", to[0], to[1]])),
        ("backfill-no-day", backfill(&[from[0], from[1], to[0], "2026-02-29"])),
        ("backfill-half", backfill(&from)),
        ("backfill-attempt", backfill(&[from[0], from[1], to[0], to[1], "--attempt", "0"])),
    ] {
        assert_snapshot(name, folder.command(&arguments));
    }
    let other = folder.run(&["new", "other", "--blueprint", "clickstream"]);
    assert_eq!(other.status.code(), Some(0));
    assert_snapshot("backfill-platforms", folder.command(&backfill(&[from[0], from[1], to[0], to[1]])));
    let chosen = folder.command(&backfill(&[from[0], from[1], to[0], to[1], "--platform", "other"]));
    assert_snapshot("backfill-chosen", chosen);
}

/// Without `--as-of`, the clock decides: a window that ends an hour ago is valid, one that ends tomorrow is not.
#[test]
fn a_backfill_uses_the_clock() {
    let folder = Folder::with_platform();
    let refused = folder.run(&["backfill", "event", "--from", "2020-01-01", "--to", "2020-01-02"]);
    assert_eq!(refused.status.code(), Some(2));
    let help = text(&refused.stderr);
    let oldest = help.split("use `--from ").nth(1).expect("an hour").split('`').next().expect("an hour");
    let refused = folder.run(&["backfill", "event", "--from", oldest, "--to", "2999-01-01"]);
    let help = text(&refused.stderr);
    let over = help.split("use `--to ").nth(1).expect("an hour").split('`').next().expect("an hour");
    let planned = folder.run(&["backfill", "event", "--from", &over[..10], "--to", over]);
    // At midnight, no hour of the day is complete.
    assert_eq!(
        planned.status.code(),
        Some(if over.ends_with("T00") { 2 } else { 0 }),
        "{}",
        text(&planned.stderr)
    );
}

#[test]
fn a_platform_with_errors_has_no_backfill() {
    let folder = Folder::with_platform();
    fs::write(folder.path("platforms/shop/platform.toml"), "[platform\n").unwrap();
    let arguments = backfill(&["--from", "2026-03-30", "--to", "2026-03-31", "--format", "json"]);
    let done = folder.run(&arguments);
    assert_eq!(done.status.code(), Some(1));
    let document: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(document["plan"], serde_json::Value::Null);
    assert_eq!(document["diagnostics"][0]["code"], "GEN0101");
}

#[test]
fn a_new_platform_has_its_values_and_is_never_overwritten() {
    let folder = Folder::new();
    let arguments = ["new", "web", "--blueprint", "clickstream", "--set", "owner=web-team"];
    let made = folder.run(&arguments);
    assert_eq!(made.status.code(), Some(0), "{}", text(&made.stderr));
    let file = folder.path("platforms/web/platform.toml");
    let platform = fs::read_to_string(&file).unwrap();
    assert!(platform.contains("\"web-team\"") && platform.contains("\"web\""));
    for path in text(&made.stdout).lines() {
        assert!(folder.path(path).is_file(), "{path}");
    }
    fs::write(&file, "mine").unwrap();
    assert_snapshot("new-again", folder.command(&arguments));
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
    assert_snapshot(
        "new-faulty",
        folder.command(&["new", "Web Shop", "--blueprint", "clickstream", "--set", "a=b"]),
    );
    assert_eq!(fs::read_dir(folder.path("platforms")).unwrap().count(), 1);
}

#[test]
fn an_invalid_answer_is_asked_again_at_once() {
    let folder = Folder::new();
    let steps = [
        ("blueprint [1-3]: ", "nine"),
        ("blueprint [1-3]: ", "3"),
        ("name of the platform: ", "Web Shop"),
        ("name of the platform: ", "shop"),
        ("owner [", "team\u{e9}#"),
        ("owner [", "sales-data"),
        ("volume [", "1 TB"),
        ("volume [", "2 GB/day"),
        ("region [", "mars"),
        ("region [", "eu-west-1"),
        ("email [", ""),
        ("late [", ""),
    ];
    let made = folder.in_terminal(&["new"], &steps);
    let shown = text(&made.stdout);
    assert_eq!(made.status.code(), Some(0), "{shown}");
    for message in [
        "  3  retail-orders",
        "invalid choice `nine`",
        "invalid platform name `Web Shop`",
        "invalid value `1 TB` for `volume`",
        "invalid value `mars` for `region`",
    ] {
        assert_eq!(shown.matches(message).count(), 1, "`{message}` is printed once:\n{shown}");
    }
    assert!(!shown.contains("platform.toml:"), "a message points into a file that does not exist:\n{shown}");
    let platform = fs::read_to_string(folder.path("platforms/shop/platform.toml")).unwrap();
    assert!(platform.contains("\"sales-data\"") && platform.contains("\"2 GB/day\""), "{platform}");
    assert_eq!(folder.run(&["check"]).status.code(), Some(0));
}

#[test]
fn an_invalid_value_is_reported_once_and_against_its_option() {
    let folder = Folder::new();
    let arguments = ["new", "shop", "--blueprint", "retail-orders", "--set", "region=mars"];
    let refused = folder.run(&arguments);
    assert_eq!(refused.status.code(), Some(1));
    let printed = text(&refused.stderr);
    assert_eq!(printed.matches("error").count(), 1, "{printed}");
    assert!(
        printed.contains("invalid value `mars` for `region`") && !printed.contains("platform.toml"),
        "{printed}"
    );
    assert!(!folder.path("platforms").exists());
    // Without a terminal, there is no prompt.
    assert_eq!(folder.run(&["new"]).status.code(), Some(2));
    assert_eq!(folder.run(&["new", "--blueprint", "clickstream"]).status.code(), Some(2));
}

#[test]
fn synth_writes_once_and_check_sees_what_is_stale() {
    let folder = Folder::with_platform();
    let before = folder.run(&["synth", "--check"]);
    assert_eq!(before.status.code(), Some(1));
    assert!(!folder.path("generated").exists());
    assert_eq!(folder.run(&["synth"]).status.code(), Some(0));
    let manifest = folder.path("generated/shop/dev/manifest.json");
    let time = fs::metadata(&manifest).unwrap().modified().unwrap();
    let again = folder.run(&["synth"]);
    assert!(text(&again.stdout).lines().all(|line| line.ends_with(": unchanged")), "{}", text(&again.stdout));
    assert_eq!(fs::metadata(&manifest).unwrap().modified().unwrap(), time);
    assert_eq!(folder.run(&["synth", "--check"]).status.code(), Some(0));
    fs::write(&manifest, "{}").unwrap();
    let stale = folder.run(&["synth", "--check"]);
    assert_eq!(stale.status.code(), Some(1));
    assert!(text(&stale.stdout).contains("changed  manifest.json"));
}

#[test]
fn the_lock_file_is_extended_by_synth_and_only_by_synth() {
    let folder = Folder::with_platform();
    let (file, lock) =
        (folder.path("platforms/shop/platform.toml"), folder.path("platforms/shop/platform.lock"));
    let ends = |arguments: &[&str], code: i32, says: &str| {
        let done = folder.run(arguments);
        let printed = format!("{}{}", text(&done.stdout), text(&done.stderr));
        assert_eq!(done.status.code(), Some(code), "{printed}");
        assert!(printed.contains(says), "`{says}` is not in {printed}");
    };
    ends(&["check"], 0, "no errors");
    assert!(!lock.exists(), "`check` writes nothing");
    ends(&["synth", "--check"], 1, "GEN0366");
    assert!(!lock.exists(), "`synth --check` writes nothing");
    ends(&["synth"], 0, "");
    let first = fs::read_to_string(&lock).unwrap();
    assert!(first.contains("{ number = 1, name = \"event_id\", type = \"string(36)\" },\n"), "{first}");
    ends(&["synth", "--check"], 0, "");

    // A new column.
    let platform = fs::read_to_string(&file).unwrap();
    let header = "[dataset.event.column]\n";
    fs::write(&file, platform.replace(header, &format!("{header}extra = \"integer\"\n"))).unwrap();
    ends(&["synth", "--check", "--format", "json"], 1, "GEN0366");
    ends(&["synth"], 0, "");
    let second = fs::read_to_string(&lock).unwrap();
    let line = second.lines().find(|line| line.contains("\"extra\"")).expect("it has a number");
    assert!(!first.contains(line.split(',').next().unwrap()), "the number is a new one: {line}");

    // Without it, its number stays; a merge of two branches must be resolved.
    fs::write(&file, &platform).unwrap();
    ends(&["synth"], 0, "");
    let third = fs::read_to_string(&lock).unwrap();
    assert_eq!(third, second.replace(line, &line.replace(" }", ", removed = true }")));
    fs::write(&lock, second.replace(line, &format!("<<<<<<< HEAD\n{line}\n=======\n>>>>>>> other"))).unwrap();
    ends(&["synth"], 1, "platform.lock");
    ends(&["check"], 1, "GEN0361");
    fs::write(&lock, second.replace(line, &format!("{line}\n{}", line.replace("extra", "other")))).unwrap();
    ends(&["synth"], 1, "GEN0362");
}

#[test]
fn nothing_is_written_if_any_platform_is_invalid_and_all_errors_are_reported() {
    let folder = Folder::with_platform();
    for name in ["one", "two"] {
        fs::create_dir_all(folder.path("platforms").join(name)).unwrap();
        fs::write(folder.path("platforms").join(name).join("platform.toml"), "[platform\n").unwrap();
    }
    let human = folder.run(&["synth"]);
    assert_eq!(human.status.code(), Some(1));
    let printed = text(&human.stderr);
    assert!(
        printed.contains("platforms/one/platform.toml") && printed.contains("platforms/two/platform.toml"),
        "{printed}"
    );
    assert!(human.stdout.is_empty() && !folder.path("generated").exists());
    let json = folder.run(&["synth", "--format", "json"]);
    assert_eq!(json.status.code(), Some(1));
    let document: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    let faults = document["diagnostics"].as_array().unwrap();
    let files: Vec<&str> = faults.iter().map(|fault| fault["file"].as_str().unwrap()).collect();
    assert!(files.contains(&"platforms/one/platform.toml") && files.contains(&"platforms/two/platform.toml"));
    assert_eq!(faults[0]["severity"], "error");
    assert_eq!(faults[0]["line"], 1);
    assert!(document["results"].as_array().unwrap().is_empty());
}

#[test]
fn duplicate_platform_names_are_rejected() {
    let folder = Folder::with_platform();
    fs::create_dir_all(folder.path("platforms/other")).unwrap();
    fs::copy(folder.path("platforms/shop/platform.toml"), folder.path("platforms/other/platform.toml"))
        .unwrap();
    let refused = folder.run(&["synth"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("GEN0901"), "{}", text(&refused.stderr));
    assert_eq!(folder.run(&["synth", "platforms/other"]).status.code(), Some(0));
}

#[test]
fn json_output_is_one_document_without_colors() {
    let folder = Folder::with_platform();
    for arguments in [&["synth", "--format", "json"][..], &["list", "--format", "json"], &["schema"]] {
        let output = folder.run(arguments);
        assert_eq!(output.status.code(), Some(0));
        let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert!(document.is_object());
    }
    let output = folder.command(&["synth"]).env_remove("NO_COLOR").output().unwrap();
    assert!(!output.stdout.contains(&0x1b) && !output.stderr.contains(&0x1b));
}

#[test]
fn graphs_completions_and_pages_are_written() {
    let folder = Folder::with_platform();
    assert!(text(&folder.run(&["graph"]).stdout).starts_with("<svg "));
    assert!(text(&folder.run(&["graph", "shop", "--format", "mermaid"]).stdout).starts_with("flowchart LR"));
    assert_eq!(folder.run(&["graph", "-o", "a.svg"]).status.code(), Some(0));
    assert_eq!(fs::read(folder.path("a.svg")).unwrap(), folder.run(&["graph"]).stdout);
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(text(&folder.run(&["completions", shell]).stdout).contains("synth"), "{shell}");
    }
    assert_eq!(folder.run(&["man", "--out", "man"]).status.code(), Some(0));
    assert!(folder.path("man/gen-synth.1").is_file());
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_ends_quietly() {
    let folder = Folder::with_platform();
    let mut child = folder.command(&["graph"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
}

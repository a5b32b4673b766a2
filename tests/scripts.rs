//! Linters of the emitted scripts: a linter, a formatter, a type checker, an
//! analysis of the data flow into SQL and out of secrets, and Spark. None may find anything.
//!
//! Each linter also gets invalid input, to prove that it finds errors.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use crate::tool::{spark, tool};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn fixture(name: &str) -> PathBuf {
    root().join("tests/scripts").join(name)
}

fn synth(project: &Path, out: &Path) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gen"));
    let done = command.current_dir(project).args(["synth", "--out"]).arg(out).output().expect("gen starts");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

/// An empty folder of one test.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("scripts").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// The assemblies of all blueprints, and of a platform with every kind of dataset and with hostile texts.
fn assemblies(name: &str) -> PathBuf {
    let folder = folder(name);
    let out = folder.join("generated");
    synth(&root(), &out);
    fs::copy(fixture("platform.toml"), folder.join("platform.toml")).unwrap();
    synth(&folder, &out);
    out
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "py") {
            found.push(path);
        }
    }
}

/// Each distinct emitted script once, in one folder, with a name that shows where it comes from.
fn scripts(name: &str) -> Vec<PathBuf> {
    let out = assemblies(name);
    let mut paths = Vec::new();
    walk(&out, &mut paths);
    let mut by_text = BTreeMap::new();
    for path in paths {
        let name = path.strip_prefix(&out).unwrap().to_string_lossy().replace(['/', '-'], "_");
        by_text.entry(fs::read_to_string(&path).unwrap()).or_insert(name);
    }
    let flat = out.with_file_name("flat");
    fs::create_dir_all(&flat).unwrap();
    let write = |(text, name): (String, String)| {
        let path = flat.join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let scripts: Vec<_> = by_text.into_iter().map(write).collect();
    assert!(scripts.len() >= 14, "{} scripts", scripts.len());
    scripts
}

/// A script with an error.
fn wrong(name: &str, text: &str) -> PathBuf {
    let path = folder(name).join("wrong.py");
    fs::write(&path, text).unwrap();
    path
}

/// Runs one of our scripts in a Python that writes no bytecode.
fn run(python: impl AsRef<OsStr>, script: &str) -> Command {
    let mut command = Command::new(python);
    command.arg("-B").arg(fixture(script)).current_dir(env!("CARGO_TARGET_TMPDIR"));
    command
}

fn printed(output: &Output) -> String {
    let both = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    String::from_utf8(both).expect("a linter prints UTF-8")
}

fn linter(module: &str) -> Option<Command> {
    let mut command = Command::new(tool("STRATAFORM_LINTERS_PYTHON")?);
    command.args(["-m", module]);
    Some(command)
}

fn ruff(verb: &[&str], scripts: &[PathBuf]) -> Option<Output> {
    let mut ruff = linter("ruff")?;
    ruff.args(verb).args(["--no-cache", "--config"]).arg(fixture("ruff.toml")).args(scripts);
    Some(ruff.output().expect("ruff starts"))
}

/// What distinguishes the code of scripts: the table format, dumps, and records that delete rows.
fn shape(text: &str) -> [bool; 3] {
    ["\ndef open_table(", "\ndef process_dump(", "\nDELETE: str | None = \""].map(|part| text.contains(part))
}

#[test]
fn a_script_has_only_the_code_of_its_dataset_and_every_shape_is_checked() {
    let mut shapes = BTreeSet::new();
    for path in scripts("shapes") {
        let text = fs::read_to_string(&path).unwrap();
        let [is_iceberg, has_dumps, _] = shape(&text);
        for (word, is_used) in [
            ("ICEBERG_", is_iceberg),
            ("Py4JError", is_iceberg),
            ("Dumped", has_dumps),
            ("MAX_DELETED", has_dumps),
        ] {
            assert_eq!(text.contains(word), is_used, "{}: {word}", path.display());
        }
        let words: Vec<&str> = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
        for line in text.lines().filter(|line| line.starts_with("def ") || line.starts_with("class ")) {
            let name = line.split([' ', '(', ':']).nth(1).expect("a name");
            let uses = words.iter().filter(|word| **word == name).count();
            assert!(uses > 1, "{}: nothing uses {name}", path.display());
        }
        shapes.insert(shape(&text));
    }
    // Records that delete rows, and dumps, exclude each other.
    let all = [false, true].into_iter().flat_map(|is_iceberg| {
        [[false, false], [true, false], [false, true]].map(|[dumps, deletes]| [is_iceberg, dumps, deletes])
    });
    assert_eq!(shapes, all.collect());
}

#[test]
fn ruff_finds_nothing() {
    // Comments in a script cannot suppress a finding.
    let check = ["check", "--ignore-noqa", "--output-format", "concise"];
    let Some(output) = ruff(&check, &scripts("ruff")) else { return };
    assert!(output.status.success(), "{}", printed(&output));
    let fault = "\"\"\"Says what it does.\"\"\"\n\nimport os  # noqa\n";
    let found = ruff(&check, &[wrong("ruff-wrong", fault)]).unwrap();
    assert!(found.status.code() == Some(1) && printed(&found).contains("F401"), "{}", printed(&found));
}

/// Removes the rendered constants from a script: their line lengths depend on the platform file, and the formatter
/// breaks lines by length.
fn without_constants(path: &Path) {
    let text = fs::read_to_string(path).unwrap();
    let rendered = rendered(&text);
    let kept = text.lines().enumerate().filter(|(at, _)| !rendered.contains(at)).map(|(_, line)| line);
    fs::write(path, kept.collect::<Vec<_>>().join("\n") + "\n").unwrap();
}

#[test]
fn ruff_formats_nothing() {
    let scripts = scripts("format");
    for path in &scripts {
        without_constants(path);
    }
    let Some(output) = ruff(&["format", "--diff"], &scripts) else { return };
    assert!(output.status.success(), "{}", printed(&output));
    let found = ruff(&["format", "--diff"], &[wrong("format-wrong", "A = {  }\n")]).unwrap();
    assert!(found.status.code() == Some(1) && printed(&found).contains("+A = {}"), "{}", printed(&found));
}

/// The lines of the constants that are rendered from the platform file.
fn rendered(text: &str) -> std::ops::Range<usize> {
    let place = |start: &str| text.lines().position(|line| line.starts_with(start)).expect("a separator");
    place("# ---- Rendered from") + 1..place("# ---- The same for")
}

/// The numbers of lines that are too long, except for rendered constants.
fn long_lines(text: &str) -> Vec<usize> {
    let rendered = rendered(text);
    let long =
        text.lines().enumerate().filter(|(at, line)| !rendered.contains(at) && line.chars().count() > 110);
    long.map(|(at, _)| at + 1).collect()
}

#[test]
fn lines_outside_of_rendered_constants_are_short() {
    for path in scripts("lines") {
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(long_lines(&text), Vec::<usize>::new(), "{}", path.display());
    }
    let long = "x".repeat(111);
    let text = format!("{long}\n# ---- Rendered from\n{long}\n# ---- The same for\n\n{long}\n");
    assert_eq!(long_lines(&text), [1, 6]);
}

fn mypy(name: &str, scripts: &[PathBuf]) -> Option<Output> {
    let (mut mypy, spark) = (linter("mypy")?, tool("STRATAFORM_SPARK_PYTHON")?);
    let cache = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("scripts").join(name);
    // The types of PySpark are its own, in the version that Glue has.
    mypy.args(["--strict", "--warn-unreachable", "--extra-checks", "--python-version", "3.11"]);
    mypy.args(["--config-file=", "--python-executable"]).arg(spark).arg("--cache-dir").arg(cache);
    Some(mypy.args(scripts).output().expect("mypy starts"))
}

#[test]
fn mypy_finds_nothing() {
    let scripts = scripts("mypy");
    let Some(output) = mypy("mypy-cache", &scripts) else { return };
    assert!(output.status.success(), "{}", printed(&output));
    assert!(printed(&output).contains(&format!("in {} source files", scripts.len())), "{}", printed(&output));
    let fault = "from pyspark.sql import DataFrame\n\n\ndef wrong(rows: DataFrame) -> int:\n    return rows.limit(\"1\")\n";
    let found = mypy("mypy-cache", &[wrong("mypy-wrong", fault)]).unwrap();
    assert!(
        found.status.code() == Some(1) && printed(&found).contains("Found 2 errors"),
        "{}",
        printed(&found)
    );
}

/// Runs ruff and mypy on Python of ours in a folder, with the settings of the local AWS. Type information for imports
/// comes from the environment that the variable names.
fn lint(folder: &str, environment: &str, types: &str, checked: &[&str]) {
    let (Some(mut ruff), Some(mut format), Some(mut mypy)) = (linter("ruff"), linter("ruff"), linter("mypy"))
    else {
        return;
    };
    let Some(python) = tool(environment) else { return };
    let rules = root().join("tests/local-aws/ruff.toml");
    ruff.args(["check", "--no-cache", "--output-format", "concise", "--config"]).arg(&rules).arg(".");
    format.args(["format", "--no-cache", "--check", "--config"]).arg(&rules).arg(".");
    let cache = self::folder(&folder.replace('/', "-"));
    mypy.arg("--config-file").arg(root().join(types)).arg("--cache-dir").arg(cache);
    mypy.arg("--python-executable").arg(python).args(checked);
    for mut linter in [ruff, format, mypy] {
        let output = linter.current_dir(root().join(folder)).output().expect("a linter starts");
        assert!(output.status.success(), "{}", printed(&output));
    }
}

#[test]
fn linters_find_nothing_in_the_local_aws() {
    let checked = ["strataform_local", "look.py"];
    lint("tests/local-aws", "STRATAFORM_LOCAL_PYTHON", "tests/local-aws/mypy.ini", &checked);
}

#[test]
fn linters_find_nothing_in_the_scripts_for_clients() {
    lint("tests/clients", "STRATAFORM_CLIENTS_PYTHON", "tests/clients/mypy.ini", &["."]);
}

#[test]
fn linters_find_nothing_in_the_smoke_test() {
    lint("tools/smoke", "STRATAFORM_LOCAL_PYTHON", "tests/local-aws/mypy.ini", &["smoke"]);
}

#[test]
fn no_data_flows_into_sql_and_no_secret_out() {
    let scripts = scripts("flows");
    // The script first checks itself with valid and invalid examples, and fails if it is wrong.
    let output = run("python3", "flows.py").args(&scripts).output().expect("python3 starts");
    assert!(output.status.success(), "{}", printed(&output));
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(report["findings"], Value::Array(Vec::new()));
    let (sql, key, scripts) = (report["sql"].as_u64(), report["key"].as_u64(), scripts.len() as u64);
    // The same in every script, regardless of the dataset.
    assert!(sql >= Some(15 * scripts) && key >= Some(3 * scripts), "{report}");
    let fault = "def f(spark, x):\n    return spark.sql(f\"select {x}\")\n";
    let found = run("python3", "flows.py").arg(wrong("flows-wrong", fault)).output().unwrap();
    assert!(printed(&found).contains("is read as SQL"), "{}", printed(&found));
}

#[test]
fn runs_fail_for_expectations_as_documented() {
    let scripts = scripts("thresholds");
    let Some(spark) = spark() else { return };
    // This part is the same in every script with dumps, and in every one without.
    for dumps in ["DUMPS: bool = True", "DUMPS: bool = False"] {
        let script = scripts.iter().find(|path| fs::read_to_string(path).unwrap().contains(dumps));
        let output = run(&spark.python, "thresholds.py").arg(script.expect(dumps)).output();
        let output = output.expect("the Python starts");
        assert!(output.status.success(), "{}", printed(&output));
        assert!(
            printed(&output).contains("13008 runs fail, 7152 do not; 4024 shares"),
            "{}",
            printed(&output)
        );
    }
}

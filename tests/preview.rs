//! `gen preview` in a real browser: nothing is blank, nothing is fetched, and what a filter leaves is what DuckDB says.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::tool::tool;

/// The browser; a test without one fails where CI runs.
fn browser() -> Option<PathBuf> {
    let named = std::env::var_os("GEN_BROWSER").map(PathBuf::from);
    let path = named.unwrap_or_else(|| PathBuf::from("/usr/bin/chromium"));
    if path.is_file() {
        return Some(path);
    }
    assert!(std::env::var_os("CI").is_none(), "there is no Chromium: install the Debian package `chromium`");
    eprintln!("not run: there is no Chromium; install it, or name a browser in GEN_BROWSER");
    None
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("preview").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_gen")).args(arguments).current_dir(folder).output().expect("gen starts")
}

fn said(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What the browser saw of pages.
fn seen(pictures: &Path, pages: &[PathBuf]) -> Option<Vec<Value>> {
    let modules = tool("STRATAFORM_NODE_MODULES")?;
    let browser = browser()?;
    let mut driver = Command::new("node");
    driver.arg(root().join("tests/preview/browser.js")).arg(pictures).args(pages);
    let output = driver.env("STRATAFORM_NODE_MODULES", modules).env("GEN_BROWSER", browser).output().unwrap();
    Some(serde_json::from_str(&said(&output)).expect("the driver prints JSON"))
}

/// That nothing is blank or broken on any sheet of any page, at any width, in any shade.
fn whole(pages: &[Value]) {
    for page in pages {
        assert_eq!(page["console"], json!([]), "{}", page["page"]);
        assert_eq!(page["requests"], json!([]), "{}", page["page"]);
        let sheets = page["sheets"].as_array().unwrap();
        assert!(sheets.len() >= 4, "{page}");
        for sheet in sheets {
            assert_eq!(
                (&sheet["wrong"], &sheet["errors"]),
                (&json!([]), &json!([])),
                "{}: {sheet}",
                page["page"]
            );
            assert!(sheet["tiles"].as_u64().unwrap() >= 2, "{sheet}");
        }
        let shades = |dark: bool| {
            let of = sheets.iter().filter(move |sheet| sheet["dark"] == dark);
            of.map(|sheet| sheet["shade"].as_str().unwrap()).collect::<std::collections::BTreeSet<_>>()
        };
        assert!(shades(true).is_disjoint(&shades(false)), "{page}");
    }
}

/// Pictures are left in `target/tmp/preview/shipped`, for people to look at.
#[test]
fn every_blueprint_is_drawn_whole_wide_and_narrow_light_and_dark() {
    let folder = folder("shipped");
    let mut pages = Vec::new();
    for name in ["clickstream", "iot-telemetry", "retail-orders"] {
        let page = folder.join(format!("{name}.html"));
        said(&run(root(), &["preview", name, "--out", page.to_str().unwrap()]));
        pages.push(page);
    }
    let project = folder.join("every");
    fs::create_dir_all(&project).unwrap();
    fs::copy(root().join("tests/spec/valid/every_key.toml"), project.join("platform.toml")).unwrap();
    said(&run(&project, &["preview"]));
    pages.push(project.join("preview/shop-dev.html"));
    let Some(seen) = seen(&folder, &pages) else { return };
    assert_eq!(seen.len(), 4);
    whole(&seen[..3]);
    // A theme that is dark as it is has no other shade; and nothing is drawn that no row passes.
    let every = &seen[3];
    assert_eq!((&every["console"], &every["requests"]), (&json!([]), &json!([])));
    for sheet in every["sheets"].as_array().unwrap() {
        assert_eq!((&sheet["wrong"], &sheet["errors"]), (&json!([]), &json!([])), "{sheet}");
    }
    let pictures = fs::read_dir(&folder).unwrap().filter_map(Result::ok);
    let sizes: Vec<u64> = pictures
        .filter(|entry| entry.path().extension().is_some_and(|ending| ending == "png"))
        .map(|entry| entry.metadata().unwrap().len())
        .collect();
    assert!(sizes.len() >= 28 && sizes.iter().all(|size| *size > 10_000), "{sizes:?}");
}

/// A table of figures without an order, numbers rounded to what a page may lose.
fn unordered(rows: &Value) -> Vec<String> {
    let mut lines: Vec<String> = rows
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| {
            let cells = row.as_array().expect("a row").iter().map(|cell| match cell.as_f64() {
                Some(number) => format!("{number:.6}"),
                None => cell.to_string(),
            });
            cells.collect::<Vec<_>>().join(" ")
        })
        .collect();
    lines.sort();
    lines
}

#[test]
fn what_a_filter_leaves_is_what_an_independent_query_gives() {
    let (Some(duck), true) = (tool("STRATAFORM_SQL_PYTHON"), browser().is_some()) else { return };
    let folder = folder("filtered");
    let data = folder.join("data");
    fs::create_dir_all(&data).unwrap();
    let expected = Command::new(duck).arg(root().join("tests/preview/duck.py")).arg(&data).output().unwrap();
    let expected: BTreeMap<String, Value> = serde_json::from_str(&said(&expected)).unwrap();
    let page = folder.join("clickstream.html");
    let arguments =
        ["preview", "clickstream", "--data", data.to_str().unwrap(), "--out", page.to_str().unwrap()];
    said(&run(root(), &arguments));
    let text = fs::read_to_string(&page).unwrap();
    assert!(text.contains("Local preview with rows of") && !text.contains("with sample rows"));
    let traffic = json!(["overview", "sheet-traffic"]);
    let control = |column: &str| format!("control-{column}-sheet-traffic");
    let step = |name: &str, visual: &str, set: Value| json!({"name": name, "sheet": traffic, "visual": visual, "set": set});
    let donut = "donut-daily-traffic";
    let steps = json!([
        step("devices", donut, json!([])),
        step("devices of DE", donut, json!([[control("country"), ["DE"]]])),
        step("all days", donut, json!([[control("day"), "ALL"]])),
        step("revenue of two countries", "bar-daily-traffic", json!([[control("country"), ["FR", "it's"]]])),
        step("conversion", "kpi-daily-traffic-3", json!([[control("country"), ["DE"]], [control("device"), ["mobile"]]])),
        step("page views", "combo-daily-traffic", json!([[control("country"), ["FR"]]])),
        {"name": "one country divided", "sheet": traffic, "visual": "bar-daily-traffic", "set": [], "drill": [["bar-daily-traffic", "FR"]]},
        {"name": "funnel", "sheet": ["overview", "sheet-sessions"], "visual": "funnel-funnel", "set": []},
    ]);
    fs::write(folder.join("clickstream.steps.json"), steps.to_string()).unwrap();
    let Some(seen) = seen(&folder, &[page]) else { return };
    whole(&seen);
    let figures = seen[0]["figures"].as_array().unwrap();
    assert_eq!(figures.len(), expected.len());
    for found in figures {
        let name = found["step"].as_str().unwrap();
        let mut rows = found["rows"].clone();
        if name == "conversion" {
            // The number of a KPI with a trend is that of its newest day.
            let last = rows.as_array().unwrap().last().unwrap().as_array().unwrap().last().unwrap().clone();
            rows = json!([[last]]);
        }
        assert_eq!(unordered(&rows), unordered(&expected[name]), "{name}: {found}");
    }
    let of = |name: &str| unordered(&expected[name]);
    assert_ne!(of("devices"), of("devices of DE"), "a filter that changes nothing proves nothing");
    assert_ne!(of("devices"), of("all days"));
}

#[test]
fn rows_that_are_missing_or_wrong_are_told_and_no_page_is_written() {
    let folder = folder("wrong");
    let data = folder.join("data");
    fs::create_dir_all(&data).unwrap();
    fs::write(
        data.join("daily_traffic.csv"),
        "day,country,device,visitors,sesions\n2026-01-01,DE,mobile,1,2\n",
    )
    .unwrap();
    let head = "day,step,step_number,sessions\n";
    fs::write(data.join("funnel.csv"), format!("{head}2026-01-01,search,1,10\n2026-01-01,search,two,10\n"))
        .unwrap();
    let page = folder.join("page.html");
    let output = run(
        root(),
        &["preview", "clickstream", "--data", data.to_str().unwrap(), "--out", page.to_str().unwrap()],
    );
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr);
    for wanted in [
        "GEN0962",
        "there is no column `sessions`",
        "did you mean `sesions`?",
        "row 2: `step_number` is `two`, and no whole number",
        "GEN0961",
        "has no rows of `session`",
        "session.parquet or session.csv",
    ] {
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
    assert!(!page.exists());
    let nowhere = run(root(), &["preview", "clickstream", "--data", "nowhere"]);
    assert_eq!(nowhere.status.code(), Some(1));
    let several = run(root(), &["preview"]);
    assert_eq!(several.status.code(), Some(2), "{}", String::from_utf8_lossy(&several.stderr));
}

#[test]
fn a_picture_is_taken_or_it_is_said_that_there_is_no_browser() {
    let folder = folder("picture");
    fs::copy(root().join("blueprints/clickstream/platform.toml"), folder.join("platform.toml")).unwrap();
    let without = Command::new(env!("CARGO_BIN_EXE_gen"))
        .args(["preview", "--screenshot", "page.png"])
        .env("PATH", "")
        .env_remove("GEN_BROWSER")
        .current_dir(&folder)
        .output()
        .unwrap();
    assert_eq!(without.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&without.stderr).contains("no browser that takes pictures"));
    assert!(folder.join("preview/clickstream-dev.html").is_file() && !folder.join("page.png").exists());
    let broken = Command::new(env!("CARGO_BIN_EXE_gen"))
        .args(["preview", "--screenshot", "page.png"])
        .env("GEN_BROWSER", "false")
        .current_dir(&folder)
        .output()
        .unwrap();
    assert_eq!(broken.status.code(), Some(1), "{}", String::from_utf8_lossy(&broken.stderr));
    assert!(!folder.join("page.png").exists());
    if browser().is_none() {
        return;
    }
    for (name, width) in [("wide.png", 1_440_u32), ("narrow.png", 400)] {
        let width_text = width.to_string();
        said(&run(
            &folder,
            &["preview", "--screenshot", name, "--width", &width_text, "--sheet", "overview/sheet-sessions"],
        ));
        let bytes = fs::read(folder.join(name)).unwrap();
        assert_eq!(bytes.get(1..4), Some(&b"PNG"[..]));
        let side = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
        assert_eq!(side(16), width);
        assert!(side(20) > 600, "{}", side(20));
    }
    let left: Vec<_> =
        fs::read_dir(&folder).unwrap().filter_map(Result::ok).map(|entry| entry.file_name()).collect();
    assert_eq!(left.len(), 4, "nothing half-written is left: {left:?}");
}

//! `gen preview` in a real browser: nothing is blank, nothing is fetched, and filtered results match DuckDB's.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::tool::tool;

/// The browser; without one, the test fails in CI.
fn browser() -> Option<PathBuf> {
    let named = std::env::var_os("GEN_BROWSER").map(PathBuf::from);
    let path = named.unwrap_or_else(|| PathBuf::from("/usr/bin/chromium"));
    if path.is_file() {
        return Some(path);
    }
    assert!(std::env::var_os("CI").is_none(), "no Chromium found: install the Debian package `chromium`");
    eprintln!("skipped: no Chromium found; install it, or set GEN_BROWSER to a browser");
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

fn stdout(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The browser's report on the pages.
fn seen(pictures: &Path, pages: &[PathBuf]) -> Option<Vec<Value>> {
    let modules = tool("STRATAFORM_NODE_MODULES")?;
    let browser = browser()?;
    let mut driver = Command::new("node");
    driver.arg(root().join("tests/preview/browser.js")).arg(pictures).args(pages);
    let output = driver.env("STRATAFORM_NODE_MODULES", modules).env("GEN_BROWSER", browser).output().unwrap();
    Some(serde_json::from_str(&stdout(&output)).expect("the driver prints JSON"))
}

/// Asserts that nothing is blank or broken on any sheet of any page, at any width, in any color scheme.
fn assert_complete(pages: &[Value]) {
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

/// The screenshots stay in `target/tmp/preview/shipped`, for people to look at.
#[test]
fn every_blueprint_is_drawn_completely_in_every_width_and_color_scheme() {
    let folder = folder("shipped");
    let mut pages = Vec::new();
    for name in ["clickstream", "iot-telemetry", "retail-orders"] {
        let page = folder.join(format!("{name}.html"));
        stdout(&run(root(), &["preview", name, "--out", page.to_str().unwrap()]));
        pages.push(page);
    }
    let project = folder.join("every");
    fs::create_dir_all(&project).unwrap();
    fs::copy(root().join("tests/spec/valid/every_key.toml"), project.join("platform.toml")).unwrap();
    fs::create_dir_all(project.join("guard")).unwrap();
    let rules = "guard/streams.guard";
    fs::copy(root().join("tests/spec/valid").join(rules), project.join(rules)).unwrap();
    stdout(&run(&project, &["preview"]));
    pages.push(project.join("preview/shop-dev.html"));
    let Some(seen) = seen(&folder, &pages) else { return };
    assert_eq!(seen.len(), 4);
    assert_complete(&seen[..3]);
    // A dark theme has no other scheme; and no row passes a filter that excludes all.
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

/// A bundle of somebody else: level-aware calculations, a filter that no generated row passes, a parameter in a title.
fn foreign() -> Value {
    let column = |name: &str| json!({"dataSetIdentifier": "sales", "columnName": name});
    let sum = json!({"simpleNumericalAggregation": "SUM"});
    let value = |id: &str, name: &str| json!({"numericalMeasureField": {"fieldId": id, "column": column(name), "aggregationFunction": sum}});
    let group = json!({"categoricalDimensionField": {"fieldId": "g", "column": column("country")}});
    let title =
        |text: &str| json!({"formatText": {"richText": format!("<visual-title>{text}</visual-title>")}});
    let table = json!({"tableVisual": {"visualId": "table", "title": title("By ${Which}"), "chartConfiguration": {"fieldWells":
        {"tableAggregatedFieldWells": {"groupBy": [group], "values": [value("t", "top"), value("r", "r")]}}}}});
    let kpi = json!({"kPIVisual": {"visualId": "kpi", "chartConfiguration": {"fieldWells": {"values": [value("k", "share")]}}}});
    let field =
        |name: &str, text: &str| json!({"dataSetIdentifier": "sales", "name": name, "expression": text});
    let range = json!({"numericRangeFilter": {"filterId": "f", "column": column("amount"), "nullOption": "NON_NULLS_ONLY",
        "rangeMinimum": {"staticValue": 1_000_000_000}}});
    let scope = json!({"selectedSheets": {"sheetVisualScopingConfigurations": [
        {"sheetId": "sheet", "scope": "SELECTED_VISUALS", "visualIds": ["kpi"]}]}});
    json!({"resourceType": "dashboard", "dashboardId": "board", "name": "Board", "definition": {
        "dataSetIdentifierDeclarations": [{"identifier": "sales", "dataSetArn": "arn:aws:quicksight:::dataset/sales"}],
        "calculatedFields": [
            field("top", "maxOver({amount}, [{country}], PRE_AGG)"),
            field("r", "ifelse(({amount} > .5) = 1, denseRank([{amount} DESC], [], PRE_FILTER), 0)"),
            field("share", "{amount} / sumOver({amount}, [], PRE_AGG)")
        ],
        "parameterDeclarations": [{"stringParameterDeclaration": {"name": "Which", "parameterValueType": "SINGLE_VALUED",
            "defaultValues": {"staticValues": ["land"]}}}],
        "filterGroups": [{"filterGroupId": "g", "filters": [range], "scopeConfiguration": scope, "status": "ENABLED"}],
        "sheets": [{"sheetId": "sheet", "name": "Sheet", "visuals": [table, kpi]}]
    }})
}

#[test]
fn a_dashboard_of_somebody_else_is_drawn_completely() {
    let folder = folder("foreign");
    fs::write(folder.join("board.json"), foreign().to_string()).unwrap();
    let check = run(&folder, &["check", "dashboard", "board.json"]);
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stderr));
    let shown = stdout(&run(&folder, &["preview", "board.json"]));
    assert!(shown.contains("preview/board.html  1 dashboard, 1 sheet, 2 visuals"), "{shown}");
    let page = folder.join("preview/board.html");
    let step = json!([{"name": "tops", "sheet": ["board", "sheet"], "visual": "table", "set": []}]);
    fs::write(folder.join("preview/board.steps.json"), step.to_string()).unwrap();
    let Some(seen) = seen(&folder, &[page]) else { return };
    assert_complete(&seen);
    let rows = seen[0]["figures"][0]["rows"].as_array().expect("rows");
    assert_eq!(rows.len(), 6, "{rows:?}");
    // A rank is at least 1, and a sum of greatest values is a multiple of one of at most 300.
    for row in rows {
        assert!(row[1].as_f64().unwrap() > 300.0 && row[2].as_f64().unwrap() > 1.0, "{row}");
    }
}

/// The rows of a visual without an order, with numbers rounded to the precision of a page.
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
fn filtered_results_match_an_independent_query() {
    let (Some(duck), true) = (tool("STRATAFORM_SQL_PYTHON"), browser().is_some()) else { return };
    let folder = folder("filtered");
    let data = folder.join("data");
    fs::create_dir_all(&data).unwrap();
    let expected = Command::new(duck).arg(root().join("tests/preview/duck.py")).arg(&data).output().unwrap();
    let expected: BTreeMap<String, Value> = serde_json::from_str(&stdout(&expected)).unwrap();
    let page = folder.join("clickstream.html");
    let arguments =
        ["preview", "clickstream", "--data", data.to_str().unwrap(), "--out", page.to_str().unwrap()];
    stdout(&run(root(), &arguments));
    let text = fs::read_to_string(&page).unwrap();
    assert!(text.contains("Local preview with rows from") && !text.contains("with sample rows"));
    let traffic = json!(["overview", "sheet-traffic"]);
    let control = |column: &str| format!("control-{column}-sheet-traffic");
    let step = |name: &str, visual: &str, set: Value| json!({"name": name, "sheet": traffic, "visual": visual, "set": set});
    let donut = "donut-session";
    let steps = json!([
        step("devices", donut, json!([])),
        step("devices of DE", donut, json!([[control("country"), ["DE"]]])),
        step("all days", donut, json!([[control("day"), "ALL"]])),
        step("revenue of two countries", "bar-daily-traffic", json!([[control("country"), ["FR", "it's"]]])),
        step("conversion", "kpi-session-3", json!([[control("country"), ["DE"]], [control("device"), ["mobile"]]])),
        step("page views", "combo-session", json!([[control("country"), ["FR"]]])),
        step("visitors", "kpi-session", json!([])),
        {"name": "one country divided", "sheet": traffic, "visual": "bar-daily-traffic", "set": [], "drill": [["bar-daily-traffic", "FR"]]},
        {"name": "funnel", "sheet": ["overview", "sheet-sessions"], "visual": "funnel-funnel", "set": []},
    ]);
    fs::write(folder.join("clickstream.steps.json"), steps.to_string()).unwrap();
    let Some(seen) = seen(&folder, &[page]) else { return };
    assert_complete(&seen);
    let figures = seen[0]["figures"].as_array().unwrap();
    assert_eq!(figures.len(), expected.len());
    for found in figures {
        let name = found["step"].as_str().unwrap();
        let mut rows = found["rows"].clone();
        if name == "conversion" {
            // The value of a KPI with a trend is that of its newest day.
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
fn missing_or_invalid_rows_are_reported_and_no_page_is_written() {
    let folder = folder("wrong");
    let data = folder.join("data");
    fs::create_dir_all(&data).unwrap();
    fs::write(
        data.join("daily_traffic.csv"),
        "day,country,device,visitors,sesions\n2026-01-01,DE,mobile,1,2\n",
    )
    .unwrap();
    let head = "session_id,step,day,step_number,sessions\n";
    fs::write(data.join("funnel.csv"), format!("{head}a,search,2026-01-01,1,1\nb,search,2026-01-01,two,1\n"))
        .unwrap();
    let page = folder.join("page.html");
    let output = run(
        root(),
        &["preview", "clickstream", "--data", data.to_str().unwrap(), "--out", page.to_str().unwrap()],
    );
    assert_eq!(output.status.code(), Some(1));
    let printed = String::from_utf8_lossy(&output.stderr);
    for wanted in [
        "GEN0962",
        "missing columns `sessions`",
        "did you mean `sesions`?",
        "row 2: expected a whole number in `step_number`, found `two`",
        "GEN0961",
        "has no rows of `session`",
        "session.parquet or session.csv",
    ] {
        assert!(printed.contains(wanted), "{wanted}: {printed}");
    }
    assert!(!page.exists());
    let nowhere = run(root(), &["preview", "clickstream", "--data", "nowhere"]);
    assert_eq!(nowhere.status.code(), Some(1));
    let several = run(root(), &["preview"]);
    assert_eq!(several.status.code(), Some(2), "{}", String::from_utf8_lossy(&several.stderr));
}

/// Ticks of an axis are distinct, however close they are.
#[test]
fn ticks_show_all_of_their_decimals() {
    if tool("STRATAFORM_NODE_MODULES").is_none() {
        return;
    }
    let assets = root().join("crates/preview/assets");
    let [dates, format] =
        ["dates.js", "format.js"].map(|name| fs::read_to_string(assets.join(name)).unwrap());
    let ticks =
        json!([41.9, 41.92, 42, 0.1 + 0.2, 0.000_02, -0.05, 0, 1_500, 12_345.5, 1_000_050, 10_025_000]);
    let ask =
        format!("{dates}\n{format}\nconsole.log(JSON.stringify({ticks}.map((one) => formatTick(one))));");
    let output = Command::new("node").args(["--eval", &ask]).output().unwrap();
    let written: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let wanted =
        ["41.9", "41.92", "42", "0.3", "0.00002", "-0.05", "0", "1.5K", "12,345.5", "1,000,050", "10.025M"];
    assert_eq!(written, json!(wanted));
}

#[test]
fn a_screenshot_is_taken_or_a_missing_browser_is_reported() {
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
    assert!(String::from_utf8_lossy(&without.stderr).contains("no supported browser found"));
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
    let scheme = |name: &'static str| if name.starts_with("dark") { &["--dark"][..] } else { &[] };
    for (name, width) in [("wide.png", 1_440_u32), ("narrow.png", 400), ("dark.png", 400)] {
        let width_text = width.to_string();
        let arguments =
            ["preview", "--screenshot", name, "--width", &width_text, "--sheet", "overview/sheet-sessions"];
        stdout(&run(&folder, &[&arguments, scheme(name)].concat()));
        let bytes = fs::read(folder.join(name)).unwrap();
        assert_eq!(bytes.get(1..4), Some(&b"PNG"[..]));
        let side = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
        assert_eq!(side(16), width);
        assert!(side(20) > 600, "{}", side(20));
    }
    let left: Vec<_> =
        fs::read_dir(&folder).unwrap().filter_map(Result::ok).map(|entry| entry.file_name()).collect();
    let [light, dark] = ["narrow.png", "dark.png"].map(|name| fs::read(folder.join(name)).unwrap());
    assert!(light != dark && light[16..24] == dark[16..24], "the same size in other colors");
    assert_eq!(left.len(), 5, "an incomplete file is left: {left:?}");
}

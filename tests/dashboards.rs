//! The dashboards of a platform file that uses every key.

use std::path::Path;

use serde_json::Value;
use strataform::diagnostic::SourceFile;
use strataform::{spec, synth};

/// The template of the visualization stage of an environment, and its text.
fn template(environment: &str) -> (Value, String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/spec/valid/every_key.toml");
    let text = std::fs::read_to_string(&path).expect("the platform file exists");
    let (platform, faults) = spec::read(&SourceFile { path, text });
    let platform = platform.unwrap_or_else(|| panic!("{faults:?}"));
    let environment = platform.environment(environment).expect("the file has the environment");
    let draft = synth::synth(&platform, environment, &[]).unwrap_or_else(|faults| panic!("{faults:#?}"));
    let file = draft
        .files
        .iter()
        .find(|file| file.path == "visualization/template.json")
        .expect("the stage has a template");
    let text = String::from_utf8(file.bytes.clone()).expect("a template is UTF-8");
    (serde_json::from_str(&text).expect("a template is JSON"), text)
}

fn resources<'a>(template: &'a Value, kind: &str) -> Vec<(&'a str, &'a Value)> {
    let all = template["Resources"].as_object().expect("a template has resources");
    let of = all.iter().filter(|(_, one)| one["Type"] == format!("AWS::QuickSight::{kind}"));
    of.map(|(id, one)| (id.as_str(), one)).collect()
}

#[test]
fn data_sets_have_full_and_incremental_refreshes() {
    let (template, _) = template("dev");
    let schedules = resources(&template, "RefreshSchedule");
    let found: Vec<_> = schedules
        .iter()
        .map(|(_, one)| {
            let schedule = &one["Properties"]["Schedule"];
            (schedule["RefreshType"].as_str(), schedule["ScheduleFrequency"]["Interval"].as_str())
        })
        .collect();
    assert_eq!(found, [(Some("FULL_REFRESH"), Some("DAILY")), (Some("INCREMENTAL_REFRESH"), Some("HOURLY"))]);
    assert_eq!(schedules[0].1["Properties"]["Schedule"]["ScheduleFrequency"]["TimeOfTheDay"], "02:30");
    // Their data set ID is a plain string, so only DependsOn orders them.
    for (_, one) in &schedules {
        assert_eq!(one["DependsOn"], serde_json::json!(["DataSetDailySales"]));
        assert_eq!(one["Properties"]["DataSetId"], "shop-dev-daily-sales");
    }
    let set = &template["Resources"]["DataSetDailySales"]["Properties"];
    let window =
        &set["DataSetRefreshProperties"]["RefreshConfiguration"]["IncrementalRefresh"]["LookbackWindow"];
    assert_eq!(*window, serde_json::json!({"ColumnName": "day", "Size": 4, "SizeUnit": "DAY"}));
    assert_eq!(set["ImportMode"], "SPICE");
}

#[test]
fn rows_without_a_granting_rule_are_hidden() {
    let (template, _) = template("dev");
    let set = &template["Resources"]["DataSetDailySales"]["Properties"]["RowLevelPermissionDataSet"];
    assert_eq!(set["Arn"], serde_json::json!({"Fn::GetAtt": ["DataSetAccessRules", "Arn"]}));
    assert_eq!((&set["PermissionPolicy"], &set["Status"]), (&"GRANT_ACCESS".into(), &"ENABLED".into()));
    let rules = &template["Resources"]["DataSetAccessRules"]["Properties"];
    assert_eq!(rules["ImportMode"], "DIRECT_QUERY", "a revoked grant takes effect at once");
    let renamed = &rules["LogicalTableMap"]["access"]["DataTransforms"][0]["RenameColumnOperation"];
    assert_eq!(*renamed, serde_json::json!({"ColumnName": "group_name", "NewColumnName": "GroupName"}));
    let unprotected = resources(&template, "DataSet");
    let protected =
        unprotected.iter().filter(|(_, one)| one["Properties"].get("RowLevelPermissionDataSet").is_some());
    assert_eq!(protected.count(), 1);
}

#[test]
fn authors_get_an_analysis_if_requested() {
    let (template, text) = template("dev");
    let analyses = resources(&template, "Analysis");
    assert_eq!(analyses.len(), 1);
    let dashboard = &template["Resources"]["DashboardExplore"]["Properties"]["Definition"];
    assert_eq!(analyses[0].1["Properties"]["Definition"], *dashboard);
    let who = analyses[0].1["Properties"]["Permissions"].as_array().expect("authors have permissions");
    assert_eq!(who.len(), 1, "readers see only the dashboard");
    // A definition is written in one line, so that a template can hold many.
    assert_eq!(text.lines().filter(|line| line.trim_start().starts_with("\"Definition\": {\"")).count(), 3);
}

/// Environments differ only in names, so that a dashboard can be promoted unchanged.
#[test]
fn a_dashboard_is_promoted_without_a_change() {
    let definitions = |environment: &str| -> Vec<String> {
        let (template, _) = template(environment);
        let dashboards = resources(&template, "Dashboard");
        dashboards.iter().map(|(_, one)| one["Properties"]["Definition"].to_string()).collect()
    };
    assert_eq!(definitions("dev"), definitions("prod"));
    let groups = |environment: &str| {
        let (_, text) = template(environment);
        (text.contains("group/retail/shop-readers"), text.contains("group/retail/everybody"))
    };
    assert_eq!((groups("dev"), groups("prod")), ((true, false), (false, true)));
}

#[test]
fn parameters_have_the_names_of_the_service_in_every_place() {
    let (template, _) = template("dev");
    let definition = &template["Resources"]["DashboardExplore"]["Properties"]["Definition"];
    let declared: Vec<&str> = definition["ParameterDeclarations"]
        .as_array()
        .expect("the definition has parameters")
        .iter()
        .filter_map(|one| one.as_object()?.values().next()?["Name"].as_str())
        .collect();
    assert_eq!(declared, ["LeastRevenue", "Share", "Since", "Until", "Word", "Countries", "Size"]);
    let text = definition.to_string();
    assert!(text.contains("{revenue} >= ${LeastRevenue}") && !text.contains("least_revenue}"), "{text}");
    assert!(text.contains("\"ParameterName\":\"Countries\"") && text.contains("\"Parameter\":\"Since\""));
    let controls = definition["Sheets"][0]["ParameterControls"].as_array().map(Vec::len);
    assert_eq!(controls, Some(declared.len()), "every parameter has a control");
}

#[test]
fn a_dark_theme_has_the_colors_of_the_file() {
    let (template, _) = template("dev");
    let theme = &template["Resources"]["Theme"]["Properties"];
    assert_eq!(theme["BaseThemeId"], "MIDNIGHT");
    let colors = &theme["Configuration"]["UIColorPalette"];
    assert_eq!((&colors["Accent"], &colors["PrimaryBackground"]), (&"#3181C5".into(), &"#21262E".into()));
    assert_eq!(
        theme["Configuration"]["DataColorPalette"]["Colors"],
        serde_json::json!(["#0072B2", "#D55E00"])
    );
}

/// What schemas reject, each at its place with its code; the linter's own rules are tested in `crates/dashboard`.
#[test]
fn schema_violations_are_reported_at_their_place() {
    const D: &str = "/Resources/Dashboard/Properties/Definition";
    const MUTATIONS: [(&str, &str); 17] = [
        ("/Resources/Dashboard/Properties/DashboardId", "\"no blanks\""),
        ("/Resources/Dashboard/Properties/Name", "null"),
        ("/Resources/Dashboard/Properties/Nam", "\"unknown\""),
        ("/Resources/Dashboard/Properties/ValidationStrategy", "{\"Mode\": \"STRICTER\"}"),
        ("/Resources/Theme/Properties/BaseThemeId", "[]"),
        ("/Resources/Theme/Properties/Configuration/DataColorPalette/Colors/0", "\"#2E6DA\""),
        ("/Resources/EventsDataSet/Properties/ImportMode", "\"SPICY\""),
        ("/Resources/EventsDataSet/Properties/PhysicalTableMap", "[]"),
        ("@/Sheets", "{}"),
        ("@/Sheets/0/SheetId", "\"\""),
        ("@/Sheets/0/Visuals/0/KPIVisual/VisualIdd", "\"unknown\""),
        ("@/Sheets/0/Layouts/0/Configuration/GridLayout/Elements/0/RowSpan", "22"),
        ("@/Sheets/0/Layouts/0/Configuration/GridLayout/Elements/0/ElementType", "\"PICTURE\""),
        ("@/FilterGroups/0/Status", "\"ON\""),
        ("@/FilterGroups/0/CrossDataset", "true"),
        ("@/ParameterDeclarations/0/DateTimeParameterDeclaration/TimeGranularity", "\"FORTNIGHT\""),
        ("@/DataSetIdentifierDeclarations/0/Identifier", "[]"),
    ];
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/dashboard/tests/everything.json");
    let text = std::fs::read_to_string(path).expect("the template exists");
    let whole: Value = serde_json::from_str(&text).expect("a template is JSON");
    assert_eq!(strataform::check::dashboard::document(&whole), []);
    for (pointer, value) in MUTATIONS {
        let pointer = pointer.replace('@', D);
        let (parent, key) = pointer.rsplit_once('/').expect("a pointer has a slash");
        let mut template = whole.clone();
        let parent = template.pointer_mut(parent).unwrap_or_else(|| panic!("{pointer}"));
        let value: Value = serde_json::from_str(value).expect("a mutation is JSON");
        match parent {
            Value::Array(items) => items[key.parse::<usize>().expect("an index")] = value,
            other => other[key] = value,
        }
        let found = strataform::check::dashboard::document(&template);
        let near = |path: &str| pointer.starts_with(path) || path.starts_with(&pointer);
        let reported = found.iter().any(|one| one.code.text() == "QS0002" && near(&one.path));
        assert!(reported, "{pointer}: {found:#?}");
    }
}

/// A catalog of another tool: the definition in a text, a placeholder in the place of a value, a key twice.
const CATALOG: &str = "\
dashboards:
  SALES:
    name: Sales
    dashboardId: sales
    data: |-
      DataSetIdentifierDeclarations:
      - Identifier: sales
        DataSetArn: {{ data_set_arn }}
      CalculatedFields:
      - DataSetIdentifier: sales
        Name: newest
        Expression: maxOver({day}, [], PRE_AGG)
      - DataSetIdentifier: sales
        Name: age
        Expression: dateDiff({newest}, now(), 'DD')
      Sheets: []
  OTHER:
    file: ./other.json
  ABSENT:
    file: ../absent.json
datasets:
  sales:
    data:
      DataSetId: one
      DataSetId: sales
      OutputColumns:
      - Name: day
        Type: DATETIME
";

#[test]
fn dashboards_of_others_are_read_where_they_are() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("dashboards-of-others");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(folder.join("inside")).expect("the folder can be made");
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).expect("it can be written");
    let definition =
        "{\"DataSetIdentifierDeclarations\": [], \"Sheets\": [{\"SheetId\": \"a b\", \"Name\": \"Ab\"}]}";
    write("inside/catalog.yaml", CATALOG);
    write("inside/other.json", definition);
    // A name of a file leads nowhere outside of the folder.
    write("absent.json", definition);
    let run = |arguments: &[&str]| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_gen"))
            .args(arguments)
            .current_dir(&folder)
            .output();
        let output = output.expect("gen starts");
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let found = |file: &str| {
        let (code, text) = run(&["check", "dashboard", file, "--format", "json"]);
        let read: Value = serde_json::from_str(&text).expect("the output is JSON");
        let one = |finding: &Value| {
            let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
            format!("{} {} {}", text("code"), text("severity"), text("path"))
        };
        (code, read["findings"].as_array().expect("it has findings").iter().map(one).collect::<Vec<_>>())
    };
    let wanted = [
        "QS0003 warning ",
        "QS0001 warning /dashboards/ABSENT",
        "QS0202 error /dashboards/OTHER/file/Sheets/0",
    ];
    assert_eq!(found("inside/catalog.yaml"), (Some(1), wanted.map(str::to_owned).to_vec()));
    let typo = CATALOG
        .replace("dateDiff({newest}", "dateDiff({newst}")
        .replace("  OTHER:\n    file: ./other.json\n", "");
    write("inside/typo.yaml", &typo);
    let (code, codes) = found("inside/typo.yaml");
    assert_eq!(code, Some(1));
    assert!(
        codes.contains(&"QS0102 error /dashboards/SALES/data/CalculatedFields/1".to_owned()),
        "{codes:?}"
    );

    // The preview reads the same, under the names of the assets.
    let (code, text) = run(&["preview", "inside/catalog.yaml", "--out", "page.html"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("2 dashboards, 1 sheet, 0 visuals"), "{text}");
    assert_eq!(run(&["preview", "nowhere.json"]).0, Some(1), "the file does not exist");
}

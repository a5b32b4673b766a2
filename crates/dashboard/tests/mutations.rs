//! Each mutation breaks one thing, and must give the expected code.
#![allow(clippy::expect_used, clippy::panic, missing_docs, reason = "a test says what broke")]

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;
use strataform_dashboard::{Code, Severity};
use strataform_diagnostic::Example;

/// The pointer to the definition.
const D: &str = "/Resources/Dashboard/Properties/Definition";
const SHEET: &str = "/Resources/Dashboard/Properties/Definition/Sheets/0";
const SET: &str = "/Resources/EventsDataSet/Properties";

/// A change of a value: set it, remove it, add members to it, or duplicate its first item.
enum Change {
    Set(&'static str),
    Remove,
    Push(&'static str),
    Twice,
}

use Change::{Push, Remove, Set, Twice};

/// The pointer, the change, and the expected code.
const MUTATIONS: &[(&str, &str, Change, &str)] = &[
    // References.
    (D, "/DataSetIdentifierDeclarations/0/Identifier", Set("\"evnts\""), "QS0101"),
    (D, "/CalculatedFields/0/DataSetIdentifier", Set("\"event\""), "QS0101"),
    (D, "/CalculatedFields/0/Expression", Set("\"distinct_count({sesion_id})\""), "QS0102"),
    (D, "/CalculatedFields/0/Expression", Set("\"count(session)\""), "QS0102"),
    (
        SHEET,
        "/Visuals/1/KPIVisual/ChartConfiguration/FieldWells/Values/0/NumericalMeasureField/Column/ColumnName",
        Set("\"revenu\""),
        "QS0102",
    ),
    (
        SHEET,
        "/Visuals/0/KPIVisual/ChartConfiguration/FieldWells/Values/0/NumericalMeasureField/Column/ColumnName",
        Set("\"sesions\""),
        "QS0102",
    ),
    (
        SHEET,
        "/Visuals/5/PieChartVisual/ChartConfiguration/FieldWells/PieChartAggregatedFieldWells/Category/0/CategoricalDimensionField/Column/ColumnName",
        Set("\"device_key\""),
        "QS0102",
    ),
    (
        SHEET,
        "/Visuals/7/FunnelChartVisual/ChartConfiguration/FieldWells/FunnelChartAggregatedFieldWells/Category/0/CategoricalDimensionField/Column/DataSetIdentifier",
        Set("\"funel\""),
        "QS0101",
    ),
    (D, "/FilterGroups/1/Filters/0/CategoryFilter/Column/ColumnName", Set("\"device\""), "QS0102"),
    (D, "/FilterGroups/1/Filters/0/CategoryFilter/Column/DataSetIdentifier", Set("\"things\""), "QS0101"),
    (D, "/FilterGroups/0/Filters/0/TimeRangeFilter/RangeMinimumValue/Parameter", Set("\"Start\""), "QS0103"),
    (
        D,
        "/FilterGroups/2/Filters/0/CategoryFilter/Configuration/CustomFilterConfiguration/ParameterName",
        Set("\"Land\""),
        "QS0103",
    ),
    (D, "/CalculatedFields/2/Expression", Set("\"ifelse({event_ts} > ${Since}, 1, 0)\""), "QS0103"),
    (SHEET, "/FilterControls/0/Dropdown/SourceFilterId", Set("\"f-devce\""), "QS0104"),
    (D, "/FilterGroups/1/Filters/0/CategoryFilter/FilterId", Set("\"f-other\""), "QS0104"),
    (SHEET, "/ParameterControls/0/DateTimePicker/SourceParameterName", Set("\"StartDay\""), "QS0105"),
    (D, "/ParameterDeclarations/2", Remove, "QS0105"),
    (
        D,
        "/FilterGroups/1/ScopeConfiguration/SelectedSheets/SheetVisualScopingConfigurations/0/SheetId",
        Set("\"overvew\""),
        "QS0106",
    ),
    (
        D,
        "/FilterGroups/2/ScopeConfiguration/SelectedSheets/SheetVisualScopingConfigurations/0/VisualIds/0",
        Set("\"v-trnd\""),
        "QS0107",
    ),
    (SHEET, "/Layouts/0/Configuration/GridLayout/Elements/1/ElementId", Set("\"v-kpi-session\""), "QS0108"),
    (SHEET, "/Layouts/0/Configuration/GridLayout/Elements/0/ElementType", Set("\"VISUAL\""), "QS0108"),
    (
        SHEET,
        "/SheetControlLayouts/0/Configuration/GridLayout/Elements/0/ElementId",
        Set("\"pc-begin\""),
        "QS0108",
    ),
    (SHEET, "/Layouts/0/Configuration/GridLayout/Elements/3", Remove, "QS0109"),
    (
        SHEET,
        "/Visuals/9/TableVisual/ChartConfiguration/SortConfiguration/RowSort/0/FieldSort/FieldId",
        Set("\"tab-session\""),
        "QS0110",
    ),
    (
        SHEET,
        "/Visuals/3/LineChartVisual/ChartConfiguration/SortConfiguration/CategorySort/0/FieldSort/FieldId",
        Set("\"trend\""),
        "QS0110",
    ),
    (
        SHEET,
        "/Visuals/9/TableVisual/ChartConfiguration/FieldOptions",
        Set("{\"SelectedFieldOptions\": [{\"FieldId\": \"gone\"}]}"),
        "QS0111",
    ),
    (
        D,
        "/DataSetIdentifierDeclarations/0/DataSetArn",
        Set("{\"Fn::GetAtt\": [\"DataSource\", \"Arn\"]}"),
        "QS0112",
    ),
    (D, "/DataSetIdentifierDeclarations/1/DataSetArn", Set("{\"Fn::GetAtt\": \"Theme.Arn\"}"), "QS0112"),
    // Ids.
    (D, "/DataSetIdentifierDeclarations/1/Identifier", Set("\"events\""), "QS0201"),
    (D, "/ParameterDeclarations/1/DateTimeParameterDeclaration/Name", Set("\"StartDate\""), "QS0201"),
    (D, "/FilterGroups/1/FilterGroupId", Set("\"fg-date\""), "QS0201"),
    (D, "/FilterGroups/1/Filters/0/CategoryFilter/FilterId", Set("\"f-date\""), "QS0201"),
    (D, "/Sheets", Twice, "QS0201"),
    (SHEET, "/Visuals/2/KPIVisual/VisualId", Set("\"v-kpi-sessions\""), "QS0201"),
    (SHEET, "/TextBoxes/0/SheetTextBoxId", Set("\"v-trend\""), "QS0201"),
    (SHEET, "/FilterControls/0/Dropdown/FilterControlId", Set("\"pc-start\""), "QS0201"),
    (
        SHEET,
        "/Visuals/5/PieChartVisual/ChartConfiguration/FieldWells/PieChartAggregatedFieldWells/Values/0/NumericalMeasureField/FieldId",
        Set("\"dev-type\""),
        "QS0201",
    ),
    (D, "/ParameterDeclarations/2/StringParameterDeclaration/Name", Set("\"the_country\""), "QS0202"),
    (SHEET, "/Visuals/2/KPIVisual/VisualId", Set("\"v kpi\""), "QS0202"),
    (SHEET, "/SheetId", Set("\"over view\""), "QS0202"),
    (
        SET,
        "/PhysicalTableMap/fct_event",
        Set("{\"RelationalTable\": {\"InputColumns\": [{\"Name\": \"x\", \"Type\": \"STRING\"}]}}"),
        "QS0202",
    ),
    // Types.
    (
        SHEET,
        "/Visuals/1/KPIVisual/ChartConfiguration/FieldWells/Values/0/NumericalMeasureField/Column/ColumnName",
        Set("\"country\""),
        "QS0301",
    ),
    (
        SHEET,
        "/Visuals/3/LineChartVisual/ChartConfiguration/FieldWells/LineChartAggregatedFieldWells/Category/0/DateDimensionField/Column/ColumnName",
        Set("\"page_path\""),
        "QS0301",
    ),
    (
        SHEET,
        "/Visuals/4/BarChartVisual/ChartConfiguration/FieldWells/BarChartAggregatedFieldWells/Category/0/CategoricalDimensionField/Column/ColumnName",
        Set("\"event_ts\""),
        "QS0301",
    ),
    (SET, "/PhysicalTableMap/fct-event/RelationalTable/InputColumns/8/Type", Set("\"STRING\""), "QS0301"),
    (D, "/FilterGroups/0/Filters/0/TimeRangeFilter/Column/ColumnName", Set("\"country\""), "QS0302"),
    (
        D,
        "/FilterGroups/1/Filters/0",
        Set(
            "{\"NumericRangeFilter\": {\"FilterId\": \"f-device\", \"Column\": {\"DataSetIdentifier\": \"events\", \"ColumnName\": \"country\"}}}",
        ),
        "QS0302",
    ),
    (
        SHEET,
        "/Visuals/3/LineChartVisual/ChartConfiguration/FieldWells/LineChartAggregatedFieldWells/Category",
        Set("[]"),
        "QS0303",
    ),
    (
        SHEET,
        "/Visuals/5/PieChartVisual/ChartConfiguration/FieldWells/PieChartAggregatedFieldWells/Category/0/CategoricalDimensionField/Column",
        Set("{\"DataSetIdentifier\": \"funnel\", \"ColumnName\": \"step_name\"}"),
        "QS0304",
    ),
    (SHEET, "/ParameterControls/2/Dropdown/Type", Set("\"SINGLE_SELECT\""), "QS0305"),
    // Calculated fields.
    (D, "/CalculatedFields/1/Expression", Set("\"sum({revenue}\""), "QS0401"),
    (D, "/CalculatedFields/1/Expression", Set("\"sum({revenue) / 2\""), "QS0401"),
    (D, "/CalculatedFields/1/Expression", Set("\"{event_type} = 'purchase\""), "QS0401"),
    (D, "/CalculatedFields/1/Expression", Set("\"\""), "QS0401"),
    (D, "/CalculatedFields/1/Expression", Set("\"{conversion_rate} + 1\""), "QS0405"),
    (D, "/CalculatedFields/1/Expression", Set("\"summ({revenue})\""), "QS0404"),
    (D, "/CalculatedFields/1/Expression", Set("\"sum({event_type})\""), "QS0404"),
    (D, "/CalculatedFields/1/Expression", Set("\"sum({revenue}) / {revenue}\""), "QS0404"),
    (D, "/CalculatedFields/1/Expression", Set("\"ifelse({revenue}, 1, 2)\""), "QS0404"),
    (D, "/CalculatedFields/1/Expression", Set("\"{revenue} {revenue}\""), "QS0404"),
    (D, "/CalculatedFields/1/Name", Set("\"sessions\""), "QS0402"),
    (D, "/CalculatedFields/2/Name", Set("\"country\""), "QS0403"),
    // The grid.
    (SHEET, "/Layouts/0/Configuration/GridLayout/Elements/3/ColumnSpan", Set("13"), "QS0501"),
    (SHEET, "/Layouts/0/Configuration/GridLayout/Elements/2/ColumnIndex", Set("11"), "QS0502"),
    (SHEET, "/Layouts/0/Configuration/GridLayout/Elements/1/RowIndex", Set("1"), "QS0502"),
    // Unions, and what goes together.
    (SHEET, "/Visuals/0", Push("{\"TableVisual\": {\"VisualId\": \"another\"}}"), "QS0601"),
    (D, "/FilterGroups/1/Filters/0", Set("{}"), "QS0601"),
    (SHEET, "/ParameterControls/0", Set("{}"), "QS0601"),
    (SET, "/LogicalTableMap/lt-page/DataTransforms/0", Set("{}"), "QS0601"),
    ("/Resources/Dashboard/Properties", "/SourceEntity", Set("{\"SourceTemplate\": {}}"), "QS0602"),
    ("/Resources/Dashboard/Properties", "/Definition", Remove, "QS0602"),
    // Data sets.
    (SET, "/LogicalTableMap/lt-event/Source/PhysicalTableId", Set("\"fct-events\""), "QS0701"),
    (SET, "/LogicalTableMap/lt-join1/Source/JoinInstruction/RightOperand", Set("\"lt-pages\""), "QS0701"),
    (SET, "/LogicalTableMap/lt-join1/Source/JoinInstruction/LeftOperand", Set("\"lt-join2\""), "QS0701"),
    (
        SET,
        "/LogicalTableMap/lt-join1/Source/JoinInstruction/OnClause",
        Set("\"{page} = {page_key[dim_page]}\""),
        "QS0102",
    ),
    (
        SET,
        "/LogicalTableMap/lt-join1/Source/JoinInstruction/OnClause",
        Set("\"{page_key} = ({page_key[dim_page]}\""),
        "QS0401",
    ),
    (
        SET,
        "/LogicalTableMap/lt-page/DataTransforms/0/RenameColumnOperation/ColumnName",
        Set("\"page_no\""),
        "QS0102",
    ),
    (
        SET,
        "/LogicalTableMap/lt-join2/DataTransforms/0/CreateColumnsOperation/Columns/0/Expression",
        Set("\"{dwell} / 1000\""),
        "QS0102",
    ),
    (
        SET,
        "/LogicalTableMap/lt-join2/DataTransforms/1/TagColumnOperation/ColumnName",
        Set("\"land\""),
        "QS0102",
    ),
    (SET, "/LogicalTableMap/lt-join2/DataTransforms/2/ProjectOperation/ProjectedColumns/9", Remove, "QS0102"),
    (SET, "/LogicalTableMap/lt-page/DataTransforms", Remove, "QS0102"),
    (SET, "/ImportMode", Remove, "QS0702"),
    (SET, "/Name", Remove, "QS0702"),
    (SET, "/DataSetId", Remove, "QS0702"),
    // Refreshes.
    ("/Resources/FullRefresh/Properties", "/Schedule/ScheduleFrequency/RefreshOnDay", Remove, "QS0801"),
    (
        "/Resources/FullRefresh/Properties",
        "/Schedule/ScheduleFrequency/Interval",
        Set("\"MINUTE15\""),
        "QS0801",
    ),
    (
        "/Resources/FullRefresh/Properties",
        "/Schedule/ScheduleFrequency/RefreshOnDay",
        Set("{\"DayOfMonth\": \"31\"}"),
        "QS0801",
    ),
    ("/Resources/FullRefresh/Properties", "/Schedule/RefreshType", Remove, "QS0702"),
    (SET, "/ImportMode", Set("\"DIRECT_QUERY\""), "QS0801"),
    (SET, "/DataSetRefreshProperties", Remove, "QS0801"),
    (
        SET,
        "/DataSetRefreshProperties/RefreshConfiguration/IncrementalRefresh/LookbackWindow/ColumnName",
        Set("\"country\""),
        "QS0802",
    ),
    (
        SET,
        "/DataSetRefreshProperties/RefreshConfiguration/IncrementalRefresh/LookbackWindow/ColumnName",
        Set("\"event_time\""),
        "QS0802",
    ),
    // Permissions and the source.
    (
        "/Resources/Dashboard/Properties",
        "/Permissions/0/Actions/0",
        Set("\"quicksight:DescribeDashbord\""),
        "QS0901",
    ),
    (SET, "/Permissions/0/Actions/0", Set("\"s3:GetObject\""), "QS0901"),
    ("/Resources/Dashboard/Properties", "/Permissions/0/Actions/0", Remove, "QS0902"),
    ("/Resources/DataSource/Properties", "/DataSourceParameters/RedshiftParameters/Host", Remove, "QS1001"),
    (
        "/Resources/DataSource/Properties",
        "/DataSourceParameters",
        Set("{\"AthenaParameters\": {}}"),
        "QS1001",
    ),
    ("/Resources/DataSource/Properties", "/DataSourceParameters", Remove, "QS1001"),
    // Problems that appear only at run time.
    (SHEET, "/Visuals/0/KPIVisual/ChartConfiguration/FieldWells/Values", Set("[]"), "QS1201"),
    (D, "/ParameterDeclarations/0/DateTimeParameterDeclaration/DefaultValues", Remove, "QS1203"),
    (SHEET, "/Name", Set("\"O\""), "QS1204"),
    (SHEET, "/TextBoxes/0/Content", Set("\"<text-box><ul><li>a<br/>b</li></ul></text-box>\""), "QS1205"),
    (
        SHEET,
        "/Visuals/4/BarChartVisual/ChartConfiguration/CategoryLabelOptions",
        Set("{\"AxisLabelOptions\": [{\"CustomLabel\": \"Category\"}]}"),
        "QS1206",
    ),
    (SHEET, "/FilterControls/0/Dropdown/SelectableValues", Set("{\"Values\": [\"mobile\"]}"), "QS1207"),
    ("/Resources/Theme/Properties", "/Configuration/DataColorPalette/Colors/0", Set("\"#2e6da4\""), "QS1208"),
    ("/Resources/Theme/Properties", "/Configuration/DataColorPalette/Colors/0", Set("\"#FFF\""), "QS1208"),
];

fn everything() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/everything.json");
    serde_json::from_str(&std::fs::read_to_string(path).expect("the file is there")).expect("it is JSON")
}

fn changed(pointer: &str, change: &Change) -> Value {
    let mut document = everything();
    let json = |text: &str| -> Value { serde_json::from_str(text).expect("a mutation is JSON") };
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer has a slash");
    match change {
        Set(text) => {
            let parent = document.pointer_mut(parent).unwrap_or_else(|| panic!("{pointer}"));
            match parent {
                Value::Array(items) => items[key.parse::<usize>().expect("a place of a list")] = json(text),
                other => other[key] = json(text),
            }
        }
        Remove => match document.pointer_mut(parent).unwrap_or_else(|| panic!("{pointer}")) {
            Value::Array(items) => drop(items.remove(key.parse().expect("a place of a list"))),
            Value::Object(members) => assert!(members.remove(key).is_some(), "{pointer}"),
            _ => panic!("{pointer}"),
        },
        // Members of an object join it.
        Push(text) => {
            let found = document.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}"));
            let more = json(text);
            found.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        }
        Twice => {
            let items = document.pointer_mut(pointer).and_then(Value::as_array_mut).expect("a list");
            items.push(items[0].clone());
        }
    }
    document
}

#[test]
fn each_mutation_has_its_code() {
    assert!(MUTATIONS.len() >= 90, "{}", MUTATIONS.len());
    let mut wrong = Vec::new();
    for (base, rest, change, code) in MUTATIONS {
        let pointer = format!("{base}{rest}");
        let findings = strataform_dashboard::check(&changed(&pointer, change));
        if !findings.iter().any(|finding| finding.code.text() == *code) {
            let codes: Vec<&str> = findings.iter().map(|finding| finding.code.text()).collect();
            wrong.push(format!("{pointer}: {codes:?} without {code}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn findings(document: &Value) -> Vec<(&'static str, Severity)> {
    strataform_dashboard::check(document).iter().map(|one| (one.code.text(), one.severity)).collect()
}

/// The examples of `gen explain` give the code that they illustrate.
#[test]
fn each_example_gives_its_code_and_no_other() {
    let mut wrong = Vec::new();
    for code in Code::ALL {
        let document = |place: &str, value: &'static str| changed(place, &Set(value));
        let whole = |text: &str| serde_json::from_str(text).expect("an example is JSON");
        let (bad, good) = match code.code().explanation().example {
            Example::Dashboard { place, bad, good } => (document(place, bad), document(place, good)),
            Example::Document { bad, good } => (whole(bad), whole(good)),
            Example::Situation(text) => {
                assert!(!text.is_empty(), "{code}");
                continue;
            }
            other => panic!("{code}: {other:?} is not a dashboard"),
        };
        let (found, expected) = (findings(&bad), (code.text(), code.code().explanation().severity));
        if found.is_empty() || found.iter().any(|one| *one != expected) {
            wrong.push(format!("{code}, bad: {found:?}"));
        }
        let found = findings(&good);
        if !found.is_empty() {
            wrong.push(format!("{code}, good: {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_code_has_a_mutation_or_a_test_of_its_own() {
    let covered: BTreeSet<&str> = MUTATIONS.iter().map(|(_, _, _, code)| *code).collect();
    // Codes with tests below, in the crate's documentation, found by schemas or in YAML (`tests/dashboards.rs` of the
    // root).
    let own = ["QS0001", "QS0002", "QS0003", "QS1101", "QS1202"];
    let uncovered: Vec<&str> = Code::ALL
        .iter()
        .map(|code| code.text())
        .filter(|code| !covered.contains(code) && !own.contains(code))
        .collect();
    assert!(uncovered.is_empty(), "{uncovered:?}");
}

#[test]
fn documents_without_a_dashboard_are_reported() {
    for document in ["[]", "{}", "{\"Resources\": []}", "null", "\"text\""] {
        let findings = strataform_dashboard::check(&serde_json::from_str(document).expect("JSON"));
        assert_eq!(findings[0].code, Code::Document, "{document}");
    }
}

#[test]
fn exceeded_limits_are_reported() {
    let mut document = everything();
    let sheets = document.pointer_mut(&format!("{D}/Sheets")).and_then(Value::as_array_mut).expect("a list");
    for at in 0..20 {
        let mut sheet = sheets[0].clone();
        sheet["SheetId"] = format!("sheet-{at}").into();
        sheets.push(sheet);
    }
    let findings = strataform_dashboard::check(&document);
    let limit = findings.iter().find(|finding| finding.code == Code::Limit).expect("there are 21 sheets");
    assert_eq!(limit.summary, "21 `Sheets`; at most 20 are allowed");
}

#[test]
fn a_data_set_with_rules_must_be_for_rules() {
    let mut document = everything();
    let mut rules = document.pointer("/Resources/EventsDataSet").expect("it has a data set").clone();
    rules["Properties"]["DataSetId"] = "clickstream-rules".into();
    let properties = rules["Properties"].as_object_mut().expect("an object");
    properties.remove("DataSetRefreshProperties");
    properties.insert("ImportMode".to_owned(), "DIRECT_QUERY".into());
    document["Resources"]["RulesDataSet"] = rules;
    let arn = serde_json::json!({"Fn::GetAtt": ["RulesDataSet", "Arn"]});
    let of = serde_json::json!({"Arn": arn, "PermissionPolicy": "GRANT_ACCESS"});
    let properties = document.pointer_mut(SET).and_then(Value::as_object_mut).expect("an object");
    properties.insert("RowLevelPermissionDataSet".to_owned(), of);
    let findings = strataform_dashboard::check(&document);
    let found: Vec<_> = findings.iter().map(|one| (one.code, one.path.as_str())).collect();
    assert_eq!(found, [(Code::Required, "/Resources/RulesDataSet/Properties")], "{findings:#?}");
    document["Resources"]["RulesDataSet"]["Properties"]["UseAs"] = "RLS_RULES".into();
    let findings = strataform_dashboard::check(&document);
    assert!(findings.is_empty(), "{findings:#?}");
}

#[test]
fn a_filter_without_a_control_is_reported() {
    let mut document = everything();
    let parameter = format!("{D}/ParameterDeclarations/2/StringParameterDeclaration");
    document
        .pointer_mut(&parameter)
        .and_then(Value::as_object_mut)
        .expect("an object")
        .remove("DefaultValues");
    assert!(strataform_dashboard::check(&document).is_empty(), "a control sets it");
    let controls = format!("{SHEET}/ParameterControls");
    document.pointer_mut(&controls).and_then(Value::as_array_mut).expect("a list").remove(2);
    let findings = strataform_dashboard::check(&document);
    assert!(findings.iter().any(|finding| finding.code == Code::Uncontrolled), "{findings:#?}");
}

#[test]
fn the_nearest_name_is_suggested_at_the_place() {
    let pointer = format!("{D}/CalculatedFields/0/Expression");
    let findings = strataform_dashboard::check(&changed(&pointer, &Set("\"distinct_count({sesion_id})\"")));
    assert_eq!(findings.len(), 1, "{findings:#?}");
    assert_eq!(findings[0].path, format!("{D}/CalculatedFields/0"));
    assert_eq!(findings[0].help, "did you mean `session_id`?");
}

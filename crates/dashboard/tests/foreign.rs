//! Dashboards of others: what QuickSight accepts has no errors, and what it refuses is still found.
//!
//! The inputs are our own, and show what definitions that AWS ships have: level-aware calculations, placeholders, texts
//! with definitions, leftovers of what was removed.
#![allow(clippy::expect_used, missing_docs, reason = "a test says what broke")]

use serde_json::{Value, json};
use strataform_dashboard::{Finding, Reader, Severity, check, definitions, expanded};

/// A dashboard of one data set with these calculated fields, as `name: expression`, and visuals.
fn board(fields: &[(&str, &str)], visuals: &[Value]) -> Value {
    let fields: Vec<Value> = fields
        .iter()
        .map(|(name, text)| json!({"DataSetIdentifier": "sales", "Name": name, "Expression": text}))
        .collect();
    json!({
        "DataSetIdentifierDeclarations": [
            {"Identifier": "sales", "DataSetArn": "arn:aws:quicksight:eu-west-1:111122223333:dataset/sales"}
        ],
        "CalculatedFields": fields,
        "Sheets": [{"SheetId": "s1", "Name": "Sheet", "Visuals": visuals}]
    })
}

fn column(name: &str) -> Value {
    json!({"DataSetIdentifier": "sales", "ColumnName": name})
}

fn table(group: &Value) -> Value {
    let wells = json!({"TableAggregatedFieldWells": {"GroupBy": [group]}});
    json!({"TableVisual": {"VisualId": "v1", "ChartConfiguration": {"FieldWells": wells}}})
}

fn kpi(values: &Value, options: &Value) -> Value {
    let chart = json!({"FieldWells": {"Values": values}, "KPIOptions": options});
    json!({"KPIVisual": {"VisualId": "v1", "ChartConfiguration": chart}})
}

fn codes(findings: &[Finding]) -> Vec<String> {
    let text = |one: &Finding| format!("{} {}", one.code.text(), one.severity.name());
    findings.iter().map(text).collect()
}

/// Level-aware calculations and comparisons that the service accepts.
#[test]
fn level_aware_calculations_of_rows_have_no_errors() {
    for fields in [
        // The value of a window before the aggregates can be aggregated.
        &[("top", "maxOver({amount}, [{country}], PRE_AGG)"), ("total", "sum({top})")][..],
        &[("n", "countOver({order}, [{country}], PRE_FILTER)"), ("kind", "ifelse({n} > 2, 'many', {order})")],
        &[
            ("r", "denseRank([{amount} DESC], [{country}], PRE_AGG)"),
            ("t", "ifelse({r} <= 3, {country}, 'rest')"),
        ],
        &[("share", "sumOver({amount}, [{country}], PRE_AGG) / {amount}")],
        &[("twice", "maxOver(sumOver({amount}, [{day}], PRE_AGG), [{country}], PRE_AGG)")],
        // The type of a greatest value is that of its operand.
        &[
            ("newest", "maxOver(parseDate({day}, 'yyyy-MM-dd'), [], PRE_AGG)"),
            ("age", "dateDiff({newest}, now(), 'DD')"),
        ],
        &[("name", "minOver(toLower({country}), [], PRE_AGG)"), ("length", "strlen({name})")],
        // Level-aware aggregates, with groups that depend on the visual.
        &[("average", "avg(sum({amount}, [{country}, truncDate('MM', {day})]))")],
        &[("all", "sum(sum({amount}, [${visualDimensions}, {country}]))")],
        &[("other", "sum(max({amount}, [${visualDimensions}, !{country}]))")],
        // 1 is true, and 0 is false.
        &[
            ("big", "{amount} > 100"),
            ("factor", "ifelse({big} = 1 AND {country} = 'PT', 2, {big} <> 0, 1, 0)"),
        ],
        &[
            ("big", "{amount} > 100"),
            ("factor", "ifelse(in({big}, [1]), switch({big}, 1, 'a', 0, 'b', 'c'), 'd')"),
        ],
        // After the aggregates, a dimension can be counted.
        &[("orders", "countOver({order}, [{country}])")],
    ] {
        let findings = check(&board(fields, &[]));
        assert_eq!(codes(&findings), Vec::<String>::new(), "{fields:?}: {findings:#?}");
    }
}

#[test]
fn a_greatest_date_is_a_date_in_a_visual() {
    let newest = [("newest", "maxOver(parseDate({day}, 'yyyy-MM-dd'), [], PRE_AGG)")];
    let date = table(&json!({"DateDimensionField": {"FieldId": "f", "Column": column("newest")}}));
    assert_eq!(check(&board(&newest, &[date])), []);
    let number = table(&json!({"NumericalDimensionField": {"FieldId": "f", "Column": column("newest")}}));
    assert_eq!(codes(&check(&board(&newest, &[number]))), ["QS0301 error"]);
}

/// What QuickSight refuses, with the reason and where its reference says so.
const REFUSED: &[(&str, &str, &str)] = &[
    (
        "maxOver(sum({amount}), [{country}], PRE_AGG)",
        "QS0404 error",
        "maxOver, calculation level: no aggregation with PRE_FILTER or PRE_AGG",
    ),
    (
        "rank([sum({amount}) DESC], [], PRE_FILTER)",
        "QS0404 error",
        "rank, calculation level: no aggregation with PRE_FILTER or PRE_AGG",
    ),
    (
        "sum(sumOver(sum({amount}), [{country}]))",
        "QS0404 error",
        "aggregate functions: the nesting of aggregate functions is not allowed",
    ),
    (
        "sum(maxOver({amount}, [{country}], POST_AGG_FILTER))",
        "QS0404 error",
        "POST_AGG_FILTER is the default: a table calculation of the visual, which no aggregate contains",
    ),
    (
        "avg(avg({amount}))",
        "QS0404 error",
        "aggregate functions: the nesting of aggregate functions is not allowed",
    ),
    (
        "sum({amount}) / sumOver({amount}, [{country}], PRE_AGG)",
        "QS0404 error",
        "calculated fields: aggregated and non-aggregated fields cannot be combined",
    ),
    ("sumOver(toLower({country}), [], PRE_AGG)", "QS0404 error", "sumOver: a measure, which is a number"),
    (
        "dateDiff(countOver({order}, [], PRE_AGG), now(), 'DD')",
        "QS0404 error",
        "dateDiff: two dates; countOver returns a number",
    ),
    ("ifelse(isNull({country}) = 2, 1, 0)", "QS0404 error", "a condition is true or false, 1 or 0"),
    ("ifelse(isNull({country}) = 'yes', 1, 0)", "QS0404 error", "a condition is not a string"),
];

#[test]
fn what_the_service_refuses_is_still_found() {
    for (text, expected, reason) in REFUSED {
        let findings = check(&board(&[("f", text)], &[]));
        assert!(!findings.is_empty(), "{text}: {reason}");
        assert!(codes(&findings).iter().all(|code| code == expected), "{text}: {reason}: {findings:#?}");
    }
}

/// The service itself writes each of these options without the others.
#[test]
fn a_kpi_is_blank_only_without_a_value() {
    let value = json!([{"NumericalMeasureField": {"FieldId": "f", "Column": column("amount")}}]);
    for options in [
        json!({}),
        json!({"PrimaryValueDisplayType": "ACTUAL"}),
        json!({"PrimaryValueFontConfiguration": {"FontSize": {"Relative": "LARGE"}}}),
        json!({"Comparison": {"ComparisonMethod": "PERCENT_DIFFERENCE"}}),
        json!({"Comparison": {"ComparisonMethod": "PERCENT_DIFFERENCE"}, "PrimaryValueDisplayType": "ACTUAL",
            "Sparkline": {"Visibility": "VISIBLE", "Type": "AREA"}}),
    ] {
        assert_eq!(check(&board(&[], &[kpi(&value, &options)])), [], "{options}");
        assert_eq!(codes(&check(&board(&[], &[kpi(&json!([]), &options)]))), ["QS1201 warning"], "{options}");
    }
}

/// A template's placeholders are data sets, with the columns that they require.
#[test]
fn placeholders_of_templates_are_data_sets() {
    let of = |name: &str| {
        let field = json!({"CategoricalDimensionField": {"FieldId": "f", "Column": column(name)}});
        let columns =
            json!([{"Name": "country", "DataType": "STRING"}, {"Name": "day", "DataType": "DATETIME"}]);
        let definition = json!({
            "DataSetConfigurations": [{"Placeholder": "sales", "DataSetSchema": {"ColumnSchemaList": columns}}],
            "Sheets": [{"SheetId": "s1", "Name": "Sheet", "Visuals": [table(&field)]}]
        });
        let described = json!({"TemplateId": "t", "Definition": definition});
        let resource = json!({"Type": "AWS::QuickSight::Template", "Properties": described});
        let [all, resource] =
            [described, json!({"Resources": {"T": resource}})].map(|one| codes(&check(&one)));
        assert_eq!(all, resource, "{name}");
        all
    };
    assert_eq!(of("country"), Vec::<String>::new());
    assert_eq!(of("county"), ["QS0102 error"]);
    assert_eq!(of("day"), ["QS0301 error"]);
}

/// What another tool fills in is not known, and nothing is said about it.
#[test]
fn placeholders_of_other_tools_are_not_known() {
    for (set, name, expected) in [
        ("{{ data_set }}", "country", &[][..]),
        ("${data_set}", "country", &[]),
        ("sales", "{{ country }}", &[]),
        ("salse", "country", &["QS0101 error"]),
    ] {
        let of = json!({"DataSetIdentifier": set, "ColumnName": name});
        let field = json!({"CategoricalDimensionField": {"FieldId": "f", "Column": of}});
        assert_eq!(codes(&check(&board(&[], &[table(&field)]))), expected, "{set} {name}");
    }
    let mut named = board(&[("f", "ifelse({{condition}}, {amount}, 0)")], &[]);
    named["Sheets"][0]["SheetId"] = "{{ sheet }}".into();
    assert_eq!(check(&named), []);
    named["Sheets"][0]["SheetId"] = "{ sheet }".into();
    assert_eq!(codes(&check(&named)), ["QS0202 error"]);
}

/// QuickSight writes and accepts references to what was removed.
#[test]
fn leftovers_of_the_service_are_warnings() {
    let scope = json!({"AllSheets": {}});
    let of = |set: &str, parameter: &str| {
        let mut board = board(&[("f", &format!("ifelse(${{{parameter}}} = 1, 'a', 'b')"))], &[]);
        let column = json!({"DataSetIdentifier": set, "ColumnName": "country"});
        let filter = json!({"CategoryFilter": {"FilterId": "f", "Column": column}});
        board["FilterGroups"] =
            json!([{"FilterGroupId": "g", "Filters": [filter], "ScopeConfiguration": scope}]);
        codes(&check(&board))
    };
    let removed =
        of("MissingDataSetId_MissingDataSetId_1", "MissingParametera0855dc259824c4c973db9e570f4c9ab");
    assert_eq!(removed, ["QS0103 warning", "QS0101 warning"]);
    assert_eq!(of("sales", "0e1f2a3b-0000-4000-8000-aabbccddeeff"), ["QS0103 warning"]);
    assert_eq!(of("Missing", "MissingParameter"), ["QS0103 error", "QS0101 error"]);
}

/// A document with the definition in a text, and the data set next to it.
fn catalog(expression: &str) -> Value {
    let definition = board(&[("f", expression)], &[]).to_string();
    let columns = json!([{"Name": "amount", "Type": "DECIMAL"}, {"Name": "country", "Type": "STRING"}]);
    let tables = json!({"t": {"RelationalTable": {"DataSourceArn": "${source}", "InputColumns": columns}}});
    let computed = |name: &str, expression: &str| {
        json!({"CreateColumnsOperation": {"Columns": [
            {"ColumnName": name, "ColumnId": "0e1f2a3b-0000-4000-8000-aabbccddeeff", "Expression": expression}]}})
    };
    let transforms = json!([
        computed("orders", "count({country})"),
        computed("rate", "{orders} / 2"),
        {"ProjectOperation": {"ProjectedColumns": ["amount", "country", "orders", "rate", "removed"]}}
    ]);
    let logical =
        json!({"l": {"Alias": "l", "Source": {"PhysicalTableId": "t"}, "DataTransforms": transforms}});
    let set = json!({"DataSetId": "sales", "PhysicalTableMap": tables, "LogicalTableMap": logical});
    json!({
        "dashboards": {"SALES": {"name": "Sales", "dashboardId": "sales-board", "data": definition}},
        "datasets": {"sales": {"data": set}}
    })
}

fn whole(document: Value) -> Value {
    let text = |text: &str| serde_json::from_str(text).ok();
    let file = |name: &str| (name == "board.json").then(|| board(&[("f", "{amount} +")], &[]));
    expanded(document, &Reader { text: &text, file: &file })
}

#[test]
fn definitions_in_texts_are_read_with_the_data_sets_next_to_them() {
    let of = |expression: &str| {
        let findings = check(&whole(catalog(expression)));
        findings.into_iter().map(|one| (one.path, one.code.text(), one.severity)).collect::<Vec<_>>()
    };
    // QuickSight ignores a removed column in a projection.
    let projection = "/datasets/sales/data/LogicalTableMap/l/DataTransforms/2/ProjectOperation";
    let ignored = (projection.to_owned(), "QS0102", Severity::Warning);
    assert_eq!(of("sum({amount}) / {rate}"), std::slice::from_ref(&ignored));
    assert_eq!(of("{0e1f2a3b-0000-4000-8000-aabbccddeeff} = 'a'"), std::slice::from_ref(&ignored));
    let field = "/dashboards/SALES/data/CalculatedFields/0".to_owned();
    assert_eq!(of("sum({amuont})"), [(field.clone(), "QS0102", Severity::Error), ignored.clone()]);
    // An aggregate of the data set is one, and so is what it computes from it.
    assert_eq!(of("{amount} / {rate}"), [(field, "QS0404", Severity::Error), ignored]);
}

#[test]
fn definitions_are_named_after_their_assets() {
    let of = |document: Value| {
        let document = whole(document);
        let all = definitions(&document);
        let text =
            |one: &strataform_dashboard::Definition<'_>| format!("{}|{}|{}", one.path, one.name, one.title);
        let mut all: Vec<String> = all.iter().map(text).collect();
        all.sort();
        all
    };
    assert_eq!(of(catalog("1")), ["/dashboards/SALES/data|sales-board|Sales"]);
    assert_eq!(of(board(&[], &[])), ["||"]);
    let described = json!({"Name": "Sales", "DashboardId": "s", "Definition": board(&[], &[])});
    assert_eq!(of(described.clone()), ["/Definition|s|Sales"]);
    let both = json!({"dashboards": {"d": described}, "analyses": {"a": {"Definition": board(&[], &[])}}});
    assert_eq!(of(both), ["/analyses/a/Definition|a|", "/dashboards/d/Definition|s|Sales"]);
    let text = json!({"Fn::Sub": board(&[], &[]).to_string()});
    let properties = json!({"DashboardId": "s", "Name": "Sales", "Definition": text});
    let custom = json!({"Type": "Custom::Board", "Properties": properties.clone()});
    assert_eq!(of(json!({"Resources": {"C": custom}})), ["/Resources/C/Properties/Definition|s|Sales"]);
    let own = json!({"Type": "AWS::QuickSight::Dashboard", "Properties": properties});
    assert_eq!(of(json!({"Resources": {"C": own}})), ["/Resources/C/Properties/Definition|s|Sales"]);
    let asset = json!({"resourceType": "dashboard", "dashboardId": "s", "name": "Sales", "definition":
        {"dataSetIdentifierDeclarations": []}});
    assert_eq!(of(asset), ["/Resources/Asset/Properties/Definition|s|Sales"]);
}

#[test]
fn files_that_a_document_names_are_read_and_others_are_reported() {
    let of = |file: &str| {
        let findings = check(&whole(json!({"dashboards": {"SALES": {"name": "Sales", "file": file}}})));
        findings.iter().map(|one| format!("{} {}", one.code.text(), one.path)).collect::<Vec<_>>()
    };
    assert_eq!(of("board.json"), ["QS0404 /dashboards/SALES/file/CalculatedFields/0"]);
    assert_eq!(of("other.json"), ["QS0001 /dashboards/SALES"]);
    assert_eq!(codes(&check(&json!({"dashboards": {}}))), ["QS0001 error"]);
    let named = json!({"dashboards": {"SALES": {"templateId": "sales"}}});
    assert_eq!(codes(&check(&named)), ["QS0001 warning"]);
}

/// Nothing is read without end: a text in a text in a text.
#[test]
fn texts_in_texts_are_read_to_a_depth() {
    let mut text = board(&[], &[]).to_string();
    for _ in 0..8 {
        text = json!({"data": text}).to_string();
    }
    let document = whole(json!({"dashboards": {"d": {"data": text}}}));
    assert_eq!(definitions(&document).len(), 0);
}

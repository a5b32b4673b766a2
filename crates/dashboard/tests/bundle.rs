//! Bundles are checked like templates.
#![allow(clippy::expect_used, missing_docs, reason = "a test says what broke")]

use serde_json::{Value, json};
use strataform_dashboard::{bundle, check};

fn files(column: &str) -> Vec<(String, Value)> {
    let field = json!({"numericalMeasureField": {
        "fieldId": "f", "column": {"dataSetIdentifier": "sales", "columnName": column}}});
    let dashboard = json!({
        "resourceType": "dashboard", "dashboardId": "d", "name": "Sales",
        "definition": {
            "dataSetIdentifierDeclarations": [
                {"identifier": "sales", "dataSetArn": "arn:aws:quicksight:eu-west-1:111122223333:dataset/0a-1b"}],
            "sheets": [{"sheetId": "s", "name": "Sheet", "visuals": [
                {"kpiVisual": {"visualId": "v", "chartConfiguration": {"fieldWells": {"values": [field]}}}}]}],
        },
    });
    let set = json!({
        "resourceType": "dataset", "dataSetId": "0a-1b", "name": "sales", "importMode": "SPICE",
        "physicalTableMap": {"t-1": {"relationalTable": {
            "dataSourceArn": "arn:aws:quicksight:eu-west-1:111122223333:datasource/x", "name": "sales",
            "inputColumns": [{"name": "revenue", "type": "DECIMAL"}, {"name": "country", "type": "STRING"}]}}},
    });
    vec![("dashboard/d.json".to_owned(), dashboard), ("dataset/0a-1b.json".to_owned(), set)]
}

#[test]
fn errors_are_found_across_the_files_of_a_bundle() {
    assert_eq!(check(&bundle::template(&files("revenue"))), []);
    let found = check(&bundle::template(&files("revenu")));
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].code.text(), found[0].help.as_str()), ("QS0102", "did you mean `revenue`?"));
    assert!(
        found[0].path.starts_with("/Resources/dashboard~1d.json/Properties/Definition/Sheets/0/Visuals/0/")
    );
    let texts = check(&bundle::template(&files("country")));
    assert_eq!(texts.iter().map(|one| one.code.text()).collect::<Vec<_>>(), ["QS0301"]);
}

#[test]
fn other_files_are_ignored() {
    let template =
        bundle::template(&[("readme.json".to_owned(), json!({"hello": 1})), ("x".to_owned(), json!(null))]);
    assert_eq!(template, json!({"Resources": {}}));
}

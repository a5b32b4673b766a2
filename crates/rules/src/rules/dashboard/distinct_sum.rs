//! Distinct counts are not added up.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::data_set;
use crate::finding::{Report, words};
use crate::world::{Resource, World};

strataform_diagnostic::codes! {
    pub(crate) DISTINCT_SUM "GEN0677" Warning
        "A visual sums a column that is a count of distinct values."
        "Whoever is in two groups is counted twice: the sum of visitors by country is not the number of visitors (research on the warehouse, finding 17). Count distinct values of a row-level data set, or show one group at a time."
        Template {
            bad: r#"
Resources:
  Daily:
    Type: AWS::QuickSight::DataSet
    Properties:
      DataSetId: daily
      PhysicalTableMap:
        daily:
          CustomSql:
            DataSourceArn: "arn:aws:quicksight:eu-west-1:111122223333:datasource/shop"
            Name: daily
            SqlQuery: "SELECT day, country, COUNT(DISTINCT visitor_id) AS visitors FROM visit GROUP BY 1, 2"
            Columns: [{Name: day, Type: DATETIME}, {Name: country, Type: STRING}, {Name: visitors, Type: INTEGER}]
  Dashboard:
    Type: AWS::QuickSight::Dashboard
    Properties:
      AwsAccountId: "111122223333"
      Name: Shop
      DashboardId: shop
      Permissions: [{Actions: ["quicksight:QueryDashboard"], Principal: "arn:aws:quicksight:us-east-1:111122223333:group/default/readers"}]
      Definition:
        DataSetIdentifierDeclarations: [{Identifier: daily, DataSetArn: !GetAtt Daily.Arn}]
        Sheets:
          - SheetId: one
            Visuals:
              - KPIVisual:
                  VisualId: visitors
                  ChartConfiguration:
                    FieldWells:
                      Values:
                        - NumericalMeasureField:
                            FieldId: visitors
                            Column: {DataSetIdentifier: daily, ColumnName: visitors}
                            AggregationFunction: {SimpleNumericalAggregation: SUM}
"#,
            good: r#"
Resources:
  Daily:
    Type: AWS::QuickSight::DataSet
    Properties:
      DataSetId: daily
      PhysicalTableMap:
        daily:
          CustomSql:
            DataSourceArn: "arn:aws:quicksight:eu-west-1:111122223333:datasource/shop"
            Name: daily
            SqlQuery: "SELECT day, country, COUNT(DISTINCT visitor_id) AS visitors FROM visit GROUP BY 1, 2"
            Columns: [{Name: day, Type: DATETIME}, {Name: country, Type: STRING}, {Name: visitors, Type: INTEGER}]
  Dashboard:
    Type: AWS::QuickSight::Dashboard
    Properties:
      AwsAccountId: "111122223333"
      Name: Shop
      DashboardId: shop
      Permissions: [{Actions: ["quicksight:QueryDashboard"], Principal: "arn:aws:quicksight:us-east-1:111122223333:group/default/readers"}]
      Definition:
        DataSetIdentifierDeclarations: [{Identifier: daily, DataSetArn: !GetAtt Daily.Arn}]
        Sheets:
          - SheetId: one
            Visuals:
              - KPIVisual:
                  VisualId: visitors
                  ChartConfiguration:
                    FieldWells:
                      Values:
                        - NumericalMeasureField:
                            FieldId: visitors
                            Column: {DataSetIdentifier: daily, ColumnName: visitors}
                            AggregationFunction: {SimpleNumericalAggregation: MAX}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    let kinds = ["AWS::QuickSight::Dashboard", "AWS::QuickSight::Analysis"];
    for one in kinds.into_iter().flat_map(|kind| world.of_type(kind)) {
        let mut counts: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for (_, declaration) in one.items("Definition/DataSetIdentifierDeclarations") {
            let text = |name| declaration.get(name).and_then(Value::as_str);
            let set = text("DataSetArn").and_then(|arn| data_set(world, arn));
            if let (Some(identifier), Some(set)) = (text("Identifier"), set) {
                counts.insert(identifier, distinct(set));
            }
        }
        if counts.values().all(BTreeSet::is_empty) {
            continue;
        }
        let mut found = Vec::new();
        sums("Definition", one.get("Definition").unwrap_or(&Value::Null), &mut found);
        for (path, identifier, column) in found {
            if counts.get(identifier).is_some_and(|all| all.contains(&column.to_ascii_lowercase())) {
                let about = words(
                    format!("`{}` sums `{column}`, a count of distinct values", one.id),
                    "whoever is in two groups is counted twice",
                    "count distinct values of a row-level data set, or show one group at a time",
                );
                report.property(DISTINCT_SUM, one, &path, about);
            }
        }
    }
}

/// The columns of a data set that its statements count distinct values as, in lower case.
fn distinct(set: &Resource) -> BTreeSet<String> {
    let tables = set.get("PhysicalTableMap").and_then(Value::as_object);
    let sql = tables.into_iter().flat_map(|tables| tables.values());
    let sql = sql.filter_map(|table| table.pointer("/CustomSql/SqlQuery")?.as_str());
    let mut found = BTreeSet::new();
    for sql in sql.map(str::to_ascii_lowercase) {
        for (at, _) in sql.match_indices("count(distinct ") {
            // Only an argument without parentheses, and a name after it.
            let Some((argument, rest)) = sql[at + 6..].split_once(')') else { continue };
            let mut words = rest.split(|one: char| !one.is_ascii_alphanumeric() && one != '_' && one != '"');
            if !argument.contains('(') && rest.starts_with(" as ") && words.next() == Some("") {
                found.extend(words.nth(1).map(|name| name.trim_matches('"').to_owned()));
            }
        }
    }
    found
}

/// The columns that a value sums, with their places and data sets.
fn sums<'a>(path: &str, value: &'a Value, found: &mut Vec<(String, &'a str, &'a str)>) {
    if value.pointer("/AggregationFunction/SimpleNumericalAggregation").is_some_and(|name| name == "SUM") {
        let text = |name| value.pointer(name).and_then(Value::as_str);
        if let (Some(set), Some(column)) = (text("/Column/DataSetIdentifier"), text("/Column/ColumnName")) {
            found.push((format!("{path}/AggregationFunction"), set, column));
        }
    }
    match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, one)| sums(&format!("{path}/{at}"), one, found));
        }
        Value::Object(all) => all.iter().for_each(|(key, one)| sums(&format!("{path}/{key}"), one, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

//! A dashboard uses columns that its data sets have, in whatever template they are.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::data_set;
use crate::columns::columns;
use crate::finding::{Report, words};
use crate::world::{Resource, World};

strataform_diagnostic::codes! {
    pub(crate) VISUAL_COLUMN "GEN0665" Error
        "A dashboard uses a column that its data set does not have."
        "QuickSight shows an error instead of the visual, or refuses the dashboard (research on QuickSight, section 1: `ValidationStrategy`). The data set is found by its ARN, also in another template; where the dashboard refers to it by `Fn::GetAtt` in one template, QS0102 says the same. Add the column to the data set, or correct its name."
        Template {
            bad: r#"
Resources:
  Orders:
    Type: AWS::QuickSight::DataSet
    Properties:
      DataSetId: orders
      PhysicalTableMap: {orders: {RelationalTable: {DataSourceArn: "arn:aws:quicksight:eu-west-1:111122223333:datasource/shop", Name: orders, InputColumns: [{Name: amount, Type: DECIMAL}]}}}
  Dashboard:
    Type: AWS::QuickSight::Dashboard
    Properties:
      AwsAccountId: "111122223333"
      Name: Shop
      DashboardId: shop
      Permissions: [{Actions: ["quicksight:QueryDashboard"], Principal: "arn:aws:quicksight:us-east-1:111122223333:group/default/readers"}]
      Definition:
        DataSetIdentifierDeclarations:
          - {Identifier: orders, DataSetArn: !Sub "arn:aws:quicksight:${AWS::Region}:${AWS::AccountId}:dataset/orders"}
        CalculatedFields: [{DataSetIdentifier: orders, Name: total, Expression: "sum({amount})"}]
        FilterGroups: [{FilterGroupId: one, CrossDataset: SINGLE_DATASET, ScopeConfiguration: {AllSheets: {}}, Filters: [{NumericEqualityFilter: {FilterId: one, MatchOperator: EQUALS, NullOption: ALL_VALUES, Column: {DataSetIdentifier: orders, ColumnName: price}}}]}]
"#,
            good: r#"
Resources:
  Orders:
    Type: AWS::QuickSight::DataSet
    Properties:
      DataSetId: orders
      PhysicalTableMap: {orders: {RelationalTable: {DataSourceArn: "arn:aws:quicksight:eu-west-1:111122223333:datasource/shop", Name: orders, InputColumns: [{Name: amount, Type: DECIMAL}]}}}
  Dashboard:
    Type: AWS::QuickSight::Dashboard
    Properties:
      AwsAccountId: "111122223333"
      Name: Shop
      DashboardId: shop
      Permissions: [{Actions: ["quicksight:QueryDashboard"], Principal: "arn:aws:quicksight:us-east-1:111122223333:group/default/readers"}]
      Definition:
        DataSetIdentifierDeclarations:
          - {Identifier: orders, DataSetArn: !Sub "arn:aws:quicksight:${AWS::Region}:${AWS::AccountId}:dataset/orders"}
        CalculatedFields: [{DataSetIdentifier: orders, Name: total, Expression: "sum({amount})"}]
        FilterGroups: [{FilterGroupId: one, CrossDataset: SINGLE_DATASET, ScopeConfiguration: {AllSheets: {}}, Filters: [{NumericEqualityFilter: {FilterId: one, MatchOperator: EQUALS, NullOption: ALL_VALUES, Column: {DataSetIdentifier: orders, ColumnName: total}}}]}]
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    let kinds = ["AWS::QuickSight::Dashboard", "AWS::QuickSight::Analysis"];
    for one in kinds.into_iter().flat_map(|kind| world.of_type(kind)) {
        let sets = declared(world, one);
        let mut used = Vec::new();
        if let Some(definition) = one.get("Definition") {
            uses("Definition", definition, &mut used);
        }
        for (path, identifier, column) in used {
            let Some((set, known)) = sets.get(identifier) else { continue };
            if known.contains(column) || !crate::text::is_known(column) {
                continue;
            }
            let about = words(
                format!("`{}` uses the unknown column `{column}`", one.id),
                format!("the data set `{}` of stack {} has no such column", set.id, set.stack),
                "add the column to the data set, or correct its name",
            );
            report.property(VISUAL_COLUMN, one, &path, about);
        }
    }
}

/// The data sets that a definition declares, with their columns and its calculated fields.
fn declared<'a>(world: &'a World, one: &'a Resource) -> BTreeMap<&'a str, (&'a Resource, BTreeSet<String>)> {
    let mut found = BTreeMap::new();
    for (path, declaration) in one.items("Definition/DataSetIdentifierDeclarations") {
        let text = |name| declaration.get(name).and_then(Value::as_str);
        let (Some(identifier), Some(arn)) = (text("Identifier"), text("DataSetArn")) else { continue };
        let Some(set) = data_set(world, arn) else { continue };
        // The checks of definitions see this one.
        let attribute = format!("/Properties/{path}/DataSetArn/Fn::GetAtt");
        if set.stack == one.stack && one.written.pointer(&attribute).is_some() {
            continue;
        }
        let Some(mut known) = columns(set) else { continue };
        for (_, field) in one.items("Definition/CalculatedFields") {
            known.extend(field.get("Name").and_then(Value::as_str).map(str::to_owned));
        }
        found.insert(identifier, (set, known));
    }
    found
}

/// The columns that a value uses, with their places and data sets.
fn uses<'a>(path: &str, value: &'a Value, found: &mut Vec<(String, &'a str, &'a str)>) {
    let text = |name| value.get(name).and_then(Value::as_str);
    if let (Some(identifier), Some(column)) = (text("DataSetIdentifier"), text("ColumnName")) {
        found.push((format!("{path}/ColumnName"), identifier, column));
    }
    match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, one)| uses(&format!("{path}/{at}"), one, found));
        }
        Value::Object(all) => all.iter().for_each(|(key, one)| uses(&format!("{path}/{key}"), one, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

//! Rules of row-level security say for whom they are.

use super::{DATA_SET, data_set};
use crate::columns::columns;
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) RULES_USER "GEN0675" Error
        "A data set of rules for row-level security names no users or groups."
        "QuickSight refuses rules without one of the columns `UserName`, `GroupName`, `UserARN` and `GroupARN` (Amazon QuickSight API reference, \"RowLevelPermissionDataSet\"). Rename the column in the data set of rules."
        Template {
            bad: r#"
Resources:
  Rules:
    Type: AWS::QuickSight::DataSet
    Properties:
      DataSetId: rules
      UseAs: RLS_RULES
      PhysicalTableMap: {rules: {RelationalTable: {DataSourceArn: "arn:aws:quicksight:eu-west-1:111122223333:datasource/shop", Name: rules, InputColumns: [{Name: person, Type: STRING}, {Name: country, Type: STRING}]}}}
  Orders:
    Type: AWS::QuickSight::DataSet
    Properties:
      DataSetId: orders
      RowLevelPermissionDataSet: {Arn: !GetAtt Rules.Arn, PermissionPolicy: GRANT_ACCESS}
"#,
            good: r#"
Resources:
  Rules:
    Type: AWS::QuickSight::DataSet
    Properties:
      DataSetId: rules
      UseAs: RLS_RULES
      PhysicalTableMap: {rules: {RelationalTable: {DataSourceArn: "arn:aws:quicksight:eu-west-1:111122223333:datasource/shop", Name: rules, InputColumns: [{Name: UserName, Type: STRING}, {Name: country, Type: STRING}]}}}
  Orders:
    Type: AWS::QuickSight::DataSet
    Properties:
      DataSetId: orders
      RowLevelPermissionDataSet: {Arn: !GetAtt Rules.Arn, PermissionPolicy: GRANT_ACCESS}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for set in world.of_type(DATA_SET) {
        let path = "RowLevelPermissionDataSet/Arn";
        let Some(rules) = set.text(path).and_then(|arn| data_set(world, arn)) else { continue };
        let Some(known) = columns(rules) else { continue };
        let is_user = |name: &String| USERS.iter().any(|user| name.eq_ignore_ascii_case(user));
        if known.iter().any(is_user) {
            continue;
        }
        let about = words(
            format!("the rules `{}` of `{}` name no users or groups", rules.id, set.id),
            format!("the data set has none of the columns {}", USERS.join(", ")),
            "rename a column of the rules to one of these",
        );
        report.property(RULES_USER, set, path, about);
    }
}

/// The columns that say for whom a rule is.
const USERS: [&str; 4] = ["UserName", "GroupName", "UserARN", "GroupARN"];

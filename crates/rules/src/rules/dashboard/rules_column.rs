//! Rules of row-level security are about columns that exist.

use super::{DATA_SET, data_set};
use crate::columns::columns;
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) RULES_COLUMN "GEN0678" Warning
        "A rule for row-level security is about a column that the data set does not have."
        "QuickSight matches the columns of the rules with those of the data set by name; rules for an unknown one cannot be applied (Amazon QuickSight user guide, \"Using row-level security with user-based rules to restrict access to a dataset\"). Rename one of them."
        Template {
            bad: r#"
Resources:
  Rules:
    Type: AWS::QuickSight::DataSet
    Properties:
      DataSetId: rules
      UseAs: RLS_RULES
      PhysicalTableMap: {rules: {RelationalTable: {DataSourceArn: "arn:aws:quicksight:eu-west-1:111122223333:datasource/shop", Name: rules, InputColumns: [{Name: GroupName, Type: STRING}, {Name: region, Type: STRING}]}}}
  Orders:
    Type: AWS::QuickSight::DataSet
    Properties:
      DataSetId: orders
      PhysicalTableMap: {orders: {RelationalTable: {DataSourceArn: "arn:aws:quicksight:eu-west-1:111122223333:datasource/shop", Name: orders, InputColumns: [{Name: country, Type: STRING}, {Name: amount, Type: DECIMAL}]}}}
      RowLevelPermissionDataSet: {Arn: !GetAtt Rules.Arn, PermissionPolicy: GRANT_ACCESS}
"#,
            good: r#"
Resources:
  Rules:
    Type: AWS::QuickSight::DataSet
    Properties:
      DataSetId: rules
      UseAs: RLS_RULES
      PhysicalTableMap: {rules: {RelationalTable: {DataSourceArn: "arn:aws:quicksight:eu-west-1:111122223333:datasource/shop", Name: rules, InputColumns: [{Name: GroupName, Type: STRING}, {Name: country, Type: STRING}]}}}
  Orders:
    Type: AWS::QuickSight::DataSet
    Properties:
      DataSetId: orders
      PhysicalTableMap: {orders: {RelationalTable: {DataSourceArn: "arn:aws:quicksight:eu-west-1:111122223333:datasource/shop", Name: orders, InputColumns: [{Name: country, Type: STRING}, {Name: amount, Type: DECIMAL}]}}}
      RowLevelPermissionDataSet: {Arn: !GetAtt Rules.Arn, PermissionPolicy: GRANT_ACCESS}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for set in world.of_type(DATA_SET) {
        let path = "RowLevelPermissionDataSet/Arn";
        let Some(rules) = set.text(path).and_then(|arn| data_set(world, arn)) else { continue };
        let (Some(own), Some(named)) = (columns(set), columns(rules)) else { continue };
        let is_user = |column: &str| USERS.iter().any(|one| column.eq_ignore_ascii_case(one));
        for column in named.iter().filter(|one| !is_user(one) && !own.contains(*one)) {
            let about = words(
                format!("the rules `{}` are about the unknown column `{column}`", rules.id),
                format!("the data set `{}` has no such column", set.id),
                "rename the column in the rules, or in the data set",
            );
            report.property(RULES_COLUMN, set, path, about);
        }
    }
}

/// The columns that say for whom a rule is.
const USERS: [&str; 5] = ["UserName", "GroupName", "UserARN", "GroupARN", "Namespace"];

//! An ARN of QuickSight is that of a resource of the right type.

use crate::finding::{Report, words};
use crate::text;
use crate::world::{Resource, World};

strataform_diagnostic::codes! {
    pub(crate) ARN_TARGET "GEN0666" Error
        "A property that takes the ARN of one QuickSight resource gets another value."
        "QuickSight refuses it: `Ref` of its resources is their identifier, an account and an ID, not an ARN, and the ARN of another type is not found (the identifiers in the CloudFormation registry's schemas; AWS CloudFormation template reference, \"AWS::QuickSight::DataSource\"). Use `!GetAtt NAME.Arn` of a resource of the right type."
        Template {
            bad: r#"
Resources:
  Source: {Type: AWS::QuickSight::DataSource, Properties: {Name: shop, Type: ATHENA}}
  Orders:
    Type: AWS::QuickSight::DataSet
    Properties: {PhysicalTableMap: {orders: {CustomSql: {DataSourceArn: !Ref Source, Name: orders, SqlQuery: "SELECT 1", Columns: [{Name: one, Type: INTEGER}]}}}}
"#,
            good: r#"
Resources:
  Source: {Type: AWS::QuickSight::DataSource, Properties: {Name: shop, Type: ATHENA}}
  Orders:
    Type: AWS::QuickSight::DataSet
    Properties: {PhysicalTableMap: {orders: {CustomSql: {DataSourceArn: !GetAtt Source.Arn, Name: orders, SqlQuery: "SELECT 1", Columns: [{Name: one, Type: INTEGER}]}}}}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for one in world.all().filter(|one| one.kind.starts_with(PREFIX)) {
        let mut found = Vec::new();
        text::each("", &one.properties, &mut |path, text| {
            let expected = EXPECTED.iter().find(|(end, _)| path.ends_with(end)).map(|(_, kind)| *kind);
            let target = expected.and_then(|_| whole(world, text));
            // The checks of definitions see wrong types of declared data sets.
            let is_seen = path.contains("/DataSetIdentifierDeclarations/");
            if let (Some(expected), Some((target, attribute))) = (expected, target) {
                let is_kind = target.kind.strip_prefix(PREFIX) == Some(expected);
                if (!is_kind && !is_seen) || (is_kind && attribute != "Arn") {
                    found.push((path.trim_start_matches('/').to_owned(), expected, target));
                }
            }
        });
        for (path, expected, target) in found {
            let about = words(
                format!("`{}` gets no ARN of a {expected} from `{}`", one.id, target.id),
                format!(
                    "`{}` is of the type {}; only its attribute `Arn` is its ARN",
                    target.id, target.kind
                ),
                format!("use `!GetAtt NAME.Arn` of a resource of the type {PREFIX}{expected}"),
            );
            report.property(ARN_TARGET, one, &path, about);
        }
    }
}

const PREFIX: &str = "AWS::QuickSight::";

/// Ends of paths of properties, and the types whose ARNs they take.
const EXPECTED: [(&str, &str); 6] = [
    ("/DataSourceArn", "DataSource"),
    ("/DataSetArn", "DataSet"),
    ("/RowLevelPermissionDataSet/Arn", "DataSet"),
    ("/SourceTemplate/Arn", "Template"),
    ("/ThemeArn", "Theme"),
    ("/VpcConnectionArn", "VPCConnection"),
];

/// The QuickSight resource that a text without anything else refers to, and the attribute.
fn whole<'a, 't>(world: &'a World, text: &'t str) -> Option<(&'a Resource, &'t str)> {
    let name = text.strip_prefix("${")?.strip_suffix('}')?;
    let target = world.referred(text).filter(|target| target.kind.starts_with(PREFIX))?;
    Some((target, name.split_once('.').map_or("", |(_, attribute)| attribute)))
}

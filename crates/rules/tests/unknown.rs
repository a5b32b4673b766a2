//! What templates do not say breaks no rule, and what another stack says does.

#![allow(clippy::expect_used, reason = "a test")]

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use strataform_rules::{Source, Stack, World, check};
use strataform_template::Template;

fn json(text: &str) -> Value {
    let template = Template::parse(text).unwrap_or_else(|errors| panic!("{errors:?}\n{text}"));
    serde_json::from_str(&template.to_json().expect("it can be rendered")).expect("it is JSON")
}

fn codes(world: &World) -> BTreeSet<String> {
    check(world).into_iter().map(|one| one.code.to_string()).collect()
}

/// A connection whose security group opens no port, and what is put next to it.
const CONNECTION: &str = r"
Resources:
  Workers:
    Type: AWS::EC2::SecurityGroup
    Properties: {GroupDescription: Glue, VpcId: vpc-0a1b2c3d}
  Connection:
    Type: AWS::Glue::Connection
    Properties:
      CatalogId: !Ref AWS::AccountId
      ConnectionInput:
        ConnectionType: NETWORK
        PhysicalConnectionRequirements: {SecurityGroupIdList: [!Ref Workers]}
";

#[test]
fn a_security_group_that_others_may_extend_breaks_no_rule() {
    assert_eq!(codes(&World::of_template(json(CONNECTION))), BTreeSet::from(["GEN0642".to_owned()]));
    for other in [
        "Outputs: {Group: {Value: !GetAtt Workers.GroupId}}",
        "  Rules: {Type: AWS::CloudFormation::Stack, Properties: {Parameters: {Group: !Ref Workers}, TemplateURL: x}}",
        "  Rules: {Type: Custom::Rules, Properties: {ServiceToken: x, Group: !Ref Workers}}",
        "  Rule: {Type: AWS::EC2::SecurityGroupIngress, Properties: {GroupId: !ImportValue x, IpProtocol: tcp, FromPort: 0, ToPort: 65535}}",
    ] {
        let world = World::of_template(json(&format!("{CONNECTION}{other}\n")));
        assert_eq!(codes(&world), BTreeSet::new(), "{other}");
    }
}

#[test]
fn what_a_function_decides_breaks_no_rule() {
    let head = "Parameters: {P: {Type: String}}\nConditions: {C: !Equals [!Ref P, x]}\nResources:\n";
    for resource in [
        "  W: {Type: AWS::RedshiftServerless::Workgroup, Properties: {WorkgroupName: w, EnhancedVpcRouting: !Ref P, SubnetIds: [a, c]}}",
        "  W: {Type: AWS::RedshiftServerless::Workgroup, Properties: {WorkgroupName: w, SubnetIds: !Split [',', !Ref P]}}",
        "  W: {Type: AWS::RedshiftServerless::Workgroup, Properties: {WorkgroupName: w, BaseCapacity: !Ref P}}",
        "  W: {Type: AWS::RedshiftServerless::Workgroup, Properties: {WorkgroupName: w, BaseCapacity: !Ref P, MaxCapacity: 8}}",
        "  N: {Type: AWS::RedshiftServerless::Namespace, Properties: {NamespaceName: n, DefaultIamRoleArn: !Ref P, IamRoles: [!ImportValue x]}}",
        "  N: {Type: AWS::RedshiftServerless::Namespace, Properties: {NamespaceName: n, DefaultIamRoleArn: 'arn:aws:iam::111122223333:role/r', IamRoles: [!Ref P]}}",
        "  D: {Type: AWS::QuickSight::Dashboard, Properties: {DashboardId: d, Permissions: !If [C, [], !Ref AWS::NoValue]}}",
        "  S: {Type: AWS::EC2::Subnet, Properties: {VpcId: v, CidrBlock: !Select [!Ref P, !Cidr [10.0.0.0/16, 4, 8]]}}",
    ] {
        assert_eq!(
            codes(&World::of_template(json(&format!("{head}{resource}\n")))),
            BTreeSet::new(),
            "{resource}"
        );
    }
}

#[test]
fn subnets_with_conditions_may_overlap() {
    let text = r"
Conditions: {Wide: !Equals [a, b]}
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  First: {Type: AWS::EC2::Subnet, Condition: Wide, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/20}}
  Second: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24}}
";
    assert_eq!(codes(&World::of_template(json(text))), BTreeSet::new());
}

#[test]
fn a_dashboard_is_checked_against_the_data_set_of_another_stack() {
    let data = r"
Resources:
  Orders:
    Type: AWS::QuickSight::DataSet
    Properties:
      DataSetId: orders
      PhysicalTableMap: {orders: {RelationalTable: {InputColumns: [{Name: amount, Type: DECIMAL}]}}}
      LogicalTableMap:
        orders:
          Source: {PhysicalTableId: orders}
          DataTransforms: [{RenameColumnOperation: {ColumnName: amount, NewColumnName: NAME}}]
Outputs: {Arn: {Value: !GetAtt Orders.Arn}}
";
    let dashboards = r"
Parameters: {Arn: {Type: String}}
Resources:
  Dashboard:
    Type: AWS::QuickSight::Dashboard
    Properties:
      DashboardId: shop
      Permissions: []
      Definition:
        DataSetIdentifierDeclarations: [{Identifier: orders, DataSetArn: !Ref Arn}]
        FilterGroups: [{Filters: [{NumericEqualityFilter: {Column: {DataSetIdentifier: orders, ColumnName: price}}}]}]
";
    let source = Source::Output { stack: "data".to_owned(), output: "Arn".to_owned() };
    for (name, expected) in [("price", BTreeSet::new()), ("total", BTreeSet::from(["GEN0665".to_owned()]))] {
        let stacks = vec![
            Stack {
                name: "data".to_owned(),
                template: json(&data.replace("NAME", name)),
                parameters: BTreeMap::new(),
            },
            Stack {
                name: "dashboards".to_owned(),
                template: json(dashboards),
                parameters: BTreeMap::from([("Arn".to_owned(), source.clone())]),
            },
        ];
        assert_eq!(codes(&World::of(stacks)), expected, "{name}");
    }
}

//! A block that is selected has been cut.

use serde_json::Value;

use crate::finding::{Report, words};
use crate::world::{World, number};

strataform_diagnostic::codes! {
    pub(crate) CIDR_SELECT "GEN0646" Error
        "A block is selected beyond those that `Fn::Cidr` cuts."
        "`Fn::Cidr` returns as many blocks as its count, and indexes begin with 0; CloudFormation refuses `Fn::Select` of one that does not exist (AWS CloudFormation template reference, \"Fn::Select\"; research on the warehouse, finding 6). Raise the count; it must leave room in the block that is cut."
        Template {
            bad: r"
Resources:
  Subnet:
    Type: AWS::EC2::Subnet
    Properties: {VpcId: vpc-0a1b2c3d, CidrBlock: !Select [4, !Cidr [10.0.0.0/16, 4, 8]]}
",
            good: r"
Resources:
  Subnet:
    Type: AWS::EC2::Subnet
    Properties: {VpcId: vpc-0a1b2c3d, CidrBlock: !Select [3, !Cidr [10.0.0.0/16, 4, 8]]}
",
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for resource in world.all().filter(|one| one.kind.starts_with("AWS::EC2::")) {
        let mut found = Vec::new();
        if let Some(properties) = resource.written.get("Properties") {
            selects("", properties, &mut found);
        }
        for (path, index, count) in found {
            let about = words(
                format!("block {index} of {count} is selected in `{}`", resource.id),
                format!("`Fn::Cidr` cuts {count} blocks, whose indexes end with {}", count - 1.0),
                format!("cut at least {} blocks", index + 1.0),
            );
            report.property(CIDR_SELECT, resource, &path, about);
        }
    }
}

/// The places in a value that select a block which does not exist, with the index and the count.
fn selects(path: &str, value: &Value, found: &mut Vec<(String, f64, f64)>) {
    let index = value.pointer("/Fn::Select/0").and_then(number);
    let count = value.pointer("/Fn::Select/1/Fn::Cidr/1").and_then(number);
    if let (Some(index), Some(count)) = (index, count)
        && index >= count
    {
        found.push((path.trim_start_matches('/').to_owned(), index, count));
    }
    let members: Vec<(String, &Value)> = match value {
        Value::Array(items) => items.iter().enumerate().map(|(at, one)| (at.to_string(), one)).collect(),
        Value::Object(all) => all.iter().map(|(key, one)| (key.replace('/', "~1"), one)).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return,
    };
    for (key, one) in members {
        selects(&format!("{path}/{key}"), one, found);
    }
}

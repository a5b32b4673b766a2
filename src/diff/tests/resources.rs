//! What a changed template does to its resources.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::diff::Setting;
use crate::diff::resource::{self, Effect, ResourceChange, Side};

fn template(resources: &Value) -> Value {
    json!({ "Resources": resources })
}

fn changes(old: &Value, new: &Value, moved: &BTreeSet<String>) -> Vec<ResourceChange> {
    let setting = Setting::default();
    let side = |template| Side { template, setting: &setting };
    resource::changes(side(old), side(new), moved)
}

fn effects(old: &Value, new: &Value, moved: &[&str]) -> Vec<(String, Effect, bool)> {
    let moved = moved.iter().map(|name| (*name).to_owned()).collect();
    let found = changes(&template(old), &template(new), &moved);
    found.into_iter().map(|one| (one.logical, one.effect, one.loses_data)).collect()
}

fn one(logical: &str, effect: Effect) -> Vec<(String, Effect, bool)> {
    vec![(logical.to_owned(), effect, false)]
}

fn lost(logical: &str, effect: Effect) -> Vec<(String, Effect, bool)> {
    vec![(logical.to_owned(), effect, true)]
}

#[test]
fn a_create_only_property_replaces_the_resource() {
    let stream = |name: &str, shards: u32| json!({"S": {"Type": "AWS::Kinesis::Stream", "Properties": {"Name": name, "ShardCount": shards}}});
    assert_eq!(effects(&stream("a", 1), &stream("a", 2), &[]), one("S", Effect::Update));
    assert_eq!(effects(&stream("a", 1), &stream("b", 1), &[]), lost("S", Effect::Replace));
    assert_eq!(effects(&stream("a", 1), &stream("a", 1), &[]), []);
    // The registry does not list the name of a Glue database as create-only.
    let base = |name: &str| json!({"D": {"Type": "AWS::Glue::Database", "Properties": {"CatalogId": "1", "DatabaseInput": {"Name": name}}}});
    assert_eq!(effects(&base("a"), &base("b"), &[]), one("D", Effect::Replace));
}

#[test]
fn a_removed_resource_is_deleted_or_retained_by_its_policy() {
    let bucket =
        |policy: &str| json!({"B": {"Type": "AWS::S3::Bucket", "DeletionPolicy": policy, "Properties": {}}});
    assert_eq!(effects(&bucket("Delete"), &json!({}), &[]), lost("B", Effect::Delete));
    assert_eq!(effects(&bucket("RetainExceptOnCreate"), &json!({}), &[]), one("B", Effect::Release));
    let role = json!({"R": {"Type": "AWS::IAM::Role", "Properties": {}}});
    assert_eq!(effects(&role, &json!({}), &[]), one("R", Effect::Delete));
    assert_eq!(effects(&json!({}), &role, &[]), one("R", Effect::Create));
}

#[test]
fn a_change_propagates_to_everything_that_refers_to_it() {
    let stack = |name: &str| {
        json!({
            "S": {"Type": "AWS::Kinesis::Stream", "Properties": {"Name": name}},
            "F": {"Type": "AWS::KinesisFirehose::DeliveryStream", "Properties": {"DeliveryStreamName": "f",
                "KinesisStreamSourceConfiguration": {"KinesisStreamARN": {"Fn::GetAtt": ["S", "Arn"]}}}},
            "A": {"Type": "AWS::CloudWatch::Alarm", "Properties": {"AlarmName": "a",
                "Dimensions": [{"Name": "x", "Value": {"Ref": "F"}}]}},
            "O": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "r"}},
        })
    };
    let found = changes(&template(&stack("a")), &template(&stack("b")), &BTreeSet::new());
    let effects: BTreeMap<&str, Effect> =
        found.iter().map(|one| (one.logical.as_str(), one.effect)).collect();
    assert_eq!(effects.get("S"), Some(&Effect::Replace));
    assert_eq!(effects.get("F"), Some(&Effect::Replace), "its source cannot change in place");
    assert_eq!(effects.get("A"), Some(&Effect::Update));
    assert_eq!(effects.get("O"), None);
    let delivery = found.iter().find(|one| one.logical == "F").expect("it changes");
    assert_eq!(delivery.keeps_name.as_deref(), Some("f"), "CloudFormation would reject it");
}

#[test]
fn a_changed_parameter_changes_what_reads_it_through_any_function() {
    for reading in
        [json!({"Ref": "P"}), json!({"Fn::Sub": "s3://${P}/x"}), json!({"Fn::Join": ["", [{"Ref": "P"}]]})]
    {
        let job = json!({"J": {"Type": "AWS::Glue::Job", "Properties": {"Name": "j", "Role": "r",
            "Command": {"ScriptLocation": reading}}}});
        assert_eq!(effects(&job, &job, &["P"]), one("J", Effect::Update));
        assert_eq!(effects(&job, &job, &["Q"]), []);
    }
}

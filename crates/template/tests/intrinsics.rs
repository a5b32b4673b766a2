//! The rendering of intrinsic functions, conditions and dynamic references.

#![allow(clippy::expect_used, clippy::unwrap_used)]

mod bucket;

use bucket::{Bucket, rendered, value};
use serde_json::json;
use strataform_template::{
    DynamicReference, IntoValue, Node, Object, Output, Parameter, Resource, Secret, Template, Text, Value,
    and, base64, cidr, equals, find_in_map, find_in_map_or, get_azs, if_, import_value, join, length, not,
    or, part, pseudo, select, split, sub, to_json_string,
};

fn text(value: impl IntoValue<Text>) -> Value<Text> {
    value.into_value()
}

#[test]
fn sub_puts_references_into_the_text() {
    let mut template = Template::new();
    let bucket = template.add("raw", Bucket::new());
    let plain = text(sub!("no placeholder"));
    assert_eq!(value(plain), json!("no placeholder"));
    let literal = text(sub!("s3://${name}/${count}/${on}", name = "raw", count = 3, on = true));
    assert_eq!(value(literal), json!("s3://raw/3/true"));
    let reference = text(sub!("s3://${bucket}/x", bucket = &bucket));
    assert_eq!(value(reference), json!({"Fn::Sub": "s3://${Raw}/x"}));
    let attribute = text(sub!("${arn}/*", arn = bucket.arn()));
    assert_eq!(value(attribute), json!({"Fn::Sub": "${Raw.Arn}/*"}));
    let region = text(sub!("a-${AWS::Region}"));
    assert_eq!(value(region), json!({"Fn::Sub": "a-${AWS::Region}"}));
    let escaped = text(sub!("${!literal}"));
    assert_eq!(value(escaped), json!({"Fn::Sub": "${!literal}"}));
    let joined = text(sub!("a-${rest}", rest = join("-", ["b", "c"])));
    assert_eq!(value(joined), json!({"Fn::Sub": ["a-${rest}", {"rest": {"Fn::Join": ["-", ["b", "c"]]}}]}));
}

#[test]
fn sub_escapes_placeholders_in_literals() {
    let inside = text(sub!("${text}", text = "a ${b} c"));
    assert_eq!(value(inside), json!({"Fn::Sub": "a ${!b} c"}));
    // Two halves of a placeholder that would meet only in the resulting text.
    let meeting = text(sub!("${a}{b} ${AWS::Region}", a = "cost: $"));
    assert_eq!(value(meeting), json!({"Fn::Sub": ["${a}{b} ${AWS::Region}", {"a": "cost: $"}]}));
    let following = text(sub!("$${a}-${AWS::Region}", a = "{b}"));
    assert_eq!(value(following), json!({"Fn::Sub": ["$${a}-${AWS::Region}", {"a": "{b}"}]}));
}

#[test]
fn conditions_choose_between_values() {
    let mut template = Template::new();
    let stage = template.parameter("stage", Parameter::<Text>::new().default_value("dev"));
    let production = template.condition("production", equals(&stage, "prod"));
    let large =
        template.condition("large", and([not(&production), or([equals(&stage, "a"), equals(&stage, "b")])]));
    template.add(
        "raw",
        Bucket::new().name(if_(&large, "large", pseudo::no_value())).declare().condition(&production),
    );
    template.output("name", Output::new(if_(&production, "a", "b")).condition(&production));
    let json = rendered(&template);
    assert_eq!(json["Conditions"]["Production"], json!({"Fn::Equals": [{"Ref": "Stage"}, "prod"]}));
    assert_eq!(
        json["Conditions"]["Large"],
        json!({"Fn::And": [
            {"Fn::Not": [{"Condition": "Production"}]},
            {"Fn::Or": [{"Fn::Equals": [{"Ref": "Stage"}, "a"]}, {"Fn::Equals": [{"Ref": "Stage"}, "b"]}]},
        ]})
    );
    assert_eq!(
        json["Resources"]["Raw"],
        json!({
            "Type": "AWS::S3::Bucket",
            "Condition": "Production",
            "Properties": {"BucketName": {"Fn::If": ["Large", "large", {"Ref": "AWS::NoValue"}]}},
        })
    );
    assert_eq!(json["Outputs"]["Name"]["Condition"], json!("Production"));
}

#[test]
fn results_of_functions_can_be_passed_to_setters() {
    let mut template = Template::new();
    let other = template.add("other", Bucket::new());
    let stage = template.parameter("stage", Parameter::<Text>::new());
    let production = template.condition("production", equals(&stage, "prod"));
    let buckets = [
        Bucket::new().name(sub!("${other}-raw", other = &other)),
        Bucket::new().name(join("-", [part(&stage), part("raw")])),
        Bucket::new().name(if_(&production, "a", pseudo::no_value())),
        Bucket::new().name(if_(&production, &stage, sub!("${AWS::StackName}-raw"))),
        Bucket::new().name(import_value("bucket")),
        Bucket::new().name(select(0, split(",", &stage))),
        Bucket::new().name(DynamicReference::ssm("/bucket")),
    ];
    for (place, bucket) in buckets.into_iter().enumerate() {
        template.add(format!("Bucket{place}"), bucket);
    }
    let json = rendered(&template);
    assert_eq!(
        json["Resources"]["Bucket3"]["Properties"]["BucketName"],
        json!({"Fn::If": ["Production", {"Ref": "Stage"}, {"Fn::Sub": "${AWS::StackName}-raw"}]})
    );
}

#[test]
fn lists_are_joined_split_and_selected() {
    let mut template = Template::new();
    let bucket = template.add("raw", Bucket::new());
    let joined = text(join("/", [part("a"), part(&bucket), part(1), part(bucket.arn())]));
    assert_eq!(
        value(joined),
        json!({"Fn::Join": ["/", ["a", {"Ref": "Raw"}, 1, {"Fn::GetAtt": ["Raw", "Arn"]}]]})
    );
    assert_eq!(
        value(select(1, split("/", &bucket))),
        json!({"Fn::Select": [1, {"Fn::Split": ["/", {"Ref": "Raw"}]}]})
    );
    assert_eq!(
        value(cidr(import_value("vpc"), 6, 8)),
        json!({"Fn::Cidr": [{"Fn::ImportValue": "vpc"}, 6, 8]})
    );
    assert_eq!(value(get_azs(pseudo::region())), json!({"Fn::GetAZs": {"Ref": "AWS::Region"}}));
    assert_eq!(value(text(base64("x"))), json!({"Fn::Base64": "x"}));
    assert_eq!(value(length::<Text>(["a", "b"])), json!({"Fn::Length": ["a", "b"]}));
    assert_eq!(value(text(to_json_string(Object::from([("a", 1)])))), json!({"Fn::ToJsonString": {"a": 1}}));
}

#[test]
fn mappings_are_looked_up() {
    let mut template = Template::new();
    let sizes =
        template.mapping("sizes", Object::from([("eu-west-1", Node::from(Object::from([("shards", 4)])))]));
    let found = text(find_in_map(&sizes, pseudo::region(), "shards"));
    assert_eq!(value(found), json!({"Fn::FindInMap": ["Sizes", {"Ref": "AWS::Region"}, "shards"]}));
    let found = text(find_in_map_or(&sizes, pseudo::region(), "shards", 1));
    assert_eq!(
        value(found),
        json!({"Fn::FindInMap": ["Sizes", {"Ref": "AWS::Region"}, "shards", {"DefaultValue": 1}]})
    );
    assert_eq!(rendered(&template)["Mappings"], json!({"Sizes": {"eu-west-1": {"shards": 4}}}));
}

#[test]
fn dynamic_references_contain_no_secrets() {
    let resolved = |reference: DynamicReference| value(IntoValue::<Secret>::into_value(reference));
    assert_eq!(
        resolved(DynamicReference::secret_key("warehouse", "password")),
        json!("{{resolve:secretsmanager:warehouse:SecretString:password}}")
    );
    assert_eq!(
        resolved(DynamicReference::ssm_secure_version("/a/b", 3)),
        json!("{{resolve:ssm-secure:/a/b:3}}")
    );
    assert_eq!(resolved(DynamicReference::ssm("/a/b")), json!("{{resolve:ssm:/a/b}}"));
    let mut template = Template::new();
    let bucket = template.add("raw", Bucket::new());
    assert_eq!(
        resolved(DynamicReference::secrets_manager(&bucket)),
        json!({"Fn::Sub": "{{resolve:secretsmanager:${Raw}:SecretString}}"})
    );
    assert_eq!(
        resolved(DynamicReference::secrets_manager(bucket.arn())),
        json!({"Fn::Sub": "{{resolve:secretsmanager:${Raw.Arn}:SecretString}}"})
    );
    assert_eq!(
        resolved(DynamicReference::ssm(join("/", ["a", "b"]))),
        json!({"Fn::Join": ["", ["{{resolve:ssm:", {"Fn::Join": ["/", ["a", "b"]]}, "}}"]]})
    );
    let shown = format!("{:?}", DynamicReference::secret_key("warehouse", "password"));
    assert!(shown.contains("secretsmanager") && shown.contains("warehouse"), "{shown}");
    assert!(!shown.contains("resolve"), "{shown}");
}

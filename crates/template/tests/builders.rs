//! Templates built by hand: parameters, outputs, declarations, overrides, and their faults.

#![allow(clippy::expect_used, clippy::unwrap_used)]

mod bucket;

use bucket::{Bucket, rendered, value};
use serde_json::json;
use strataform_template::{
    Declaration, Integer, IntoValue, Json, List, Node, Object, Output, OverrideFault, Parameter, Resource,
    Secret, Template, Text, Value, select, sub,
};

#[test]
fn parameters_are_rendered() {
    let mut template = Template::new();
    let password = template.parameter("password", Parameter::<Secret>::new().length(12, 41));
    let shards = template.parameter(
        "shards",
        Parameter::<Integer>::new()
            .default_value(2)
            .range(1, 10)
            .description("how many")
            .allowed_values([1, 2, 10]),
    );
    let subnets =
        template.parameter("subnets", Parameter::<List<Text>>::new().of_type("List<AWS::EC2::Subnet::Id>"));
    template.parameter(
        "team",
        Parameter::<Text>::new().allowed_pattern("^[a-z]+$").constraint_description("letters"),
    );
    assert_eq!(value(password.reference()), json!({"Ref": "Password"}));
    assert_eq!(value(select::<Text>(0, &subnets)), json!({"Fn::Select": [0, {"Ref": "Subnets"}]}));
    assert_eq!(shards.logical_id().as_str(), "Shards");
    assert_eq!(
        rendered(&template)["Parameters"],
        json!({
            "Password": {"Type": "String", "NoEcho": true, "MinLength": 12, "MaxLength": 41},
            "Shards": {
                "Type": "Number", "Default": 2, "MinValue": 1, "MaxValue": 10, "Description": "how many",
                "AllowedValues": [1, 2, 10],
            },
            "Subnets": {"Type": "List<AWS::EC2::Subnet::Id>"},
            "Team": {"Type": "String", "AllowedPattern": "^[a-z]+$", "ConstraintDescription": "letters"},
        })
    );
}

#[test]
fn outputs_and_sections_are_rendered_in_order() {
    let mut template = Template::new();
    let bucket = template.add("raw", Bucket::new());
    template.output("arn", bucket.arn());
    template
        .output("name", Output::new(&bucket).description("the bucket").export(sub!("${AWS::StackName}-raw")));
    template.description("what it is").transform("AWS::LanguageExtensions").transform("Mine");
    template.metadata("owner", "data").rule("r", Object::from([("Assertions", Node::List(Vec::new()))]));
    let json = rendered(&template);
    assert_eq!(json["Outputs"]["Arn"], json!({"Value": {"Fn::GetAtt": ["Raw", "Arn"]}}));
    assert_eq!(
        json["Outputs"]["Name"],
        json!({
            "Value": {"Ref": "Raw"},
            "Description": "the bucket",
            "Export": {"Name": {"Fn::Sub": "${AWS::StackName}-raw"}},
        })
    );
    let keys: Vec<&String> = json.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        ["AWSTemplateFormatVersion", "Description", "Transform", "Metadata", "Rules", "Resources", "Outputs",]
    );
}

#[test]
fn a_declaration_sets_the_other_attributes() {
    let mut template = Template::new();
    let first = template.add("first", Bucket::new());
    let second = template.add("second", Bucket::new());
    let declaration = Bucket::new()
        .tags(["a", "b"])
        .declare()
        .depends_on(&first)
        .depends_on(&second)
        .depends_on(&first)
        .retain()
        .metadata("a", 1)
        .metadata("b", "c")
        .update_policy(Object::from([("UseOnlineResharding", true)]))
        .creation_policy(Object::new());
    template.add("third", declaration);
    assert_eq!(
        rendered(&template)["Resources"]["Third"],
        json!({
            "Type": "AWS::S3::Bucket",
            "DependsOn": ["First", "Second"],
            "DeletionPolicy": "RetainExceptOnCreate",
            "UpdateReplacePolicy": "Retain",
            "Metadata": {"a": 1, "b": "c"},
            "UpdatePolicy": {"UseOnlineResharding": true},
            "CreationPolicy": {},
            "Properties": {"Tags": ["a", "b"]},
        })
    );
}

#[test]
fn a_deleted_resource_has_both_policies() {
    let mut template = Template::new();
    template.add("passing", Bucket::new().declare().retain().delete());
    assert_eq!(
        rendered(&template)["Resources"]["Passing"],
        json!({"Type": "AWS::S3::Bucket", "DeletionPolicy": "Delete", "UpdateReplacePolicy": "Delete"})
    );
}

fn overridden(change: impl FnOnce(Declaration<Bucket>) -> Declaration<Bucket>) -> Template {
    let mut template = Template::new();
    template.add("raw", change(Bucket::new().name("raw").tags(["a"]).declare()));
    template
}

#[test]
fn any_property_can_be_overridden() {
    let template = overridden(|bucket| {
        bucket
            .override_property("BucketName", "other")
            .override_property("Tags/0", "b")
            .override_property("Tags/1", "c")
            .override_property("/Tags/2/Key/", 4)
            .override_property("Website/Index/Name", "index.html")
            .override_property("Website/Index/Size", 3)
    });
    assert_eq!(
        rendered(&template)["Resources"]["Raw"]["Properties"],
        json!({
            "BucketName": "other",
            "Tags": ["b", "c", {"Key": 4}],
            "Website": {"Index": {"Name": "index.html", "Size": 3}},
        })
    );
}

#[test]
fn an_override_can_make_a_function() {
    let template = overridden(|bucket| {
        bucket.override_property("BucketName/Ref", "x").override_property("Website/Fn::GetAtt", ["A", "B"])
    });
    // `BucketName` is a text already, and a text has no members.
    assert_eq!(template.faults().len(), 1);
    let template = overridden(|bucket| {
        bucket.override_property("Website/Name/Ref", "x").override_property("Other/Fn::GetAtt", ["A", "B"])
    });
    let json = rendered(&template);
    assert_eq!(json["Resources"]["Raw"]["Properties"]["Website"], json!({"Name": {"Ref": "x"}}));
}

#[test]
fn all_invalid_overrides_are_reported() {
    let template = overridden(|bucket| {
        bucket
            .override_property("", 1)
            .override_property("BucketName/x", 1)
            .override_property("Tags/x", 1)
            .override_property("Tags/7", 1)
    });
    let faults = template.to_json().expect_err("four faults").0;
    let reported: Vec<&str> = faults.iter().map(|fault| fault.reason.as_str()).collect();
    assert_eq!(
        reported,
        [
            "cannot override ``: the path is empty",
            "cannot override `BucketName/x`: `x` cannot be inside a string",
            "cannot override `Tags/x`: `x` is not a list index",
            "cannot override `Tags/7`: index 7 is out of range for a list of length 1",
        ]
    );
    // The failed overrides have not changed anything.
    let entry = template.resource("Raw").unwrap();
    assert_eq!(entry.properties.as_ref().unwrap().get("BucketName"), Some(&Node::from("raw")));
}

#[test]
fn all_faults_of_a_template_are_reported() {
    let mut template = Template::new();
    template.add("raw", Bucket::new());
    template.add("Raw", Bucket::new());
    template.add("--", Bucket::new());
    template.parameter("p", Parameter::<Text>::new());
    template.parameter("P", Parameter::<Text>::new());
    template.output("x".repeat(300), Output::new("y"));
    assert_eq!(template.faults().len(), 4, "{:?}", template.faults());
    let (json, compact, yaml) = (template.to_json(), template.to_json_compact(), template.to_yaml());
    let faults = json.expect_err("four faults");
    assert_eq!(compact.as_ref(), Err(&faults));
    assert_eq!(yaml.as_ref(), Err(&faults));
    let reported = faults.to_string();
    assert!(reported.starts_with("the template has 4 faults"), "{reported}");
    assert!(reported.contains("Resources/Raw: duplicate ID"), "{reported}");
    assert!(reported.contains("Parameters/P: duplicate ID"), "{reported}");
}

#[test]
fn function_names_are_valid_names_in_sections() {
    let mut template = Template::new();
    template.parameter("Ref", Parameter::<Text>::new());
    template.metadata("Ref", "x");
    template.mapping("m", Object::from([("Ref", Node::from(Object::from([("Ref", "a")])))]));
    template.rule("r", Object::from([("Ref", "a")]));
    template.add("a", Bucket::new().with_property("Ref", "x").declare().metadata("Ref", "x"));
    let json = rendered(&template);
    assert_eq!(json["Parameters"], json!({"Ref": {"Type": "String"}}));
}

#[test]
fn a_typed_resource_is_parsed() {
    let mut template = Template::new();
    let bucket = Bucket::new().name(sub!("a-${AWS::Region}")).tags(["x"]);
    template.add("raw", bucket.clone());
    template.add("empty", Bucket::new());
    let read = Template::parse(&template.to_yaml().unwrap()).unwrap();
    assert_eq!(read.typed::<Bucket>("Raw"), Some(bucket));
    assert_eq!(read.typed::<Bucket>("Empty"), Some(Bucket::new()));
    assert_eq!(read.typed::<Bucket>("None"), None);
}

#[test]
fn a_parsed_template_can_be_extended() {
    let mut template = Template::parse("Resources:\n").unwrap();
    template.add("raw", Bucket::new());
    assert_eq!(rendered(&template), json!({"Resources": {"Raw": {"Type": "AWS::S3::Bucket"}}}));
    let mut template = Template::parse("Resources: {Raw: {Type: T}}\nOutputs:\n").unwrap();
    template.add("raw", Bucket::new());
    template.output("o", Output::new("x"));
    assert_eq!(template.faults().len(), 1);
    let mut template = Template::parse("Transform: AWS::Serverless-2016-10-31\n").unwrap();
    template.transform("AWS::LanguageExtensions");
    assert_eq!(
        rendered(&template),
        json!({"Transform": ["AWS::Serverless-2016-10-31", "AWS::LanguageExtensions"]})
    );
    let document: Value<Json> = json!({"Fn::Sub": "x"}).into_value();
    assert!(document.node().is_intrinsic());
}

#[test]
fn a_property_of_an_existing_resource_can_be_set() {
    let text =
        r#"{"Resources": {"Raw": {"Type": "AWS::S3::Bucket", "Properties": {"Tags": [{"Key": "a"}]}}}}"#;
    let mut template = Template::from_json(text).unwrap();
    template.override_property("Raw", "VersioningConfiguration/Status", "Enabled").unwrap();
    template.override_property("Raw", "Tags/0/Value", "b").unwrap();
    let properties = template.resource("Raw").unwrap().properties.clone().unwrap();
    let written = Node::from(properties).to_json();
    let expected = "{\n  \"Tags\": [\n    {\n      \"Key\": \"a\",\n      \"Value\": \"b\"\n    }\n  ],\n  \
                    \"VersioningConfiguration\": {\n    \"Status\": \"Enabled\"\n  }\n}\n";
    assert_eq!(written, expected);
    assert_eq!(template.override_property("Row", "A", 1), Err(OverrideFault::Resource));
    let fault = template.override_property("Raw", "Tags/x", 1).unwrap_err();
    assert_eq!(fault, OverrideFault::Path("`x` is not a list index".to_owned()));
}

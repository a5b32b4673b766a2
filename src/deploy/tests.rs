//! The pure modules: what changes, what is lost, what is applied. Tests with AWS are in tests/deploy.rs.

mod agreement;
mod histories;
mod plans;

use std::collections::BTreeMap;

use serde_json::{Value, json};
use strataform_sdk::{Stack, StackStatus};

use super::observe::{Observed, ObservedStack};
use crate::assembly::{
    Assembly, BucketOutputs, FORMAT, FileKind, Manifest, ManifestFile, ManifestPolicy, ManifestStack,
    OutputRef, Parameter, Tool, ValueSource, WarehouseOutputs,
};
use crate::model::{Declarations, Stage};

fn template(resources: &Value) -> Value {
    json!({ "Resources": resources })
}

/// An assembly of two stacks; the second reads an output of the first.
fn assembly(bucket: &str) -> Assembly {
    let first = template(&json!({"B": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": bucket}}}));
    let mut first = first;
    first["Outputs"] = json!({"Name": {"Value": {"Ref": "B"}}});
    let second = template(&json!({"P": {"Type": "AWS::S3::BucketPolicy",
        "Properties": {"Bucket": {"Ref": "Name"}, "PolicyDocument": {}}}}));
    let source = ValueSource::StackOutput { stack: "first".to_owned(), output: "Name".to_owned() };
    let stack = |name: &str, parameters| ManifestStack {
        name: name.to_owned(),
        stage: Stage::Storage,
        template: format!("{name}.json"),
        parameters,
        origins: BTreeMap::new(),
        overrides: Vec::new(),
    };
    let files = BTreeMap::from([
        ("first.json".to_owned(), first.to_string().into_bytes()),
        ("second.json".to_owned(), second.to_string().into_bytes()),
    ]);
    let output = || OutputRef { stack: "first".to_owned(), output: "Name".to_owned() };
    let manifest = Manifest {
        format: FORMAT,
        tool: Tool { name: "strataform".to_owned(), version: "0".to_owned() },
        platform: "p".to_owned(),
        environment: "dev".to_owned(),
        account: None,
        region: "eu-west-1".to_owned(),
        protected: false,
        hash: format!("hash of {bucket}"),
        stacks: vec![
            stack("first", Vec::new()),
            stack("second", vec![Parameter { name: "Name".to_owned(), source }]),
        ],
        sql: Vec::new(),
        warehouse: WarehouseOutputs::Serverless {
            namespace: output(),
            workgroup: output(),
            database: output(),
        },
        buckets: BucketOutputs {
            raw: output(),
            curated: output(),
            quarantine: output(),
            artifacts: output(),
        },
        datasets: Vec::new(),
        declared: Declarations::new(),
        costs: Vec::new(),
        migrations: Vec::new(),
        policy: ManifestPolicy::default(),
        files: vec![ManifestFile {
            path: "first.json".to_owned(),
            kind: FileKind::Template,
            sha256: "x".to_owned(),
            size: 1,
        }],
    };
    Assembly { manifest, files, foreign: Vec::new() }
}

/// What is observed after an assembly was deployed.
fn deployed(of: &Assembly) -> Observed {
    let mut there = Observed { account: "1".to_owned(), ..Observed::default() };
    for stack in &of.manifest.stacks {
        let value = "the-bucket".to_owned();
        let state = Stack {
            name: format!("p-dev-{}", stack.name),
            id: format!("id of {}", stack.name),
            status: StackStatus::CreateComplete,
            changed: 7,
            outputs: BTreeMap::from([("Name".to_owned(), value.clone())]),
            parameters: stack.parameters.iter().map(|one| (one.name.clone(), value.clone())).collect(),
            ..Stack::default()
        };
        let template = serde_json::from_slice(&of.files[&stack.template]).expect("a template");
        there.stacks.insert(stack.name.clone(), ObservedStack { stack: state, template: Some(template) });
    }
    there
}

//! An account after the stacks of an assembly were deployed: its resources, with the functions of the templates resolved.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Map, Value};

use super::scripts;

/// The account and the region, those of the interpreter of state machines.
pub(super) const ACCOUNT: &str = "111122223333";
pub(super) const REGION: &str = "eu-west-1";

/// A resource of a stack.
#[derive(Clone, Debug)]
pub(super) struct Resource {
    pub(super) stack: String,
    pub(super) logical: String,
    pub(super) kind: String,
    /// With all functions resolved.
    pub(super) properties: Value,
    pub(super) name: String,
}

/// The resources of all stacks.
#[derive(Clone, Debug)]
pub(super) struct Account {
    pub(super) title: String,
    pub(super) resources: Vec<Resource>,
    pub(super) manifest: Value,
    /// The calls that each script makes by boto3, by the name of its file.
    pub(super) scripts: BTreeMap<String, Value>,
    outputs: BTreeMap<(String, String), String>,
}

impl Account {
    /// The account after the assembly in a folder was deployed.
    pub(super) fn of(folder: &Path) -> Self {
        let read = |path: &str| -> Value {
            let text =
                fs::read_to_string(folder.join(path)).unwrap_or_else(|fault| panic!("{path}: {fault}"));
            serde_json::from_str(&text).expect("JSON")
        };
        let manifest = read("manifest.json");
        let title = format!("{} {}", text(&manifest["platform"]), text(&manifest["environment"]));
        let mut account = Self {
            title,
            resources: Vec::new(),
            manifest,
            scripts: scripts::recorded(folder),
            outputs: BTreeMap::new(),
        };
        for stack in list(&account.manifest["stacks"].clone()) {
            let template = read(&text(&stack["template"]));
            account.deploy(&text(&stack["name"]), &template, &stack["parameters"]);
        }
        account
    }

    fn deploy(&mut self, stack: &str, template: &Value, parameters: &Value) {
        let empty = Map::new();
        let declared = template["Resources"].as_object().unwrap_or(&empty);
        let mut scope = Scope { stack, declared, values: BTreeMap::new() };
        for (name, one) in template["Parameters"].as_object().unwrap_or(&empty) {
            scope.values.insert(name.clone(), text(&one["Default"]));
        }
        for one in list(parameters) {
            let value = match text(&one["from"]).as_str() {
                "stack-output" => self.outputs[&(text(&one["stack"]), text(&one["output"]))].clone(),
                "asset" => text(&one["key"]),
                _ => text(&one["value"]),
            };
            scope.values.insert(text(&one["name"]), value);
        }
        for (logical, one) in declared {
            self.resources.push(Resource {
                stack: stack.to_owned(),
                logical: logical.clone(),
                kind: text(&one["Type"]),
                properties: scope.resolved(&one["Properties"]),
                name: scope.name(logical),
            });
        }
        for (name, output) in template["Outputs"].as_object().unwrap_or(&empty) {
            let value = text(&scope.resolved(&output["Value"]));
            self.outputs.insert((stack.to_owned(), name.clone()), value);
        }
    }

    /// The resources of a type.
    pub(super) fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Resource> {
        self.resources.iter().filter(move |one| one.kind == kind)
    }

    /// An output of a stack.
    pub(super) fn output(&self, stack: &str, output: &str) -> &str {
        &self.outputs[&(stack.to_owned(), output.to_owned())]
    }

    /// The resource of a type with that name.
    pub(super) fn named(&self, kind: &str, name: &str) -> Option<&Resource> {
        self.resources.iter().find(|one| one.kind == kind && one.name == name)
    }
}

/// A template while its functions are resolved.
struct Scope<'a> {
    stack: &'a str,
    declared: &'a Map<String, Value>,
    values: BTreeMap<String, String>,
}

impl Scope<'_> {
    fn resolved(&self, value: &Value) -> Value {
        match value {
            Value::Array(items) => items.iter().map(|one| self.resolved(one)).collect(),
            Value::Object(object) => match object.iter().next() {
                Some((function, given))
                    if object.len() == 1 && (function.starts_with("Fn::") || function == "Ref") =>
                {
                    self.call(function, given)
                }
                _ => object.iter().map(|(key, one)| (key.clone(), self.resolved(one))).collect(),
            },
            other => other.clone(),
        }
    }

    fn call(&self, function: &str, given: &Value) -> Value {
        match function {
            "Ref" => self.reference(&text(given)).into(),
            "Fn::GetAtt" => self.attribute(&text(&given[0]), &text(&given[1])).into(),
            "Fn::Sub" => self.substituted(&text(given)).into(),
            "Fn::Join" => {
                let parts: Vec<String> =
                    list(&given[1]).iter().map(|one| text(&self.resolved(one))).collect();
                parts.join(&text(&given[0])).into()
            }
            // Zones and address ranges, which no permission contains.
            "Fn::Select" | "Fn::GetAZs" | "Fn::Cidr" => Value::Null,
            other => panic!("unknown function {other}"),
        }
    }

    fn substituted(&self, template: &str) -> String {
        let mut out = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once("${") {
            let (name, more) = after.split_once('}').expect("a placeholder ends");
            out.push_str(before);
            match name.split_once('.') {
                Some((logical, attribute)) => out.push_str(&self.attribute(logical, attribute)),
                None if name.starts_with('!') => out.extend(["${", &name[1..], "}"]),
                None => out.push_str(&self.reference(name)),
            }
            rest = more;
        }
        out + rest
    }

    fn reference(&self, name: &str) -> String {
        match name {
            "AWS::AccountId" => return ACCOUNT.to_owned(),
            "AWS::Region" => return REGION.to_owned(),
            "AWS::Partition" => return "aws".to_owned(),
            "AWS::URLSuffix" => return "amazonaws.com".to_owned(),
            "AWS::StackName" => return self.stack.to_owned(),
            _ => {}
        }
        if let Some(value) = self.values.get(name) {
            return value.clone();
        }
        match self.kind(name).as_str() {
            "AWS::StepFunctions::StateMachine" | "AWS::SNS::Topic" | "AWS::SecretsManager::Secret" => {
                self.attribute(name, "Arn")
            }
            _ => self.name(name),
        }
    }

    fn kind(&self, logical: &str) -> String {
        text(&self.declared.get(logical).unwrap_or_else(|| panic!("no {logical} in {}", self.stack))["Type"])
    }

    /// The name of a resource: its own, or one that CloudFormation would make.
    fn name(&self, logical: &str) -> String {
        let properties = &self.declared[logical]["Properties"];
        let keys = [
            "BucketName",
            "RoleName",
            "StateMachineName",
            "QueueName",
            "TopicName",
            "LogGroupName",
            "WorkgroupName",
            "NamespaceName",
            "DeliveryStreamName",
            "Name",
        ];
        let values = keys.iter().map(|key| &properties[*key]);
        let given = values.chain([&properties["DatabaseInput"]["Name"]]).find(|value| !value.is_null());
        given.map_or_else(
            || format!("{}-{logical}", self.stack).to_lowercase(),
            |value| text(&self.resolved(value)),
        )
    }

    fn attribute(&self, logical: &str, attribute: &str) -> String {
        let (kind, name) = (self.kind(logical), self.name(logical));
        let (service, resource) = match (kind.as_str(), attribute) {
            ("AWS::S3::Bucket", "Arn") => return format!("arn:aws:s3:::{name}"),
            ("AWS::IAM::Role", "Arn") => return format!("arn:aws:iam::{ACCOUNT}:role/{name}"),
            ("AWS::KMS::Key", "Arn") => ("kms", format!("key/{name}")),
            ("AWS::SQS::Queue", "Arn") => ("sqs", name),
            ("AWS::SNS::Topic", "Arn" | "TopicArn") => ("sns", name),
            ("AWS::Kinesis::Stream", "Arn") => ("kinesis", format!("stream/{name}")),
            ("AWS::Events::Rule", "Arn") => ("events", format!("rule/{name}")),
            ("AWS::Logs::LogGroup", "Arn") => ("logs", format!("log-group:{name}:*")),
            ("AWS::SecretsManager::Secret", "Arn") => ("secretsmanager", format!("secret:{name}-AbCdEf")),
            ("AWS::StepFunctions::StateMachine", "Arn") => ("states", format!("stateMachine:{name}")),
            ("AWS::RedshiftServerless::Workgroup", "Workgroup.WorkgroupArn") => {
                ("redshift-serverless", format!("workgroup/{name}"))
            }
            ("AWS::RedshiftServerless::Namespace", "Namespace.NamespaceArn") => {
                ("redshift-serverless", format!("namespace/{name}"))
            }
            // Names, addresses and ARNs that no permission contains.
            _ => return name,
        };
        format!("arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}")
    }
}

/// The text of a value; of a number or a Boolean, its JSON; empty for null.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// The items of a list; none of anything else.
pub(super) fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

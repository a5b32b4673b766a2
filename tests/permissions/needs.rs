//! What each mover of a platform does, from its resource in the template and from AWS's documentation: the requests that a
//! service makes for it.
//!
//! Nothing here is read from a policy.

use serde_json::Value;

use super::account::{ACCOUNT, Account, REGION, Resource, text};
use super::judge::{Request, Who};
use super::{calls, jobs, services, warehouse};

/// A request that a platform cannot do without.
#[derive(Clone, Debug)]
pub(super) struct Need {
    pub(super) request: Request,
    /// What shows it: a recording, or the page of a documentation.
    pub(super) source: &'static str,
}

/// The requests of one identity for one reason.
pub(super) struct Needs {
    pub(super) who: Who,
    source: &'static str,
    pub(super) found: Vec<Need>,
}

impl Needs {
    pub(super) fn of(who: Who) -> Self {
        Self { who, source: "", found: Vec::new() }
    }

    /// What shows the requests that follow.
    pub(super) fn from(&mut self, source: &'static str) -> &mut Self {
        self.source = source;
        self
    }

    pub(super) fn add(&mut self, actions: &[&str], resource: &str, context: &[(&str, &str)]) -> &mut Self {
        for action in actions {
            let request = Request {
                who: self.who.clone(),
                action: (*action).to_owned(),
                resource: resource.to_owned(),
                context: context
                    .iter()
                    .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
                    .collect(),
            };
            self.found.push(Need { request, source: self.source });
        }
        self
    }

    /// The same for an action that has no resources.
    pub(super) fn anywhere(&mut self, actions: &[&str], context: &[(&str, &str)]) -> &mut Self {
        for action in actions {
            let service = action.split(':').next().unwrap_or_default();
            self.add(&[action], &format!("arn:aws:{service}:{REGION}:{ACCOUNT}:any/thing"), context);
        }
        self
    }
}

/// The requests of all movers.
pub(super) fn all(account: &Account) -> Vec<Need> {
    let mut found = Vec::new();
    for one in &account.resources {
        found.extend(of_resource(account, one));
    }
    found.extend(warehouse::of_warehouse(account));
    found.extend(warehouse::of_people(account));
    let more: Vec<Need> = found.iter().flat_map(|need| implied(account, need)).collect();
    found.extend(more);
    found.extend(calls::trusts(account));
    found
}

/// The needs of the role that a resource has.
pub(super) fn role(resource: &Resource, key: &str) -> Needs {
    Needs::of(Who::Identity(text(&resource.properties[key])))
}

fn of_resource(account: &Account, one: &Resource) -> Vec<Need> {
    match one.kind.as_str() {
        "AWS::StepFunctions::StateMachine" => calls::of_machine(account, one),
        "AWS::Glue::Job" => jobs::job(account, one),
        "AWS::Glue::Crawler" => jobs::crawler(one),
        "AWS::KinesisFirehose::DeliveryStream" => services::delivery(one),
        "AWS::Scheduler::Schedule" => services::schedule(one),
        "AWS::Events::Rule" => services::rule(one),
        "AWS::Pipes::Pipe" => services::pipe(one),
        "AWS::EC2::FlowLog" => services::flow_log(one),
        "AWS::QuickSight::VPCConnection" => services::connection(one),
        "AWS::CloudWatch::Alarm" => services::alarm(one),
        "AWS::Logs::LogGroup" => services::log_group(one),
        "AWS::KMS::Key" => services::key(one),
        "AWS::S3::Bucket" => services::access_logs(account, one),
        _ => Vec::new(),
    }
}

/// What a request needs of the key that encrypts its object, stream, secret, topic or queue: the service uses the key for
/// the caller.
fn implied(account: &Account, need: &Need) -> Vec<Need> {
    let request = &need.request;
    let (service, name) = request.action.split_once(':').expect("an action has a service");
    let via = format!("{service}.{REGION}.amazonaws.com");
    let resource = |kind: &str, name: &str| account.named(kind, name).cloned();
    let last = request.resource.rsplit([':', '/']).next().unwrap_or_default();
    let (actions, key): (&[&str], Value) = match (service, name) {
        ("s3", "GetObject" | "PutObject" | "ListMultipartUploadParts") => {
            let bucket =
                request.resource.trim_start_matches("arn:aws:s3:::").split('/').next().unwrap_or_default();
            let found = resource("AWS::S3::Bucket", bucket);
            let rules = found.map(|one| {
                one.properties["BucketEncryption"]["ServerSideEncryptionConfiguration"][0]
                    ["ServerSideEncryptionByDefault"]["KMSMasterKeyID"]
                    .clone()
            });
            let actions: &[&str] = match name {
                "GetObject" => &["kms:Decrypt"],
                // S3 decrypts the parts of a multipart upload to assemble them.
                _ => &["kms:Decrypt", "kms:GenerateDataKey"],
            };
            (actions, rules.unwrap_or_default())
        }
        ("kinesis", "GetRecords" | "PutRecord" | "PutRecords") => {
            let found = resource("AWS::Kinesis::Stream", last);
            let actions: &[&str] =
                if name == "GetRecords" { &["kms:Decrypt"] } else { &["kms:GenerateDataKey"] };
            (
                actions,
                found.map(|one| one.properties["StreamEncryption"]["KeyId"].clone()).unwrap_or_default(),
            )
        }
        ("secretsmanager", "GetSecretValue") => {
            let name = last.trim_end_matches("-AbCdEf");
            let found = account.resources.iter().find(|one| {
                one.kind == "AWS::SecretsManager::Secret"
                    && (one.name == name || one.name.ends_with(&format!("/{name}")))
            });
            (&["kms:Decrypt"], found.map(|one| one.properties["KmsKeyId"].clone()).unwrap_or_default())
        }
        ("sns", "Publish") => {
            let found = resource("AWS::SNS::Topic", last);
            let key = found.map(|one| one.properties["KmsMasterKeyId"].clone()).unwrap_or_default();
            (&["kms:Decrypt", "kms:GenerateDataKey"], key)
        }
        ("sqs", "SendMessage" | "ReceiveMessage") => {
            let found = resource("AWS::SQS::Queue", last);
            let key = found.map(|one| one.properties["KmsMasterKeyId"].clone()).unwrap_or_default();
            (&["kms:Decrypt", "kms:GenerateDataKey"], key)
        }
        _ => return Vec::new(),
    };
    let Some(key) = key.as_str() else { return Vec::new() };
    let mut needs = Needs::of(request.who.clone());
    needs.from("KMS developer guide, \"How AWS services use AWS KMS\"");
    let account_of_caller = [("kms:ViaService", via.as_str()), ("aws:SourceAccount", ACCOUNT)];
    needs.add(actions, &calls::key_arn(key), &account_of_caller);
    needs.found
}

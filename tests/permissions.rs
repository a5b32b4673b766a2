//! Permissions, both ways: whatever a platform does is allowed, and whatever is allowed is needed.
//!
//! The requests come from recordings (state machines, run by the interpreter of `tests/flow`, and the scripts of jobs), from the
//! loads, and from AWS's documentation (what a service does for a resource); the policies come from the templates, and
//! `iam-rs` evaluates them. No request is read from a policy. Taking away any single action or resource of any policy must
//! deny a request, or the permission has a reason in `REASONS`.

mod account;
mod calls;
mod jobs;
mod judge;
mod needs;
mod scripts;
mod services;
mod warehouse;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use iam_rs::IAMPolicy;
use serde_json::Value;

use account::{Account, list, text};
use judge::{Answer, Request, Who, ask, parsed};
use needs::Need;
use warehouse::{administrator, person};

use crate::tool::tool;

/// A policy, and where it is in the templates.
#[derive(Clone, Debug)]
struct Policy {
    place: String,
    document: Value,
}

/// The policies of an account: those of identities and those of resources, by ARN, each with what the evaluator reads.
#[derive(Debug, Default)]
struct Policies {
    of_identity: BTreeMap<String, (Vec<Policy>, Vec<IAMPolicy>)>,
    of_resource: BTreeMap<String, (Vec<Policy>, Vec<IAMPolicy>)>,
}

impl Policies {
    fn of(account: &Account) -> Self {
        let mut found = Self::default();
        for one in &account.resources {
            let place = format!("{}/{}", one.stack, one.logical);
            let mut add = |is_identity: bool, arn: String, key: &str| {
                let all = if is_identity { &mut found.of_identity } else { &mut found.of_resource };
                let (policies, read) = all.entry(arn).or_default();
                read.push(parsed(&one.properties[key]));
                policies.push(Policy { place: place.clone(), document: one.properties[key].clone() });
            };
            match one.kind.as_str() {
                "AWS::IAM::ManagedPolicy" => {
                    let roles = list(&one.properties["Roles"]);
                    let roles = roles.iter().map(|role| role_arn(&text(role)));
                    let holders: Vec<String> =
                        if roles.len() == 0 { vec![person(one)] } else { roles.collect() };
                    for holder in holders {
                        add(true, holder, "PolicyDocument");
                    }
                }
                "AWS::IAM::Role" => {
                    assert!(one.properties["Policies"].is_null(), "{} has an inline policy", one.logical);
                    add(false, role_arn(&one.name), "AssumeRolePolicyDocument");
                }
                "AWS::KMS::Key" => {
                    add(false, calls::key_arn(&one.name), "KeyPolicy");
                }
                "AWS::S3::BucketPolicy" => {
                    let arn = format!("arn:aws:s3:::{}", text(&one.properties["Bucket"]));
                    add(false, arn, "PolicyDocument");
                }
                "AWS::SQS::QueuePolicy" | "AWS::SNS::TopicPolicy" => {
                    let named =
                        list(&one.properties["Queues"]).into_iter().chain(list(&one.properties["Topics"]));
                    for name in named.map(|name| text(&name)) {
                        let service = if one.kind.contains("SQS") { "sqs" } else { "sns" };
                        let name = name.rsplit([':', '/']).next().unwrap_or_default().to_owned();
                        let arn =
                            format!("arn:aws:{service}:{}:{}:{name}", account::REGION, account::ACCOUNT);
                        add(false, arn, "PolicyDocument");
                    }
                }
                _ => {}
            }
        }
        found
    }

    /// Whether a request is allowed, by the rules within one account: a deny wins; a service needs the resource's policy;
    /// an identity needs one of its own policies, or the resource's; a key's policy must allow its use in any case.
    fn allow(&self, request: &Request) -> bool {
        // A key's policy names the account: its administrators decide by their own policies who uses the key.
        let is_key = request.action.starts_with("kms:");
        let own = match &request.who {
            Who::Identity(arn) if is_key && *arn == administrator() => Answer::Allowed,
            Who::Identity(arn) => {
                self.of_identity.get(arn).map_or(Answer::Silent, |own| ask(&own.1, request))
            }
            Who::Service(_) => Answer::Silent,
        };
        let bucket = request.resource.split('/').next().unwrap_or_default();
        let held = [request.resource.as_str(), bucket].iter().find_map(|arn| self.of_resource.get(*arn));
        let asked = match &request.who {
            Who::Identity(_) if is_key => Request { who: Who::Identity(administrator()), ..request.clone() },
            _ => request.clone(),
        };
        let of_resource = held.map_or(Answer::Silent, |policy| ask(&policy.1, &asked));
        let is_service = matches!(request.who, Who::Service(_));
        match (own, of_resource) {
            (Answer::Denied, _) | (_, Answer::Denied) => false,
            (own, of_resource) if is_key && !is_service => {
                own == Answer::Allowed && of_resource == Answer::Allowed
            }
            (own, of_resource) => own == Answer::Allowed || of_resource == Answer::Allowed,
        }
    }

    /// Takes away one action or one resource of one statement, each in turn, and asks whether a request is then denied.
    /// Returns how many there are, and those without which all requests are still allowed.
    fn unused(&mut self, needs: &[Need]) -> (usize, Vec<String>) {
        let (mut count, mut unused) = (0, Vec::new());
        for is_identity in [true, false] {
            let all = if is_identity { &self.of_identity } else { &self.of_resource };
            let places: Vec<(String, usize, Policy)> = all
                .iter()
                .flat_map(|(arn, (all, _))| {
                    all.iter().enumerate().map(|(at, one)| (arn.clone(), at, one.clone()))
                })
                .collect();
            for (arn, at, policy) in places {
                let concerns = |need: &&Need| match &need.request.who {
                    Who::Identity(own) if is_identity => *own == arn,
                    Who::Identity(_) | Who::Service(_) => need.request.resource.starts_with(&arn),
                };
                let concerned: Vec<&Need> = needs.iter().filter(concerns).collect();
                for Mutant { what, document, affected } in mutants(&policy) {
                    count += 1;
                    let whole = self.exchanged(is_identity, &arn, at, parsed(&document));
                    let mut asked = concerned.iter().filter(|need| affected.contains(&need.request.action));
                    if asked.all(|need| self.allow(&need.request)) {
                        unused.push(what);
                    }
                    self.exchanged(is_identity, &arn, at, whole);
                }
            }
        }
        (count, unused)
    }

    fn exchanged(&mut self, is_identity: bool, arn: &str, at: usize, with: IAMPolicy) -> IAMPolicy {
        let all = if is_identity { &mut self.of_identity } else { &mut self.of_resource };
        std::mem::replace(&mut all.get_mut(arn).expect("a policy").1[at], with)
    }
}

fn role_arn(name: &str) -> String {
    format!("arn:aws:iam::{}:role/{name}", account::ACCOUNT)
}

/// A policy without one action, or without one of several resources, of a statement that allows.
struct Mutant {
    what: String,
    document: Value,
    /// The actions of the requests that it can affect.
    affected: Vec<String>,
}

fn mutants(policy: &Policy) -> Vec<Mutant> {
    let mut found = Vec::new();
    let items = |value: &Value| match value {
        Value::Array(all) => all.clone(),
        Value::Null => Vec::new(),
        one => vec![one.clone()],
    };
    for (at, statement) in list(&policy.document["Statement"]).into_iter().enumerate() {
        if statement["Effect"] != "Allow" {
            continue;
        }
        let actions: Vec<String> = items(&statement["Action"]).iter().map(text).collect();
        let resources = items(&statement["Resource"]);
        let mut add = |key: &str, all: &[Value], gone: &Value, affected: Vec<String>| {
            let left: Vec<Value> = all.iter().filter(|one| *one != gone).cloned().collect();
            let mut document = policy.document.clone();
            if left.is_empty() {
                document["Statement"].as_array_mut().expect("a list").remove(at);
            } else {
                document["Statement"][at][key] = left.into();
            }
            let sid = text(&statement["Sid"]);
            let what = format!("{} {sid} {} of {}", policy.place, text(gone), text(&statement["Resource"]));
            found.push(Mutant { what, document, affected });
        };
        for action in items(&statement["Action"]) {
            add("Action", &items(&statement["Action"]), &action, vec![text(&action)]);
        }
        for resource in resources.iter().filter(|_| resources.len() > 1) {
            add("Resource", &resources, resource, actions.clone());
        }
    }
    found
}

/// The assemblies of all blueprints, and of the platform that uses every key, in all environments.
fn accounts() -> Vec<Account> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders: Vec<PathBuf> = Vec::new();
    for platform in ["clickstream", "iot-telemetry", "retail-orders"] {
        folders.extend(
            ["dev", "prod"].map(|environment| root.join("generated").join(platform).join(environment)),
        );
    }
    folders.extend(every_key());
    folders.iter().map(|folder| Account::of(folder)).collect()
}

/// The assemblies of the platform that has every key.
fn every_key() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("permissions");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("it can be created");
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/spec/valid/every_key.toml");
    fs::copy(&file, folder.join("platform.toml")).expect("it can be copied");
    fs::create_dir(folder.join("guard")).expect("it can be created");
    let rules = "guard/streams.guard";
    fs::copy(file.with_file_name(rules), folder.join(rules)).expect("it can be copied");
    let done = Command::new(env!("CARGO_BIN_EXE_gen"))
        .arg("synth")
        .current_dir(&folder)
        .output()
        .expect("gen starts");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let below = |path: &Path| -> Vec<PathBuf> {
        let all = fs::read_dir(path).expect("a folder").map(|one| one.expect("an entry").path());
        all.filter(|path| path.is_dir()).collect()
    };
    below(&folder.join("generated")).iter().flat_map(|platform| below(platform)).collect()
}

/// Permissions that no request above uses, with the reason.
const REASONS: [(&str, &str); 7] = [
    (
        "storage/Key Administration kms:CancelKeyDeletion ",
        "a key that is to be deleted is kept: its data would be lost",
    ),
    ("storage/Key Administration kms:ListGrants ", "who uses the key: KMS, \"Allows key administrators\""),
    (
        "storage/Key Administration kms:ListKeyPolicies ",
        "the console lists policies: KMS, \"Allows key administrators\"",
    ),
    (
        "storage/Key Administration kms:RevokeGrant ",
        "a grant is taken back: KMS, \"Retiring and revoking grants\"",
    ),
    (
        "storage/Key GrantsToServices ",
        "services of the account get grants for their resources: KMS, \"Grants\"",
    ),
    (
        "storage/Key UseByTheRolesOfTheAccount kms:GenerateDataKeyWithoutPlaintext ",
        "services encrypt the volumes of those who create them: KMS, \"Allows key users\"",
    ),
    (
        "storage/Key UseByTheRolesOfTheAccount kms:",
        "services encrypt and copy what administrators create: KMS, \"Allows key users\"",
    ),
];

#[test]
fn whatever_a_platform_does_is_allowed_and_nothing_else_is() {
    if ["STRATAFORM_NODE_MODULES", "STRATAFORM_SPARK_PYTHON"].iter().any(|name| tool(name).is_none()) {
        return;
    }
    let (mut denied, mut unused, mut mutants) = (Vec::new(), BTreeSet::new(), 0);
    for account in accounts() {
        let mut policies = Policies::of(&account);
        let mut needs = needs::all(&account);
        needs.sort_by(|one, other| one.request.cmp(&other.request));
        needs.dedup_by(|one, other| one.request == other.request);
        for Need { request, source } in &needs {
            if !policies.allow(request) {
                denied.push(format!("{}: {request:?} ({source})", account.title));
            }
        }
        let (count, found) = policies.unused(&needs);
        mutants += count;
        unused.extend(found.into_iter().map(|what| format!("{}: {what}", account.title)));
    }
    assert!(denied.is_empty(), "not allowed:\n{}", denied.join("\n"));
    let unexplained: Vec<_> =
        unused.iter().filter(|one| !REASONS.iter().any(|(part, _)| one.contains(part))).cloned().collect();
    assert!(
        unexplained.is_empty(),
        "{} of {mutants} not needed:\n{}",
        unexplained.len(),
        unexplained.join("\n")
    );
    let unproven = unused.len();
    assert!(unproven * 20 < mutants, "{unproven} of {mutants} have only a reason");
    for (part, reason) in REASONS {
        assert!(unused.iter().any(|one| one.contains(part)), "{part} is needed: {reason}");
    }
    assert!(mutants > 1_000, "{mutants}");
}

//! [`Names`]: which references mean the same resource.
//!
//! In: the resources of both templates. Out: one key per resource, for its logical ID and for its physical name, on both
//! sides of the change, and whether the resource exists on a side.
//!
//! It refuses to guess: a name that no resource of the type declares is a key of its own.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::json;

/// A resource with its logical ID.
pub(crate) type Resource = (String, Value);

/// The keys of resources.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// By logical ID.
    ids: BTreeMap<String, String>,
    /// By type and physical name.
    physical: BTreeMap<(String, String), String>,
    before: BTreeSet<String>,
    after: BTreeSet<String>,
}

/// A side of the comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Before,
    After,
}

/// The property that names a resource of a type.
pub(crate) const NAMED: [(&str, &str); 16] = [
    ("AWS::IAM::Role", "RoleName"),
    ("AWS::IAM::User", "UserName"),
    ("AWS::IAM::Group", "GroupName"),
    ("AWS::IAM::ManagedPolicy", "ManagedPolicyName"),
    ("AWS::S3::Bucket", "BucketName"),
    ("AWS::SNS::Topic", "TopicName"),
    ("AWS::SQS::Queue", "QueueName"),
    ("AWS::Kinesis::Stream", "Name"),
    ("AWS::Lambda::Function", "FunctionName"),
    ("AWS::SecretsManager::Secret", "Name"),
    ("AWS::EC2::SecurityGroup", "GroupName"),
    ("AWS::Redshift::Cluster", "ClusterIdentifier"),
    ("AWS::RedshiftServerless::Workgroup", "WorkgroupName"),
    ("AWS::RDS::DBInstance", "DBInstanceIdentifier"),
    ("AWS::ECR::Repository", "RepositoryName"),
    ("AWS::QuickSight::Dashboard", "DashboardId"),
];

impl Names {
    /// The keys of all resources of both sides.
    pub(crate) fn new(before: &[Resource], after: &[Resource]) -> Self {
        let mut names = Self::default();
        for (side, resources) in [(Side::Before, before), (Side::After, after)] {
            for (id, resource) in resources {
                let key = names.add(id, resource);
                match side {
                    Side::Before => names.before.insert(key),
                    Side::After => names.after.insert(key),
                };
            }
        }
        names
    }

    fn add(&mut self, id: &str, resource: &Value) -> String {
        let physical = physical_name(resource).map(|name| (kind(resource).to_owned(), name));
        let named = physical.as_ref().and_then(|name| self.physical.get(name)).cloned();
        let key = self.ids.get(id).cloned().or(named).unwrap_or_else(|| format!("${{{id}}}"));
        self.ids.insert(id.to_owned(), key.clone());
        if let Some(name) = physical {
            self.physical.entry(name).or_insert_with(|| key.clone());
        }
        key
    }

    /// The key of the resource with a logical ID.
    pub(crate) fn own(&self, id: &str) -> String {
        self.ids.get(id).cloned().unwrap_or_else(|| format!("${{{id}}}"))
    }

    /// The key of what a property refers to: `${Role}`, `${Bucket.Arn}`, a name or an ARN.
    pub(crate) fn key(&self, kind: &str, reference: &str) -> String {
        if let Some(id) = logical_id(reference) {
            return self.own(id);
        }
        // A policy of AWS is none of the template's, even if it has the same name.
        let last = reference.rsplit(['/', ':']).next().filter(|_| !reference.contains(":iam::aws:"));
        let named = [Some(reference), last]
            .into_iter()
            .flatten()
            .find_map(|name| self.physical.get(&(kind.to_owned(), name.to_owned())).cloned());
        named.unwrap_or_else(|| reference.to_owned())
    }

    /// Whether the resource exists on the other side, but not on this one.
    pub(crate) fn is_gone(&self, key: &str, side: Side) -> bool {
        let (here, there) = self.sides(side);
        !here.contains(key) && there.contains(key)
    }

    /// Whether a resource of the template exists on both sides.
    pub(crate) fn is_kept(&self, key: &str) -> bool {
        self.before.contains(key) && self.after.contains(key)
    }

    fn sides(&self, side: Side) -> (&BTreeSet<String>, &BTreeSet<String>) {
        match side {
            Side::Before => (&self.before, &self.after),
            Side::After => (&self.after, &self.before),
        }
    }
}

/// The type of a resource.
pub(crate) fn kind(resource: &Value) -> &str {
    resource.get("Type").and_then(Value::as_str).unwrap_or_default()
}

/// The name that a resource declares.
pub(crate) fn physical_name(resource: &Value) -> Option<String> {
    let (_, property) = NAMED.iter().find(|(named, _)| *named == kind(resource))?;
    json::member(resource.get("Properties")?, property)
}

/// The logical ID in a reference that is nothing else: `${Role}` or `${Role.Arn}`.
pub(crate) fn logical_id(reference: &str) -> Option<&str> {
    let inner = reference.strip_prefix("${")?.strip_suffix('}')?;
    let is_plain = !inner.contains(['{', '}', '"', ':', '❴']);
    is_plain.then(|| inner.split_once('.').map_or(inner, |(id, _)| id))
}

/// A reference as text to show.
pub(crate) fn shown(reference: &str) -> &str {
    logical_id(reference).unwrap_or(reference)
}

//! Rules for S3, CloudWatch Logs, KMS, IAM and EC2.

use super::super::impact::Impact::{BreaksConsumers, DestroysData, Interrupts, Replaces};
use super::super::impact::Moment::{Later, Now};
use super::Rule;
use super::Unset::Unlimited;
use super::When::{Becomes, Falls, Leaves, Replaced, Unless};

const VERSIONING: &str = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/VersioningWorkflows.html";
const LOGS: &str =
    "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html";
const KEYS: &str = "https://docs.aws.amazon.com/kms/latest/developerguide/enabling-keys.html";
const PRINCIPALS: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html";
const VPC: &str =
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpc.html";

/// The rules.
pub(super) const RULES: &[Rule] = &[
    Rule {
        kind: "AWS::S3::Bucket",
        path: "VersioningConfiguration/Status",
        when: Leaves("Enabled"),
        impact: DestroysData,
        moment: Later,
        reason: "without versions, an overwrite or a deletion is final",
        source: VERSIONING,
    },
    Rule {
        kind: "AWS::Logs::LogGroup",
        path: "RetentionInDays",
        when: Falls(Unlimited),
        impact: DestroysData,
        moment: Now,
        reason: "older events are deleted",
        source: LOGS,
    },
    Rule {
        kind: "AWS::KMS::Key",
        path: "Enabled",
        when: Becomes("false"),
        impact: BreaksConsumers,
        moment: Now,
        reason: "nobody can read what it encrypts",
        source: KEYS,
    },
    Rule {
        kind: "AWS::IAM::Role",
        path: "",
        when: Replaced,
        impact: Interrupts,
        moment: Now,
        reason: "policies outside of the stack that name the old role do not name the new one",
        source: PRINCIPALS,
    },
    Rule {
        kind: "AWS::EC2::VPC",
        path: "InstanceTenancy",
        when: Unless("dedicated", "default"),
        impact: Replaces,
        moment: Now,
        reason: "only from dedicated to default, the tenancy changes in place",
        source: VPC,
    },
];

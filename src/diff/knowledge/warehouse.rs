//! Rules for Redshift.

use super::super::impact::Impact::{DestroysData, Interrupts};
use super::super::impact::Moment::Now;
use super::Rule;
use super::Unset::Is;
use super::When::{Changes, Falls};

const RESIZING: &str = "https://docs.aws.amazon.com/redshift/latest/mgmt/resizing-cluster.html";
const ENCRYPTION: &str = "https://docs.aws.amazon.com/redshift/latest/mgmt/changing-cluster-encryption.html";
const WORKGROUP: &str = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-redshiftserverless-workgroup.html";
const MODIFY: &str = "https://docs.aws.amazon.com/redshift/latest/APIReference/API_ModifyCluster.html";

/// The rules.
pub(super) const RULES: &[Rule] = &[
    Rule {
        kind: "AWS::Redshift::Cluster",
        path: "NodeType",
        when: Changes,
        impact: Interrupts,
        moment: Now,
        reason: "the cluster is resized: meanwhile it is read-only or does not respond",
        source: RESIZING,
    },
    Rule {
        kind: "AWS::Redshift::Cluster",
        path: "NumberOfNodes",
        when: Changes,
        impact: Interrupts,
        moment: Now,
        reason: "the cluster is resized: meanwhile it is read-only or does not respond",
        source: RESIZING,
    },
    Rule {
        kind: "AWS::Redshift::Cluster",
        path: "ClusterType",
        when: Changes,
        impact: Interrupts,
        moment: Now,
        reason: "the cluster is resized: meanwhile it is read-only or does not respond",
        source: RESIZING,
    },
    Rule {
        kind: "AWS::Redshift::Cluster",
        path: "Encrypted",
        when: Changes,
        impact: Interrupts,
        moment: Now,
        reason: "the data moves to a new cluster: meanwhile it is read-only",
        source: ENCRYPTION,
    },
    Rule {
        kind: "AWS::Redshift::Cluster",
        path: "KmsKeyId",
        when: Changes,
        impact: Interrupts,
        moment: Now,
        reason: "the data moves to a new cluster: meanwhile it is read-only",
        source: ENCRYPTION,
    },
    Rule {
        kind: "AWS::Redshift::Cluster",
        path: "AutomatedSnapshotRetentionPeriod",
        when: Falls(Is(1.0)),
        impact: DestroysData,
        moment: Now,
        reason: "older automated snapshots are deleted",
        source: MODIFY,
    },
    Rule {
        kind: "AWS::RedshiftServerless::Workgroup",
        path: "Port",
        when: Changes,
        impact: Interrupts,
        moment: Now,
        reason: "the endpoint has another port: clients that use the old one lose it",
        source: WORKGROUP,
    },
];

//! Rules for QuickSight.

use super::super::impact::Impact::Interrupts;
use super::super::impact::Moment::Now;
use super::Rule;
use super::When::{Becomes, Replaced};

const DATA_SET: &str = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-quicksight-dataset.html";
const SPICE: &str = "https://docs.aws.amazon.com/quicksight/latest/user/refreshing-imported-data.html";
const DASHBOARD: &str = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-quicksight-dashboard.html";
const SOURCE: &str = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-quicksight-datasource.html";

/// The rules.
pub(super) const RULES: &[Rule] = &[
    Rule {
        kind: "AWS::QuickSight::DataSet",
        path: "ImportMode",
        when: Becomes("SPICE"),
        impact: Interrupts,
        moment: Now,
        reason: "it is empty until its first ingestion",
        source: SPICE,
    },
    Rule {
        kind: "AWS::QuickSight::DataSet",
        path: "",
        when: Replaced,
        impact: Interrupts,
        moment: Now,
        reason: "it is empty until its first ingestion, and what names its old ARN outside of the stack reads nothing",
        source: DATA_SET,
    },
    Rule {
        kind: "AWS::QuickSight::DataSource",
        path: "",
        when: Replaced,
        impact: Interrupts,
        moment: Now,
        reason: "data sets outside of the stack that name its old ARN cannot be refreshed",
        source: SOURCE,
    },
    Rule {
        kind: "AWS::QuickSight::Dashboard",
        path: "",
        when: Replaced,
        impact: Interrupts,
        moment: Now,
        reason: "its address changes",
        source: DASHBOARD,
    },
];

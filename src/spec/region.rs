//! The AWS Regions, and their partitions.

use super::code;
use super::value::Value;
use crate::diagnostic::{Diagnostic, did_you_mean};

/// Reads a Region.
pub(super) fn read(value: &Value<'_>) -> Option<String> {
    let text = value.text()?;
    if REGIONS.contains(&text.text) {
        return Some(text.text.to_owned());
    }
    let summary = format!("unknown AWS Region `{}`", text.text.escape_debug());
    let fault = Diagnostic::error(code::REGION, text.span.clone(), summary);
    value.fault(fault.help(did_you_mean(text.text, REGIONS.iter().copied())));
    None
}

/// The partition of a Region: accounts, and therefore users and groups, belong to one.
pub(super) fn partition(region: &str) -> &'static str {
    if region.starts_with("cn-") {
        "aws-cn"
    } else if region.starts_with("us-gov-") {
        "aws-us-gov"
    } else {
        "aws"
    }
}

/// The Regions of all partitions that can be named. Some lack QuickSight or EventBridge Pipes. Assumes `region-services`.
pub(super) const REGIONS: &[&str] = &[
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "cn-north-1",
    "cn-northwest-1",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-gov-east-1",
    "us-gov-west-1",
    "us-west-1",
    "us-west-2",
];

/// The Availability Zones that an account has in a Region, if they are fewer than three: US West (N. California) has
/// three, and an account has two of them. Assumes `us-west-1-zones`.
pub(super) fn zones(region: &str) -> Option<u8> {
    (region == "us-west-1").then_some(2)
}

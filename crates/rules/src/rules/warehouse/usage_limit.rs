//! A usage limit counts what its feature uses.

use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) USAGE_LIMIT "GEN0657" Error
        "A usage limit of a cluster counts what its feature does not use."
        "Redshift refuses it: for `spectrum` and `cross-region-datasharing`, the limit must be `data-scanned`; for `concurrency-scaling`, it must be `time` (Amazon Redshift API reference, \"CreateUsageLimit\")."
        Template {
            bad: r"
Resources:
  Limit:
    Type: AWS::Redshift::UsageLimit
    Properties: {ClusterIdentifier: shop, FeatureType: spectrum, LimitType: time, Amount: 10}
",
            good: r"
Resources:
  Limit:
    Type: AWS::Redshift::UsageLimit
    Properties: {ClusterIdentifier: shop, FeatureType: spectrum, LimitType: data-scanned, Amount: 10}
",
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for limit in world.of_type("AWS::Redshift::UsageLimit") {
        let (Some(feature), Some(kind)) = (limit.literal("FeatureType"), limit.literal("LimitType")) else {
            continue;
        };
        let expected = match feature {
            "spectrum" | "cross-region-datasharing" => "data-scanned",
            "concurrency-scaling" => "time",
            _ => continue,
        };
        if kind == expected {
            continue;
        }
        let about = words(
            format!("the limit `{}` of {feature} cannot count {kind}", limit.id),
            format!("Redshift limits {feature} by {expected} only"),
            format!("set `LimitType` to {expected}"),
        );
        report.property(USAGE_LIMIT, limit, "LimitType", about);
    }
}

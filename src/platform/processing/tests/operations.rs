//! Logs, alarms and starts: what an operator relies on.

use serde_json::{Value as Json, json};

use super::*;
use crate::model::Period;

/// The resources of a type in a stack, by logical ID.
fn resources(stack: &Stack, kind: &str) -> Vec<(String, Json)> {
    let text = stack.template().to_json().expect("a template of fixtures is whole");
    let template: Json = serde_json::from_str(&text).expect("JSON");
    let all = template["Resources"].as_object().expect("resources").iter();
    all.filter(|(_, one)| one["Type"] == kind).map(|(id, one)| (id.clone(), one.clone())).collect()
}

#[test]
fn every_log_group_that_glue_writes_to_is_declared_and_expires() {
    let mut platform = varied();
    platform.environments[0].settings.retention.logs = Period::days(30);
    let stack = &rendered(&platform)[0];
    let groups = resources(stack, "AWS::Logs::LogGroup");
    for (_, group) in &groups {
        assert_eq!(group["Properties"]["RetentionInDays"], 30, "{group}");
        assert_eq!(group["Properties"]["KmsKeyId"], json!({ "Ref": "StorageKeyArn" }), "{group}");
    }
    let named = |id: &str| {
        let (_, group) = groups.iter().find(|(one, _)| one == id).unwrap_or_else(|| panic!("no group {id}"));
        group["Properties"]["LogGroupName"]["Fn::Sub"].as_str().expect("a substitution").to_owned()
    };
    let jobs = resources(stack, "AWS::Glue::Job");
    assert_eq!(jobs.len(), platform.datasets.len());
    for (id, job) in &jobs {
        let prefix = job["Properties"]["DefaultArguments"]["--custom-logGroup-prefix"].as_str();
        assert_eq!(prefix, Some("/strataform/shop-dev/jobs"));
        assert!(job["Properties"]["DefaultArguments"]["--continuous-log-logGroup"].is_null());
        for (kind, group) in [("error", format!("{id}LogError")), ("output", format!("{id}LogOutput"))] {
            let name = format!("/strataform/shop-dev/jobs/shop-dev-role/${{{id}Role}}/{kind}");
            assert_eq!(named(&group), name);
            assert!(job["DependsOn"].to_string().contains(&group), "{group} must exist before the first run");
        }
        let policy = resource(stack, &format!("{id}Policy")).to_string();
        assert!(policy.contains("log-group:/strataform/shop-dev/jobs/shop-dev-role/*"), "{policy}");
        assert!(!policy.contains("log-group:/aws-glue"), "{policy}");
    }
    assert_eq!(named("PriceListCrawlerLog"), "/aws-glue/crawlers-role/${PriceListCrawlerRole}-shop-dev");
}

//! Logs, alarms and starts: what an operator relies on.

use serde_json::{Value as Json, json};

use super::*;
use crate::model::{Period, Schedule};

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

#[test]
fn silence_is_an_alarm_but_not_while_a_platform_is_new() {
    let mut platform = varied();
    platform.datasets[0].schedule = Some(Schedule::Every(Period::minutes(15)));
    platform.datasets[1].schedule = Some(Schedule::Daily { hour: 2, minute: 0 });
    platform.datasets[2].schedule = Some(Schedule::OnArrival);
    let stack = &rendered(&platform)[0];
    for (dataset, hours) in [("Orders", 4), ("Customers", 27), ("PriceList", 27)] {
        let alarm = resource(stack, &format!("{dataset}FlowAlarmSilent"));
        assert_eq!(alarm["MetricName"], "ExecutionsSucceeded");
        assert_eq!(alarm["Dimensions"][0]["Value"]["Ref"], format!("{dataset}Flow"));
        assert_eq!(
            (&alarm["ComparisonOperator"], &alarm["Threshold"]),
            (&json!("LessThanThreshold"), &json!(1.0))
        );
        assert_eq!((&alarm["Period"], &alarm["EvaluationPeriods"]), (&json!(3_600), &json!(hours)));
        assert_eq!(alarm["DatapointsToAlarm"], hours, "one success in all hours is enough");
        assert_eq!(alarm["TreatMissingData"], "breaching");
        assert_eq!(alarm["WarmUpConfiguration"]["WarmUpPeriodDurationInMinutes"], hours * 60);
    }
    let text = resource(stack, "PriceListFlowAlarmSilent")["AlarmDescription"].to_string();
    assert!(text.contains("its rule is enabled and its pipe is running"), "{text}");
}

#[test]
fn a_run_that_rejects_many_of_its_records_is_an_alarm() {
    let stack = &rendered(&fixture::platform())[0];
    let alarm = resource(stack, "OrdersFlowAlarmRejected");
    let queries = alarm["Metrics"].as_array().expect("queries");
    assert_eq!(queries[0]["Expression"], "IF(whole > 0, 100 * part / whole, 0)");
    let of = |at: usize| {
        let metric = &queries[at]["MetricStat"]["Metric"];
        (queries[at]["Id"].clone(), metric["MetricName"].clone(), metric["Dimensions"].clone())
    };
    let dataset = json!([
        { "Name": "platform", "Value": "shop" },
        { "Name": "environment", "Value": "dev" },
        { "Name": "dataset", "Value": "orders" },
    ]);
    assert_eq!(of(1), (json!("part"), json!("rows_quarantined"), dataset.clone()));
    assert_eq!(of(2), (json!("whole"), json!("rows_in"), dataset));
    assert_eq!((&alarm["Threshold"], &alarm["TreatMissingData"]), (&json!(5.0), &json!("notBreaching")));
    assert!(alarm["MetricName"].is_null(), "an alarm has either a metric or an expression");
}

#[test]
fn every_alarm_notifies_the_topic_and_names_the_next_step() {
    for stack in rendered(&varied()) {
        for (id, alarm) in resources(&stack, "AWS::CloudWatch::Alarm") {
            let alarm = &alarm["Properties"];
            assert_eq!(alarm["AlarmActions"], json!([{ "Ref": "StorageAlarmsTopicArn" }]), "{id}");
            let text = alarm["AlarmDescription"].as_str().expect("a description");
            assert!((40..=1_024).contains(&text.len()) && text.ends_with('.'), "{id}: {text}");
            assert!(text.split(". ").count() > 1, "{id} does not name the next step: {text}");
        }
    }
}

#[test]
fn a_start_that_cannot_be_delivered_is_kept_and_is_an_alarm() {
    let mut platform = varied();
    platform.datasets[2].schedule = Some(Schedule::OnArrival);
    let stack = &rendered(&platform)[0];
    let lost = json!({ "Fn::GetAtt": ["LostStarts", "Arn"] });
    let (clocks, rules) =
        (resources(stack, "AWS::Scheduler::Schedule"), resources(stack, "AWS::Events::Rule"));
    assert_eq!(clocks.len() + rules.len(), platform.datasets.len());
    for (id, clock) in clocks {
        assert_eq!(clock["Properties"]["Target"]["DeadLetterConfig"]["Arn"], lost, "{id}");
        let policy = resource(stack, &format!("{id}Policy")).to_string();
        assert!(policy.contains("sqs:SendMessage"), "{policy}");
    }
    for (id, rule) in rules {
        assert_eq!(rule["Properties"]["Targets"][0]["DeadLetterConfig"]["Arn"], lost, "{id}");
    }
    let alarm = resource(stack, "LostStartsAlarm");
    assert_eq!(alarm["Dimensions"][0]["Value"], json!({ "Fn::GetAtt": ["LostStarts", "QueueName"] }));
    assert_eq!(
        (&alarm["ComparisonOperator"], &alarm["Threshold"]),
        (&json!("GreaterThanThreshold"), &json!(0.0))
    );
}

#[test]
fn files_that_arrive_become_one_message_and_a_lost_event_is_found_within_a_day() {
    let mut platform = varied();
    platform.datasets[2].schedule = Some(Schedule::OnArrival);
    let stack = &rendered(&platform)[0];
    let rule = resource(stack, "PriceListStart");
    assert!(rule["EventPattern"].to_string().contains("price_list/"), "{rule}");
    let daily = rule["ScheduleExpression"].as_str().expect("a schedule");
    assert!(daily.starts_with("cron(") && daily.ends_with(" 4 * * ? *)"), "{daily}");
    let target = &rule["Targets"][0];
    assert_eq!(target["Arn"], json!({ "Fn::GetAtt": ["PriceListStartQueue", "Arn"] }));
    assert_eq!(target["Input"], "{}");
    let pipe = resource(stack, "PriceListStartPipe");
    assert_eq!(pipe["Source"], target["Arn"]);
    assert_eq!(pipe["Target"], json!({ "Ref": "PriceListFlow" }));
    assert_eq!(pipe["SourceParameters"]["SqsQueueParameters"]["BatchSize"], 1);
    let parameters = &pipe["TargetParameters"]["StepFunctionStateMachineParameters"];
    assert_eq!(parameters["InvocationType"], "FIRE_AND_FORGET", "a standard workflow starts no other way");
    let policy = resource(stack, "PriceListStartQueuePolicy").to_string();
    assert!(
        policy.contains("\"ArnEquals\":{\"aws:SourceArn\":{\"Fn::GetAtt\":[\"PriceListStart\",\"Arn\"]}}"),
        "{policy}"
    );
}

#[test]
fn access_to_new_tables_is_left_to_iam() {
    let database = resource(&rendered(&fixture::platform())[0], "CatalogueDatabase");
    assert_eq!(
        database["DatabaseInput"]["CreateTableDefaultPermissions"],
        json!([{
            "Principal": { "DataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS" }, "Permissions": ["ALL"],
        }])
    );
}

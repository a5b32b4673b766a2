//! CloudWatch, Budgets, Systems Manager and CloudFormation: monitoring, costs, configuration, and nested stacks.

use strataform_policy::{PolicyDocument, Principal, Statement, action};
use strataform_resources::budgets::{
    Budget, BudgetData, BudgetSubscriber, CostTypes, Notification, NotificationWithSubscribers, Spend,
};
use strataform_resources::cloudformation::{
    AutoDeployment, Capability, DeploymentTargets, Macro, OperationPreferences, Parameter as StackParameter,
    PermissionModel, RegionConcurrencyType, Stack, StackInstances, StackSet, WaitCondition,
    WaitConditionHandle,
};
use strataform_resources::cloudwatch::{
    Alarm, AlarmDimension, AlarmMetric, AlarmMetricDataQuery, AlarmMetricStat, ComparisonOperator,
    CompositeAlarm, Dashboard, Statistic, TreatMissingData,
};
use strataform_resources::iam::Role;
use strataform_resources::kinesis::Stream;
use strataform_resources::lambda::{Code, Function, Runtime};
use strataform_resources::logs::LogGroup;
use strataform_resources::sns::Topic;
use strataform_resources::ssm::{
    DataType, Document, DocumentFormat, DocumentType, MaintenanceWindow, MaintenanceWindowArgs, Parameter,
    ParameterType, Tier,
};
use strataform_template::{Node, Object, import_value, sub};

use crate::check::Case;

pub(crate) fn case() -> Case {
    let mut case = Case::new();
    watch(&mut case);
    spend(&mut case);
    write_down(&mut case);
    stacks(&mut case);
    case
}

fn watch(case: &mut Case) {
    let stream = case.add("orders", Stream::new().shard_count(1));
    let topic = case.add("alarms", Topic::new());
    let late = Alarm::new()
        .alarm_description("Orders wait for more than a minute")
        .actions_enabled(true)
        .alarm_actions([&topic])
        .ok_actions([&topic])
        .comparison_operator(ComparisonOperator::GreaterThanThreshold)
        .datapoints_to_alarm(3)
        .dimensions([AlarmDimension::new("StreamName", &stream)])
        .evaluation_periods(5)
        .metric_name("GetRecords.IteratorAgeMilliseconds")
        .namespace("AWS/Kinesis")
        .period(60)
        .statistic(Statistic::Maximum)
        .threshold(60_000)
        .treat_missing_data(TreatMissingData::NotBreaching)
        .tags([("team", "growth")]);
    let late = case.add("orders/late", late);
    let put = |id, name| {
        let metric = AlarmMetric::new()
            .metric_name(name)
            .namespace("AWS/Kinesis")
            .dimensions([AlarmDimension::new("StreamName", &stream)]);
        AlarmMetricDataQuery::new(id).metric_stat(AlarmMetricStat::new(metric, 300, "Sum")).return_data(false)
    };
    let rate = AlarmMetricDataQuery::new("rate")
        .expression("100 * failed / puts")
        .label("Failed, %")
        .return_data(true);
    let failing = Alarm::new()
        .alarm_actions([&topic])
        .comparison_operator(ComparisonOperator::GreaterThanThreshold)
        .evaluation_periods(1)
        .metrics([rate, put("failed", "PutRecords.FailedRecords"), put("puts", "PutRecords.TotalRecords")])
        .threshold(1.5);
    let failing = case.add("orders/failing", failing);
    let rule = sub!("ALARM(\"${late}\") OR ALARM(\"${failing}\")", late = &late, failing = &failing);
    case.add("orders/ill", CompositeAlarm::new(rule).alarm_actions([&topic]).actions_enabled(true));
    let body = sub!(
        r#"{"widgets":[{"type":"alarm","width":6,"height":3,"properties":{"alarms":["${late}"]}}]}"#,
        late = late.arn()
    );
    case.add("orders/board", Dashboard::new(body).dashboard_name("orders"));
}

fn spend(case: &mut Case) {
    let data = BudgetData::new("COST", "MONTHLY")
        .budget_limit(Spend::new(500, "USD"))
        .budget_name(sub!("${AWS::StackName}-lake"))
        .cost_filters(Object::from([("TagKeyValue", Node::from(["user:team$growth"]))]))
        .cost_types(CostTypes::new().include_credit(false).include_tax(true).use_amortized(true));
    let warning = Notification::new("GREATER_THAN", "FORECASTED", 80).threshold_type("PERCENTAGE");
    let people = BudgetSubscriber::new("costs@example.com", "EMAIL");
    let budget = Budget::new(data)
        .notifications_with_subscribers([NotificationWithSubscribers::new(warning, [people])]);
    case.add("lake/budget", budget);
}

fn write_down(case: &mut Case) {
    let parameter = Parameter::new(ParameterType::String, import_value("lake-raw"))
        .name("/lake/raw/bucket")
        .description("Where raw data goes")
        .allowed_pattern("^[a-z0-9.-]{3,63}$")
        .data_type(DataType::Text)
        .tier(Tier::Standard)
        .tags([("team", "platform")]);
    case.add("lake/raw/parameter", parameter);
    let step = Object::from([
        ("action", Node::from("aws:runShellScript")),
        ("name", Node::from("vacuum")),
        ("inputs", Node::from(Object::from([("runCommand", Node::from(["vacuum.sh"]))]))),
    ]);
    let content = Object::from([
        ("schemaVersion", Node::from("2.2")),
        ("mainSteps", Node::List(vec![Node::from(step)])),
    ]);
    let document = Document::new(content)
        .document_format(DocumentFormat::Json)
        .document_type(DocumentType::Command)
        .target_type("/AWS::EC2::Instance");
    case.add("lake/vacuum", document);
    let window = MaintenanceWindow::new(MaintenanceWindowArgs {
        allow_unassociated_targets: false,
        cutoff: 1,
        duration: 3,
        name: "nights",
        schedule: "cron(0 2 ? * SUN *)",
    });
    case.add("nights", window.schedule_timezone("Europe/Berlin").description("Sunday nights"));
}

fn stacks(case: &mut Case) {
    let topic = case.add("stacks/topic", Topic::new());
    let nested = Stack::new("https://s3.amazonaws.com/templates/lake.yaml")
        .notification_arns([&topic])
        .parameters([("Stage", "production")])
        .timeout_in_minutes(30)
        .tags([("team", "platform")]);
    let nested = case.add("nested", nested);
    case.template.output("nested/bucket", nested.output("Bucket"));
    let everywhere = StackInstances::new(
        DeploymentTargets::new().organizational_unit_ids(["ou-abcd-11112222"]),
        ["eu-west-1", "eu-central-1"],
    )
    .parameter_overrides([StackParameter::new("Stage", "production")]);
    let guard = StackSet::new(PermissionModel::ServiceManaged, "guard")
        .auto_deployment(AutoDeployment::new().enabled(true).retain_stacks_on_account_removal(false))
        .capabilities([Capability::CapabilityIam])
        .description("In every account")
        .operation_preferences(
            OperationPreferences::new()
                .failure_tolerance_percentage(10)
                .max_concurrent_percentage(50)
                .region_concurrency_type(RegionConcurrencyType::Parallel),
        )
        .stack_instances_group([everywhere])
        .template_url("https://s3.amazonaws.com/templates/guard.yaml")
        .tags([("team", "platform")]);
    case.add("guard", guard);
    let trust = Statement::allow([action!("sts:AssumeRole")]).by(Principal::service("lambda.amazonaws.com"));
    let role = case.add("expand/role", Role::new(PolicyDocument::new([trust])));
    let code = Code::new().zip_file("def handler(event, context):\n    return event\n");
    let expand = Function::new(code, role.arn()).handler("index.handler").runtime(Runtime::Python3_13);
    let expand = case.add("expand/function", expand);
    let logs = case.add("expand/logs", LogGroup::new().retention_in_days(7));
    let expand = Macro::new(expand.arn(), "Expand").description("Expands").log_group_name(&logs);
    case.add("expand", expand.log_role_arn(role.arn()));
    let handle = case.add("ready/handle", WaitConditionHandle::new());
    case.add("ready", WaitCondition::new().handle(&handle).timeout("300").count(1));
}

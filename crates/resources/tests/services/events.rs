//! Events, Scheduler, Step Functions, SNS and SQS: schedules, reactions and notifications.

use strataform_policy::{Condition, Operator, PolicyDocument, Principal, Statement, action};
use strataform_resources::events::{
    ApiDestination, ApiDestinationHttpMethod, ApiKeyAuthParameters, Archive, AuthParameters,
    AuthorizationType, Connection, DeadLetterConfig, EventBus, InputTransformer, RetryPolicy, Rule,
    RuleState, Target,
};
use strataform_resources::iam::{GroupPolicyProperty, Role};
use strataform_resources::logs::LogGroup;
use strataform_resources::scheduler::{
    FlexibleTimeWindow, FlexibleTimeWindowMode, RetryPolicy as ScheduleRetry, Schedule, ScheduleGroup,
    ScheduleState, Target as ScheduleTarget,
};
use strataform_resources::sns::{Subscription, Topic, TopicPolicy, TopicSubscription};
use strataform_resources::sqs::{Queue, QueuePolicy};
use strataform_resources::stepfunctions::{
    CloudWatchLogsLogGroup, DeploymentPreference, DeploymentPreferenceType, LogDestination,
    LoggingConfiguration, LoggingConfigurationLevel, StateMachine, StateMachineAlias, StateMachineType,
    StateMachineVersion, TracingConfiguration,
};
use strataform_template::{Handle, Node, Object, Parameter, Secret, sub};

use crate::check::Case;

pub(crate) fn case() -> Case {
    let mut case = Case::new();
    let dead = case.add(
        "dead",
        Queue::new()
            .message_retention_period(1_209_600)
            .sqs_managed_sse_enabled(true)
            .tags([("team", "platform")]),
    );
    let topic = topic(&mut case, &dead);
    let machine = machine(&mut case, &topic);
    rules(&mut case, &machine, &topic, &dead);
    schedule(&mut case, &machine, &dead);
    case
}

fn role(case: &mut Case, path: &'static str, service: &'static str, may: Statement) -> Handle<Role> {
    let trust = Statement::allow([action!("sts:AssumeRole")]).by(Principal::service(service));
    let policy = GroupPolicyProperty::new(PolicyDocument::new([may]), "work");
    case.add(path, Role::new(PolicyDocument::new([trust])).policies([policy]))
}

fn topic(case: &mut Case, dead: &Handle<Queue>) -> Handle<Topic> {
    let topic = Topic::new()
        .display_name("Orders")
        .kms_master_key_id("alias/aws/sns")
        .signature_version("2")
        .subscription([TopicSubscription::new("on-call@example.com", "email")])
        .tags([("team", "growth")])
        .tracing_config("Active");
    let topic = case.add("orders/alerts", topic);
    let redrive =
        Object::from([("deadLetterTargetArn", dead.arn().into_node()), ("maxReceiveCount", Node::from(5))]);
    let queue = Queue::new()
        .delay_seconds(0)
        .kms_data_key_reuse_period_seconds(300)
        .maximum_message_size(262_144)
        .message_retention_period(345_600)
        .receive_message_wait_time_seconds(20)
        .redrive_policy(redrive)
        .sqs_managed_sse_enabled(true)
        .visibility_timeout(120)
        .tags([("team", "growth")]);
    let queue = case.add("orders/inbox", queue);
    let from_topic = || Condition::new(Operator::ArnEquals, "aws:SourceArn", &topic);
    let sends = Statement::allow([action!("sqs:SendMessage")])
        .by(Principal::service("sns.amazonaws.com"))
        .on(queue.arn())
        .when(from_topic());
    case.add("orders/inbox/policy", QueuePolicy::new(PolicyDocument::new([sends]), [&queue]));
    let filter = Object::from([("level", Node::List(vec![Node::from("error")]))]);
    case.add(
        "orders/inbox/subscription",
        Subscription::new("sqs", &topic)
            .endpoint(queue.arn())
            .filter_policy(filter)
            .filter_policy_scope("MessageAttributes")
            .raw_message_delivery(true),
    );
    let publishes =
        Statement::allow([action!("sns:Publish")]).by(Principal::service("events.amazonaws.com")).on(&topic);
    case.add("orders/alerts/policy", TopicPolicy::new(PolicyDocument::new([publishes]), [&topic]));
    topic
}

fn machine(case: &mut Case, topic: &Handle<Topic>) -> Handle<StateMachine> {
    let group = case.add("orders/flow/logs", LogGroup::new().retention_in_days(30));
    let works = Statement::allow([action!("sns:Publish")]).on(topic);
    let worker = role(case, "orders/flow/role", "states.amazonaws.com", works);
    let publish = Object::from([
        ("Type", Node::from("Task")),
        ("Resource", Node::from("arn:aws:states:::sns:publish")),
        (
            "Parameters",
            Node::from(Object::from([("TopicArn", Node::from("${Topic}")), ("Message", Node::from("done"))])),
        ),
        ("End", Node::from(true)),
    ]);
    let definition = Object::from([
        ("StartAt", Node::from("Tell")),
        ("States", Node::from(Object::from([("Tell", Node::from(publish))]))),
    ]);
    let destination = CloudWatchLogsLogGroup::new().log_group_arn(group.arn());
    let machine = StateMachine::new(worker.arn())
        .definition(definition)
        .definition_substitutions([("Topic", topic)])
        .logging_configuration(
            LoggingConfiguration::new()
                .destinations([LogDestination::new().cloud_watch_logs_log_group(destination)])
                .include_execution_data(true)
                .level(LoggingConfigurationLevel::Error),
        )
        .state_machine_name("orders")
        .state_machine_type(StateMachineType::Standard)
        .tags([("team", "growth")])
        .tracing_configuration(TracingConfiguration::new().enabled(true));
    let machine = case.add("orders/flow", machine);
    let version = case.add(
        "orders/flow/first",
        StateMachineVersion::new(&machine).state_machine_revision_id(machine.state_machine_revision_id()),
    );
    case.add(
        "orders/flow/live",
        StateMachineAlias::new().name("live").deployment_preference(
            DeploymentPreference::new(&version, DeploymentPreferenceType::Canary).percentage(10).interval(5),
        ),
    );
    machine
}

fn rules(case: &mut Case, machine: &Handle<StateMachine>, topic: &Handle<Topic>, dead: &Handle<Queue>) {
    let bus = case.add("orders/bus", EventBus::new("orders").description("What happens to orders"));
    case.add("orders/bus/archive", Archive::new(bus.arn()).archive_name("orders").retention_days(30));
    let starts = Statement::allow([action!("states:StartExecution")]).on(machine);
    let starter = role(case, "orders/placed/role", "events.amazonaws.com", starts);
    let pattern = Object::from([
        ("source", Node::List(vec![Node::from("shop")])),
        ("detail-type", Node::List(vec![Node::from("OrderPlaced")])),
    ]);
    let start = Target::new(machine, "flow")
        .role_arn(starter.arn())
        .dead_letter_config(DeadLetterConfig::new().arn(dead.arn()))
        .retry_policy(RetryPolicy::new().maximum_event_age_in_seconds(3600).maximum_retry_attempts(4));
    let tell = Target::new(topic, "people").input_transformer(
        InputTransformer::new(r#""Order <order> was placed""#).input_paths_map([("order", "$.detail.order")]),
    );
    let rule = Rule::new()
        .description("An order was placed")
        .event_bus_name(&bus)
        .event_pattern(pattern)
        .state(RuleState::Enabled)
        .targets([start, tell]);
    case.add("orders/placed", rule);
    let key = case.template.parameter("partner/key", Parameter::<Secret>::new());
    let connection = Connection::new().authorization_type(AuthorizationType::ApiKey).auth_parameters(
        AuthParameters::new().api_key_auth_parameters(ApiKeyAuthParameters::new("x-api-key", &key)),
    );
    let connection = case.add("partner", connection);
    case.add(
        "partner/hook",
        ApiDestination::new(
            connection.arn(),
            ApiDestinationHttpMethod::Post,
            "https://partner.example.com/orders",
        )
        .invocation_rate_limit_per_second(10),
    );
}

fn schedule(case: &mut Case, machine: &Handle<StateMachine>, dead: &Handle<Queue>) {
    let group = case.add("nightly", ScheduleGroup::new().name("nightly").tags([("team", "growth")]));
    let starts = Statement::allow([action!("states:StartExecution"), action!("sqs:SendMessage")])
        .on(machine)
        .on(dead.arn());
    let starter = role(case, "nightly/role", "scheduler.amazonaws.com", starts);
    let target = ScheduleTarget::new(machine, starter.arn())
        .dead_letter_config(strataform_resources::scheduler::DeadLetterConfig::new().arn(dead.arn()))
        .input(r#"{"day":"<aws.scheduler.scheduled-time>"}"#)
        .retry_policy(ScheduleRetry::new().maximum_event_age_in_seconds(3600).maximum_retry_attempts(3));
    let window = FlexibleTimeWindow::new(FlexibleTimeWindowMode::Flexible).maximum_window_in_minutes(15);
    let schedule = Schedule::new(window, "cron(0 2 * * ? *)", target)
        .description("Every night")
        .group_name(&group)
        .schedule_expression_timezone("Europe/Berlin")
        .state(ScheduleState::Enabled);
    case.add("nightly/orders", schedule);
    case.template.output("nightly/note", sub!("${AWS::StackName} runs at night"));
}

//! Rules of AWS that no finding of the reviews breaks, but that our output depends on.

use serde_json::{Value, json};

use super::account::Account;
use crate::deploy::local::server;

/// An account in eu-west-1, if the local AWS is there.
pub(super) fn account(name: &str) -> Option<Account> {
    Some(Account::new(server()?, name, "eu-west-1"))
}

/// A template with one resource that is kept when its stack is deleted.
fn kept(kind: &str, properties: &Value) -> Value {
    json!({"Resources": {"One": {
        "Type": kind, "DeletionPolicy": "RetainExceptOnCreate", "Properties": properties,
    }}})
}

/// A trust policy.
fn trust(service: &str) -> Value {
    json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"},
    ]})
}

/// Each type of our templates that has a name of its own, with a resource of it.
fn named(account: &Account) -> Vec<(&'static str, Value)> {
    let id = account.id();
    let role = format!("arn:aws:iam::{id}:role/any");
    let machine = json!({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}});
    let events = json!({"Name": "r", "EventPattern": {"source": ["x"]}});
    let pipe = json!({"Name": "p", "RoleArn": role, "Source": format!("arn:aws:sqs:eu-west-1:{id}:s"), "Target": format!("arn:aws:sqs:eu-west-1:{id}:t")});
    let schedule = json!({
        "Name": "s", "ScheduleExpression": "rate(1 day)", "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {"Arn": format!("arn:aws:sqs:eu-west-1:{id}:s"), "RoleArn": role},
    });
    let alarm = json!({"AlarmName": "a", "ComparisonOperator": "GreaterThanThreshold", "EvaluationPeriods": 1, "MetricName": "M", "Namespace": "N", "Period": 60, "Statistic": "Sum", "Threshold": 1});
    let encryption = json!({"CloudWatchEncryption": {"CloudWatchEncryptionMode": "DISABLED"}});
    vec![
        ("AWS::Kinesis::Stream", json!({"Name": "s", "ShardCount": 1})),
        ("AWS::Logs::LogGroup", json!({"LogGroupName": "/l"})),
        ("AWS::IAM::Role", json!({"RoleName": "r", "AssumeRolePolicyDocument": trust("glue.amazonaws.com")})),
        (
            "AWS::IAM::ManagedPolicy",
            json!({"ManagedPolicyName": "p", "PolicyDocument": {"Version": "2012-10-17", "Statement": [
                {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"},
            ]}}),
        ),
        ("AWS::Glue::Database", json!({"CatalogId": id, "DatabaseInput": {"Name": "d"}})),
        ("AWS::Glue::Job", json!({"Name": "j", "Role": role, "Command": {"Name": "glueetl"}})),
        (
            "AWS::Glue::Crawler",
            json!({"Name": "c", "Role": role, "Targets": {"S3Targets": [{"Path": "s3://b/"}]}}),
        ),
        ("AWS::Glue::SecurityConfiguration", json!({"Name": "s", "EncryptionConfiguration": encryption})),
        (
            "AWS::StepFunctions::StateMachine",
            json!({"StateMachineName": "m", "RoleArn": role, "Definition": machine}),
        ),
        ("AWS::Scheduler::Schedule", schedule),
        ("AWS::Events::Rule", events),
        ("AWS::Pipes::Pipe", pipe),
        ("AWS::SNS::Topic", json!({"TopicName": "t"})),
        ("AWS::SQS::Queue", json!({"QueueName": "q"})),
        ("AWS::SecretsManager::Secret", json!({"Name": "s", "SecretString": "x"})),
        ("AWS::CloudWatch::Alarm", alarm),
        ("AWS::CloudWatch::Dashboard", json!({"DashboardName": "d", "DashboardBody": "{\"widgets\": []}"})),
        ("AWS::RedshiftServerless::Namespace", json!({"NamespaceName": "some"})),
        (
            "AWS::QuickSight::Folder",
            json!({"AwsAccountId": id, "FolderId": "f", "Name": "f", "FolderType": "SHARED"}),
        ),
        (
            "AWS::QuickSight::Theme",
            json!({"AwsAccountId": id, "ThemeId": "t", "Name": "t", "BaseThemeId": "CLASSIC", "Configuration": {}}),
        ),
    ]
}

#[test]
fn names_that_a_deleted_stack_has_kept_collide_unless_the_type_is_imported() {
    let Some(account) = account("names") else { return };
    let imported = ["AWS::Kinesis::Stream", "AWS::Logs::LogGroup", "AWS::IAM::Role"];
    for (number, (kind, properties)) in named(&account).into_iter().enumerate() {
        let template = kept(kind, &properties);
        let stack = |of: &str| format!("{of}-{number}");
        account
            .stack(&stack("first"), &template, &[], false)
            .unwrap_or_else(|error| panic!("{kind}: {error}"));
        account.delete_stack(&stack("first"));
        let refused = account.stack(&stack("second"), &template, &[], false).unwrap_err();
        assert!(refused.contains("already exists"), "{kind}: {refused}");
        let third = account.stack(&stack("third"), &template, &[], true);
        assert_eq!(third.is_ok(), imported.contains(&kind), "{kind}: {third:?}");
    }
}

#[test]
fn a_secret_that_is_scheduled_for_deletion_keeps_its_name() {
    let Some(account) = account("scheduled") else { return };
    let secret = json!({"Name": "s", "SecretString": "x"});
    account.done("secretsmanager", "create_secret", &secret);
    account.done("secretsmanager", "delete_secret", &json!({"SecretId": "s", "RecoveryWindowInDays": 7}));
    let template = kept("AWS::SecretsManager::Secret", &secret);
    let refused = account.stack("one", &template, &[], false).unwrap_err();
    assert!(refused.contains("already scheduled for deletion"), "{refused}");
    let forced = json!({"SecretId": "s", "ForceDeleteWithoutRecovery": true});
    account.done("secretsmanager", "delete_secret", &forced);
    account.stack("two", &template, &[], false).unwrap();
}

#[test]
fn retain_except_on_create_deletes_what_a_failed_creation_made_and_keeps_it_later() {
    let Some(account) = account("retain") else { return };
    let stream = json!({"Name": "s", "ShardCount": 1});
    let mut template = kept("AWS::Kinesis::Stream", &stream);
    let exists = || account.call("kinesis", "describe_stream_summary", &json!({"StreamName": "s"})).is_ok();
    // A flow log of a network that does not exist fails.
    let broken = json!({"ResourceId": "vpc-none", "ResourceType": "VPC", "LogGroupName": "/l"});
    template["Resources"]["Two"] =
        json!({"Type": "AWS::EC2::FlowLog", "DependsOn": "One", "Properties": broken});
    account.stack("failed", &template, &[], false).unwrap_err();
    assert!(!exists(), "the creation was undone");
    let template = kept("AWS::Kinesis::Stream", &stream);
    account.stack("made", &template, &[], false).unwrap();
    account.delete_stack("made");
    assert!(exists(), "the stream is kept");
}

#[test]
fn shards_are_at_most_doubled_or_halved_at_once() {
    let Some(account) = account("shards") else { return };
    let of = |shards: u32| kept("AWS::Kinesis::Stream", &json!({"Name": "s", "ShardCount": shards}));
    account.stack("one", &of(8), &[], false).unwrap();
    let refused = account.stack("one", &of(41), &[], false).unwrap_err();
    assert!(refused.contains("cannot scale up over double your current open shard count"), "{refused}");
    let asked = json!({"StreamName": "s", "TargetShardCount": 3, "ScalingType": "UNIFORM_SCALING"});
    let refused = account.call("kinesis", "update_shard_count", &asked).unwrap_err();
    assert!(refused.contains("cannot scale down below half"), "{refused}");
}

#[test]
fn iam_has_quotas_of_policies() {
    let Some(account) = account("quotas") else { return };
    account.done(
        "iam",
        "create_role",
        &json!({"RoleName": "r", "AssumeRolePolicyDocument": trust("glue.amazonaws.com").to_string()}),
    );
    let policy = |resource: &str| json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": resource}]});
    for number in 0..11 {
        let made = json!({"PolicyName": format!("p{number}"), "PolicyDocument": policy("*").to_string()});
        let arn = account.done("iam", "create_policy", &made)["Policy"]["Arn"].clone();
        let attached = account.call("iam", "attach_role_policy", &json!({"RoleName": "r", "PolicyArn": arn}));
        if number < 10 {
            attached.unwrap();
        } else {
            assert_eq!(attached.unwrap_err(), "LimitExceeded: Cannot exceed quota for PoliciesPerRole: 10");
        }
    }
    let long = format!("arn:aws:s3:::{}", "x".repeat(6144));
    let template = kept("AWS::IAM::ManagedPolicy", &json!({"PolicyDocument": policy(&long)}));
    let refused = account.stack("long", &template, &[], false).unwrap_err();
    assert!(refused.contains("Cannot exceed quota for PolicySize: 6144"), "{refused}");
}

#[test]
fn a_workgroup_with_enhanced_routing_needs_addresses_in_three_zones() {
    let Some(account) = account("addresses") else { return };
    let vpc = account.done("ec2", "create_vpc", &json!({"CidrBlock": "10.0.0.0/16"}))["Vpc"]["VpcId"].clone();
    let subnet = |block: &str, zone: &str| {
        let asked = json!({"VpcId": vpc, "CidrBlock": block, "AvailabilityZone": format!("eu-west-1{zone}")});
        account.done("ec2", "create_subnet", &asked)["Subnet"]["SubnetId"].clone()
    };
    let (a, b, same, c, small) = (
        subnet("10.0.1.0/24", "a"),
        subnet("10.0.2.0/24", "b"),
        subnet("10.0.3.0/24", "b"),
        subnet("10.0.4.0/24", "c"),
        subnet("10.0.5.0/28", "c"),
    );
    account.done("redshift-serverless", "create_namespace", &json!({"namespaceName": "some"}));
    let made = |subnets: [&Value; 3]| {
        let asked = json!({
            "workgroupName": "some", "namespaceName": "some", "baseCapacity": 32, "enhancedVpcRouting": true,
            "subnetIds": subnets,
        });
        account.call("redshift-serverless", "create_workgroup", &asked)
    };
    for subnets in [[&a, &b, &same], [&a, &b, &small]] {
        let refused = made(subnets).unwrap_err();
        assert!(refused.contains("at least 13 free IP addresses in 3 subnets"), "{refused}");
    }
    made([&a, &b, &c]).unwrap();
}

#[test]
fn a_warehouse_uses_only_roles_of_its_own_that_may_read_the_files() {
    let Some(account) = account("roles") else { return };
    let role = |name: &str, service: &str, resource: &str| {
        let made = json!({"RoleName": name, "AssumeRolePolicyDocument": trust(service).to_string()});
        let arn = account.done("iam", "create_role", &made)["Role"]["Arn"].as_str().unwrap().to_owned();
        let reads = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": resource}]});
        let policy = json!({"RoleName": name, "PolicyName": "p", "PolicyDocument": reads.to_string()});
        account.done("iam", "put_role_policy", &policy);
        arn
    };
    let redshift = "redshift-serverless.amazonaws.com";
    let other = role("other", redshift, "*");
    let untrusted = role("untrusted", "glue.amazonaws.com", "*");
    let narrow = role("narrow", redshift, "arn:aws:s3:::roles-files/elsewhere/*");
    let right = role("right", redshift, "arn:aws:s3:::roles-files/here/*");
    let space =
        json!({"namespaceName": "some", "dbName": "analytics", "iamRoles": [untrusted, narrow, right]});
    account.done("redshift-serverless", "create_namespace", &space);
    account.done(
        "redshift-serverless",
        "create_workgroup",
        &json!({"workgroupName": "some", "namespaceName": "some"}),
    );
    account.put("roles-files", "here/1.csv", b"1\n");
    account.sql("some", None, "CREATE TABLE public.t (id INTEGER)").unwrap();
    let copy = |role: &str| {
        account.sql(
            "some",
            None,
            &format!("COPY public.t FROM 's3://roles-files/here/' IAM_ROLE '{role}' FORMAT AS PARQUET"),
        )
    };
    assert!(copy(&other).unwrap_err().contains("is not associated to cluster"));
    assert!(copy(&untrusted).unwrap_err().contains("Not authorized to get credentials of role"));
    assert!(copy(&narrow).unwrap_err().contains("S3ServiceException:Access Denied,Status 403"));
    let parsed = copy(&right).unwrap_err();
    assert!(!parsed.contains("S3ServiceException"), "the file is read, and is no Parquet: {parsed}");
}

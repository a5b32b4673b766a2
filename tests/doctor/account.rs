//! What the account has, and what it lacks.

use serde_json::json;

use super::{calls, examine, examine_as, examine_in, project, settle};
use crate::deploy::local::Project;

/// A role that the service may assume; only its existence matters.
fn role(project: &Project, name: &str) {
    let trust = json!({"Version": "2012-10-17", "Statement": []}).to_string();
    let made =
        project.look("iam", "create_role", &json!({"RoleName": name, "AssumeRolePolicyDocument": trust}));
    assert!(made.get("error").is_none(), "{made}");
}

/// The lines below `[principals]` of the example platforms, replaced.
fn principals(project: &Project, lines: &str) {
    let text = std::fs::read_to_string(project.file()).unwrap();
    let (before, after) = text.split_once("[principals]\n").expect("the blueprint has principals");
    let rest = after.split_once("\n[").map(|(_, rest)| format!("\n[{rest}")).unwrap_or_default();
    std::fs::write(project.file(), format!("{before}[principals]\n{lines}\n{rest}")).unwrap();
    project.synth();
}

#[test]
fn quicksight_is_asked_for_its_subscription_its_region_its_groups_and_its_role() {
    let Some(project) = project("asked", "clickstream") else { return };
    principals(&project, "authors = [\"editors\"]\nreaders = [\"everyone\"]\n");
    settle(&project, &json!({"quicksight": {"edition": null}}));
    examine(&project).is("subscription", "failed", "no QuickSight subscription").is(
        "groups",
        "unknown",
        "is not signed up with QuickSight",
    );
    settle(&project, &json!({"quicksight": {"edition": "STANDARD"}}));
    examine(&project).is("subscription", "failed", "STANDARD");
    settle(&project, &json!({"quicksight": {"edition": "ENTERPRISE", "identity_region": "us-east-1"}}));
    examine(&project)
        .is("subscription", "passed", "ENTERPRISE")
        .is("identity region", "failed", "in us-east-1, and the platform looks for them in eu-west-1")
        .is("groups", "failed", "no group editors and everyone")
        .is("secrets role", "warned", "`secrets_role` is not set");
    let named = "secrets_role = \"aws-quicksight-secretsmanager-role-v0\"\nidentity_region = \"us-east-1\"\n";
    principals(&project, &format!("authors = [\"editors\"]\nreaders = [\"everyone\"]\n{named}"));
    settle(&project, &json!({"quicksight": {"groups": ["editors", "everyone"]}}));
    examine(&project)
        .is("identity region", "passed", "us-east-1")
        .is("groups", "passed", "editors and everyone")
        .is("secrets role", "failed", "does not exist");
    role(&project, "aws-quicksight-secretsmanager-role-v0");
    examine(&project).is("secrets role", "passed", "0 other policies of at most 10");
    settle(&project, &json!({"quotas": {"iam/AttachedPoliciesPerRoleQuota": 0}}));
    examine(&project).is("secrets role", "failed", "0 managed policies of at most 0");
}

#[test]
fn quotas_leave_room_or_not() {
    let Some(project) = project("room", "clickstream") else { return };
    settle(
        &project,
        &json!({"quotas": {
            "vpc/VPCs per Region": 1, "kinesis/shards": 0, "kinesis/on-demand": 0, "cloudformation/stacks": 4,
            "glue/Max task DPUs per account": 1, "redshift-serverless/Number of workgroups": 0,
            "iam/RolesQuota": 3, "iam/PoliciesQuota": 3,
        }}),
    );
    let full = examine(&project);
    // Every account has a VPC from the beginning.
    full.is("networks", "failed", "1 VPCs of 1 are used, 1 more needed")
        .is("workers", "warned", "DPUs if all run at once, and the account has 1")
        .is("warehouse", "failed", "0 workgroups of 0 are used, 1 more needed")
        .is("managed policies", "failed", "of 3 are used")
        .is("roles", "failed", "of 3 are used")
        .is("stacks", "failed", "0 stacks of 4 are used, 5 more needed");
    full.is("shards", "failed", "0 shards of 0 are used").is(
        "streams on demand",
        "not-needed",
        "no stream on demand",
    );
    settle(
        &project,
        &json!({"quotas": {
            "vpc/VPCs per Region": 5, "kinesis/shards": 200, "kinesis/on-demand": 50, "cloudformation/stacks": 2_000,
            "glue/Max task DPUs per account": 300, "redshift-serverless/Number of workgroups": 25,
            "iam/RolesQuota": 1_000, "iam/PoliciesQuota": 1_500,
        }}),
    );
    let roomy = examine(&project);
    for check in ["networks", "shards", "workers", "warehouse", "managed policies", "roles", "stacks"] {
        roomy.is(check, "passed", "");
    }
}

#[test]
fn quotas_say_nothing_once_the_environment_is_deployed() {
    let Some(project) = project("deployed", "clickstream") else { return };
    project.deploy().ends(0);
    // What the account uses now contains the environment itself.
    settle(&project, &json!({"quotas": {"vpc/VPCs per Region": 2, "cloudformation/stacks": 5}}));
    let report = examine(&project);
    for check in ["networks", "shards", "warehouse", "managed policies", "roles", "stacks"] {
        report.is(check, "not-needed", "the environment is deployed");
    }
    report.is("zones", "passed", "").is("glue version", "passed", "uses Glue 5.1");
}

#[test]
fn a_stream_on_demand_counts_as_such() {
    let Some(project) = project("demand", "clickstream") else { return };
    // Production has streams on demand.
    settle(&project, &json!({"quotas": {"kinesis/on-demand": 0}}));
    examine_in(&project, "prod")
        .is("streams on demand", "failed", "0 streams on demand of 0 are used, 1 more needed")
        .is("shards", "not-needed", "no provisioned stream");
    settle(&project, &json!({"quotas": {"kinesis/on-demand": 50}}));
    examine_in(&project, "prod").is("streams on demand", "passed", "of 50 are used");
}

#[test]
fn the_region_has_zones_services_and_the_glue_version_or_not() {
    let Some(project) = project("region", "clickstream") else { return };
    settle(
        &project,
        &json!({"zones": {"eu-west-1": 2}, "absent_types": ["AWS::QuickSight::", "AWS::Pipes::"]}),
    );
    examine(&project)
        .is("zones", "failed", "eu-west-1 has 2 zones for this account, and the network 3")
        .is("services", "failed", "CloudFormation has no AWS::QuickSight::Dashboard,")
        .is("glue version", "warned", "no job in eu-west-1 uses Glue 5.1 yet");
    settle(&project, &json!({"zones": {"eu-west-1": 3}, "absent_types": []}));
    let job = json!({
        "Name": "another", "Role": "arn:aws:iam::123456789012:role/another", "GlueVersion": "5.1",
        "Command": {"Name": "glueetl", "ScriptLocation": "s3://nowhere/script.py"},
    });
    project.look("glue", "create_job", &job);
    examine(&project)
        .is("zones", "passed", "3 zones in eu-west-1, 3 needed")
        .is("services", "passed", "types of resources of")
        .is("glue version", "passed", "a job in eu-west-1 uses Glue 5.1");
}

#[test]
fn existing_subnets_have_free_addresses_in_three_zones_or_not() {
    let Some(project) = project("subnets", "clickstream") else { return };
    let vpc = project.look("ec2", "create_vpc", &json!({"CidrBlock": "10.9.0.0/16"}));
    let vpc = vpc["Vpc"]["VpcId"].as_str().unwrap().to_owned();
    let subnet = |block: &str, zone: &str| {
        let made = project.look(
            "ec2",
            "create_subnet",
            &json!({"VpcId": vpc, "CidrBlock": block, "AvailabilityZone": format!("eu-west-1{zone}")}),
        );
        made["Subnet"]["SubnetId"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned()
    };
    let large = [subnet("10.9.1.0/24", "a"), subnet("10.9.2.0/24", "b"), subnet("10.9.3.0/24", "c")];
    // 11 addresses are free in a block of 16.
    let small = subnet("10.9.4.0/28", "a");
    let twin = subnet("10.9.5.0/24", "a");
    let text = std::fs::read_to_string(project.file()).unwrap();
    let network = |subnets: &[&str]| {
        // 16 RPUs need 13 free addresses, and the connection and the endpoint of the platform two.
        let section =
            format!("\n[warehouse]\nbase = 16\n\n[network]\nvpc = \"{vpc}\"\nsubnets = {subnets:?}\n");
        std::fs::write(project.file(), format!("{text}{section}")).unwrap();
        project.synth();
        examine(&project)
    };
    network(&[&large[0], &large[1], &large[2]])
        .is("addresses", "passed", "3 subnets, each with at least")
        .is("zones", "not-needed", "the network exists")
        .is("networks", "not-needed", "the network exists");
    network(&[&small, &large[1], &large[2]]).is("addresses", "failed", "has 11 free addresses, and needs 15");
    network(&[&large[0], &twin, &large[2]]).is("addresses", "failed", "they are in 2 zones, and need 3");
    network(&[&large[0], &large[1], "subnet-00000000000000000"]).is(
        "addresses",
        "failed",
        "subnet-00000000000000000 does not exist",
    );
}

#[test]
fn lake_formation_decides_or_not() {
    let Some(project) = project("lake", "retail-orders") else { return };
    let everybody = json!([{
        "Principal": {"DataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS"}, "Permissions": ["ALL"],
    }]);
    let put = |databases: &serde_json::Value, tables: &serde_json::Value| {
        let settings = json!({
            "CreateDatabaseDefaultPermissions": databases, "CreateTableDefaultPermissions": tables,
        });
        let done =
            project.look("lakeformation", "put_data_lake_settings", &json!({"DataLakeSettings": settings}));
        assert!(done.get("error").is_none(), "{done}");
        examine(&project)
    };
    put(&everybody, &everybody).is("lake permissions", "passed", "IAM decides");
    put(&json!([]), &everybody).is("lake permissions", "failed", "can use new databases");
    put(&everybody, &json!([])).is("lake permissions", "failed", "can use new tables");
}

#[test]
fn an_identity_may_deploy_or_not() {
    let Some(project) = project("rights", "clickstream") else { return };
    examine(&project).is("rights", "passed", "the root user").is(
        "linked roles",
        "passed",
        "the root user creates",
    );
    project.look("iam", "create_user", &json!({"UserName": "deployer"}));
    let key = project.look("iam", "create_access_key", &json!({"UserName": "deployer"}));
    let key = key["AccessKey"]["AccessKeyId"].as_str().unwrap_or_else(|| panic!("{key}")).to_owned();
    let allow = |actions: &[&str]| {
        let document = json!({
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}],
        });
        let put =
            json!({"UserName": "deployer", "PolicyName": "rights", "PolicyDocument": document.to_string()});
        project.look("iam", "put_user_policy", &put);
        examine_as(&project, &key)
    };
    allow(&["cloudformation:*", "s3:Get*"]).is("rights", "failed", "glue:CreateJob").is(
        "linked roles",
        "failed",
        "AWSServiceRoleForRedshift does not exist, and the identity may not create it",
    );
    allow(&["*"]).is("rights", "passed", "actions are allowed").is(
        "linked roles",
        "passed",
        "the deployment creates it",
    );
    // The usual grant names the service; a simulation without the key would deny it.
    let document = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow", "Action": "iam:CreateServiceLinkedRole", "Resource": "arn:aws:iam::*:role/aws-service-role/*",
            "Condition": {"StringEquals": {"iam:AWSServiceName": "redshift.amazonaws.com", "aws:RequestedRegion": "eu-west-1"}},
        }],
    });
    let put = json!({"UserName": "deployer", "PolicyName": "rights", "PolicyDocument": document.to_string()});
    project.look("iam", "put_user_policy", &put);
    examine_as(&project, &key).is("linked roles", "passed", "the deployment creates it");
    role(&project, "AWSServiceRoleForRedshift");
    allow(&["cloudformation:*"]).is("linked roles", "passed", "AWSServiceRoleForRedshift");
}

#[test]
fn the_bucket_of_versions_is_free_or_taken() {
    let Some(project) = project("bucket", "clickstream") else { return };
    examine(&project).is("bucket of versions", "passed", "is free");
    let name = format!("strataform-{}-eu-west-1", project.account);
    // Another account makes it first.
    let other = Project::new(crate::deploy::local::server().unwrap(), "other", "clickstream");
    let place = json!({"LocationConstraint": "eu-west-1"});
    other.look("s3", "create_bucket", &json!({"Bucket": name, "CreateBucketConfiguration": place}));
    examine(&project).is("bucket of versions", "failed", "another account owns");
    other.look("s3", "delete_bucket", &json!({"Bucket": name}));
    project.look("s3", "create_bucket", &json!({"Bucket": name, "CreateBucketConfiguration": place}));
    examine(&project).is("bucket of versions", "passed", "exists");
}

#[test]
fn no_call_of_the_doctor_writes_and_every_call_is_declared() {
    let Some(project) = project("reads", "clickstream") else { return };
    calls(&project);
    let all = examine(&project);
    assert!(all.checks.len() >= 15, "{}", all.checks.len());
    assert!(all.checks.iter().all(|one| one["outcome"] != "unknown"), "{:?}", all.checks);
    let made = calls(&project);
    assert!(made.len() >= 20, "{made:?}");
    let declared = project.run(&["doctor", "--actions"]).ends(0);
    let declared: Vec<&str> = declared.out.lines().collect();
    for call in &made {
        let reads = ["Describe", "Get", "List", "Simulate"]
            .iter()
            .any(|verb| call.split(':').next_back().is_some_and(|operation| operation.starts_with(verb)));
        let (head, get) = (call.starts_with("s3:HEAD /strataform-"), call.starts_with("s3:GET /strataform-"));
        assert!(reads || head || get, "{call} may write");
        let action = match call.as_str() {
            _ if head => "s3:ListBucket".to_owned(),
            _ if get => "s3:GetObject".to_owned(),
            other => other.replace("service-quotas:", "servicequotas:"),
        };
        assert!(declared.contains(&action.as_str()), "{action} is called and not declared: {declared:?}");
    }
}

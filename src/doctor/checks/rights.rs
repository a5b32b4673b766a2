//! The identity has the rights of a deployment.

use std::collections::BTreeSet;

use strataform_sdk::{Fault, Simulation};

use super::super::check::{Account, Check, Cost, Verdict, When};
use super::super::needs::Needs;
use super::list;
use crate::diagnostic::account::RIGHTS;

pub(super) const CHECK: Check = Check {
    code: RIGHTS,
    name: "rights",
    actions: &["iam:GetRole", "iam:SimulatePrincipalPolicy"],
    cost: Cost::Thorough,
    when: When::Always,
    ask,
};

/// What `gen deploy` itself calls: docs/deploy.md, "Credentials, regions, permissions".
pub(super) const DEPLOYMENT: [&str; 28] = [
    "cloudformation:ContinueUpdateRollback",
    "cloudformation:CreateChangeSet",
    "cloudformation:DeleteChangeSet",
    "cloudformation:DeleteStack",
    "cloudformation:DescribeChangeSet",
    "cloudformation:DescribeStackEvents",
    "cloudformation:DescribeStacks",
    "cloudformation:ExecuteChangeSet",
    "cloudformation:GetTemplate",
    "cloudformation:ListStackResources",
    "cloudformation:UpdateTerminationProtection",
    "redshift-data:BatchExecuteStatement",
    "redshift-data:CancelStatement",
    "redshift-data:DescribeStatement",
    "redshift-data:ExecuteStatement",
    "redshift-data:GetStatementResult",
    "redshift-serverless:GetNamespace",
    "s3:CreateBucket",
    "s3:DeleteObject",
    "s3:DeleteObjectVersion",
    "s3:GetObject",
    "s3:ListBucket",
    "s3:ListBucketVersions",
    "s3:PutBucketPolicy",
    "s3:PutBucketPublicAccessBlock",
    "s3:PutBucketVersioning",
    "s3:PutObject",
    "secretsmanager:GetSecretValue",
];

/// The action with which CloudFormation creates a resource, with the identity's rights: the `create` handlers of the
/// registry schemas.
const CREATION: [(&str, &str); 49] = [
    ("AWS::CloudWatch::Alarm", "cloudwatch:PutMetricAlarm"),
    ("AWS::CloudWatch::Dashboard", "cloudwatch:PutDashboard"),
    ("AWS::EC2::FlowLog", "ec2:CreateFlowLogs"),
    ("AWS::EC2::RouteTable", "ec2:CreateRouteTable"),
    ("AWS::EC2::SecurityGroup", "ec2:CreateSecurityGroup"),
    ("AWS::EC2::SecurityGroupIngress", "ec2:AuthorizeSecurityGroupIngress"),
    ("AWS::EC2::Subnet", "ec2:CreateSubnet"),
    ("AWS::EC2::SubnetRouteTableAssociation", "ec2:AssociateRouteTable"),
    ("AWS::EC2::VPC", "ec2:CreateVpc"),
    ("AWS::EC2::VPCEndpoint", "ec2:CreateVpcEndpoint"),
    ("AWS::Events::Rule", "events:PutRule"),
    ("AWS::Glue::Crawler", "glue:CreateCrawler"),
    ("AWS::Glue::Database", "glue:CreateDatabase"),
    ("AWS::Glue::Job", "glue:CreateJob"),
    ("AWS::Glue::SecurityConfiguration", "glue:CreateSecurityConfiguration"),
    ("AWS::Glue::Table", "glue:CreateTable"),
    ("AWS::IAM::ManagedPolicy", "iam:CreatePolicy"),
    ("AWS::IAM::Role", "iam:CreateRole"),
    ("AWS::KMS::Alias", "kms:CreateAlias"),
    ("AWS::KMS::Key", "kms:CreateKey"),
    ("AWS::Kinesis::Stream", "kinesis:CreateStream"),
    ("AWS::KinesisFirehose::DeliveryStream", "firehose:CreateDeliveryStream"),
    ("AWS::Logs::LogGroup", "logs:CreateLogGroup"),
    ("AWS::Logs::LogStream", "logs:CreateLogStream"),
    ("AWS::Pipes::Pipe", "pipes:CreatePipe"),
    ("AWS::QuickSight::Analysis", "quicksight:CreateAnalysis"),
    ("AWS::QuickSight::Dashboard", "quicksight:CreateDashboard"),
    ("AWS::QuickSight::DataSet", "quicksight:CreateDataSet"),
    ("AWS::QuickSight::DataSource", "quicksight:CreateDataSource"),
    ("AWS::QuickSight::Folder", "quicksight:CreateFolder"),
    ("AWS::QuickSight::RefreshSchedule", "quicksight:CreateRefreshSchedule"),
    ("AWS::QuickSight::Theme", "quicksight:CreateTheme"),
    ("AWS::QuickSight::VPCConnection", "quicksight:CreateVPCConnection"),
    ("AWS::Redshift::Cluster", "redshift:CreateCluster"),
    ("AWS::Redshift::ClusterParameterGroup", "redshift:CreateClusterParameterGroup"),
    ("AWS::Redshift::ClusterSubnetGroup", "redshift:CreateClusterSubnetGroup"),
    ("AWS::Redshift::UsageLimit", "redshift:CreateUsageLimit"),
    ("AWS::RedshiftServerless::Namespace", "redshift-serverless:CreateNamespace"),
    ("AWS::RedshiftServerless::Workgroup", "redshift-serverless:CreateWorkgroup"),
    ("AWS::S3::Bucket", "s3:CreateBucket"),
    ("AWS::S3::BucketPolicy", "s3:PutBucketPolicy"),
    ("AWS::SNS::Subscription", "sns:Subscribe"),
    ("AWS::SNS::Topic", "sns:CreateTopic"),
    ("AWS::SNS::TopicPolicy", "sns:SetTopicAttributes"),
    ("AWS::SQS::Queue", "sqs:CreateQueue"),
    ("AWS::SQS::QueuePolicy", "sqs:SetQueueAttributes"),
    ("AWS::Scheduler::Schedule", "scheduler:CreateSchedule"),
    ("AWS::SecretsManager::Secret", "secretsmanager:CreateSecret"),
    ("AWS::StepFunctions::StateMachine", "states:CreateStateMachine"),
];

fn ask(account: Account<'_>, needs: &Needs) -> Result<Verdict, Fault> {
    let actions = actions(needs);
    let denied = match caller(account)? {
        Caller::Root => return Ok(Verdict::Passed("the root user may do everything".to_owned())),
        Caller::Unsupported(why) => return Ok(Verdict::Unknown(why)),
        Caller::Principal(principal) => account.aws.denied(&Simulation {
            principal: &principal,
            actions: &actions,
            resource: None,
            context: &[],
        })?,
    };
    let missing: Vec<&String> = denied.explicitly.iter().chain(&denied.implicitly).collect();
    if !missing.is_empty() {
        return Ok(Verdict::failed(
            format!("{} of {} actions are not allowed: {}", missing.len(), actions.len(), list(&missing)),
            "attach a policy that allows them, or use another identity. Policies that name resources are \
             simulated for all resources: ignore this where you are sure. What the organization denies, only its \
             administrator can allow",
        ));
    }
    let unsure: Vec<&String> = denied.conditionally.iter().collect();
    if !unsure.is_empty() {
        return Ok(Verdict::warned(
            format!("a condition decides whether {} are allowed", list(&unsure)),
            "the simulation does not know the values of the conditions of your policies; the deployment shows it",
        ));
    }
    Ok(Verdict::Passed(format!("{} actions are allowed", actions.len())))
}

/// The actions of a deployment of these needs.
pub(super) fn actions(needs: &Needs) -> BTreeSet<String> {
    let created = CREATION.iter().filter(|(kind, _)| needs.has(kind)).map(|(_, action)| *action);
    // `iam:PassRole` is usually limited to roles and services, which a simulation for all resources cannot judge.
    DEPLOYMENT.into_iter().chain(created).map(str::to_owned).collect()
}

/// Who calls, as far as policies can be simulated.
pub(super) enum Caller {
    /// The root user, whom no policy limits.
    Root,
    /// The ARN of a user or a role.
    Principal(String),
    /// Policies of this kind of identity cannot be simulated: why.
    Unsupported(String),
}

/// The identity whose policies decide what the caller may do.
pub(super) fn caller(account: Account<'_>) -> Result<Caller, Fault> {
    let resource = account.caller.splitn(6, ':').nth(5).unwrap_or_default();
    let mut words = resource.split('/');
    Ok(match (words.next(), words.next()) {
        (Some("root"), _) => Caller::Root,
        (Some("user"), _) => Caller::Principal(account.caller.to_owned()),
        // The ARN of a session lacks the path of its role.
        (Some("assumed-role"), Some(role)) => match account.aws.role(role)? {
            Some(role) => Caller::Principal(role.arn),
            None => Caller::Unsupported(format!("the role {role} of the session does not exist")),
        },
        _ => Caller::Unsupported(format!("IAM does not simulate {resource}")),
    })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use serde_json::Value;

    use super::*;

    fn templates(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                templates(&path, found);
            } else if path.ends_with("template.json") {
                found.push(path);
            }
        }
    }

    #[test]
    fn every_type_in_the_assemblies_has_the_action_that_creates_it() {
        let mut paths = Vec::new();
        templates(&Path::new(env!("CARGO_MANIFEST_DIR")).join("generated"), &mut paths);
        let mut kinds = BTreeSet::new();
        for path in paths {
            let template: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
            let resources = template["Resources"].as_object().unwrap();
            kinds.extend(resources.values().map(|one| one["Type"].as_str().unwrap().to_owned()));
        }
        assert!(kinds.len() > 40, "{kinds:?}");
        for kind in kinds {
            assert!(CREATION.iter().any(|(known, _)| *known == kind), "{kind} has no action");
        }
    }

    /// The page names the actions by service: `of `s3` CreateBucket, …`.
    #[test]
    fn the_page_lists_what_a_deployment_calls() {
        let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/deploy.md")).unwrap();
        let (_, page) = page.split_once("a deployment needs:").expect("the list");
        let list = page.split("\n\n").next().unwrap_or_default();
        for action in DEPLOYMENT {
            let (service, operation) = action.split_once(':').unwrap();
            let words: Vec<&str> = list.split(|one: char| !one.is_ascii_alphanumeric()).collect();
            assert!(words.contains(&operation) && list.contains(service), "{action} is not in the page");
        }
    }
}

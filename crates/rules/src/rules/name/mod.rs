//! Rules of names and tags.

pub(super) mod bucket_characters;
pub(super) mod duplicate_name;
pub(super) mod duplicate_tag;
pub(super) mod environment;
pub(super) mod length;
pub(super) mod lower_case;
pub(super) mod reserved_tag;

use serde_json::Value;
use strataform_template::pointer;

use crate::text;
use crate::world::Resource;

/// Resources whose names are unique in an account and Region: the type, the property of the name, and its greatest length.
pub(crate) const NAMED: [(&str, &str, usize); 22] = [
    ("AWS::Athena::WorkGroup", "Name", 128),
    ("AWS::CloudWatch::Alarm", "AlarmName", 255),
    ("AWS::DynamoDB::Table", "TableName", 255),
    ("AWS::Glue::Connection", "ConnectionInput/Name", 255),
    ("AWS::Glue::Crawler", "Name", 255),
    ("AWS::Glue::Database", "DatabaseInput/Name", 255),
    ("AWS::Glue::Job", "Name", 255),
    ("AWS::Glue::Trigger", "Name", 255),
    ("AWS::Glue::Workflow", "Name", 255),
    ("AWS::IAM::ManagedPolicy", "ManagedPolicyName", 128),
    ("AWS::IAM::Role", "RoleName", 64),
    ("AWS::Kinesis::Stream", "Name", 128),
    ("AWS::KinesisFirehose::DeliveryStream", "DeliveryStreamName", 64),
    ("AWS::Lambda::Function", "FunctionName", 64),
    ("AWS::Logs::LogGroup", "LogGroupName", 512),
    ("AWS::RedshiftServerless::Namespace", "NamespaceName", 64),
    ("AWS::RedshiftServerless::Workgroup", "WorkgroupName", 64),
    ("AWS::S3::Bucket", "BucketName", 63),
    ("AWS::SecretsManager::Secret", "Name", 512),
    ("AWS::SNS::Topic", "TopicName", 256),
    ("AWS::SQS::Queue", "QueueName", 80),
    ("AWS::StepFunctions::StateMachine", "StateMachineName", 80),
];

/// The parts of a text around its placeholders and dynamic references, the first and the last of which may be empty.
pub(crate) fn literals(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    loop {
        let next = [("${", "}"), (text::DYNAMIC, "}}")].into_iter();
        let next = next.filter_map(|(start, end)| Some((rest.find(start)?, end))).min();
        let Some((at, end)) = next else { break };
        found.push(&rest[..at]);
        rest = rest[at..].split_once(end).map_or("", |(_, after)| after);
    }
    found.push(rest);
    found
}

/// The length that a text has at least, whatever its parameters get.
pub(crate) fn least_length(text: &str) -> usize {
    let known: usize = literals(text).iter().map(|part| part.chars().count()).sum();
    let pseudo = text::placeholders(text).map(|name| match name {
        "AWS::AccountId" => 12,
        "AWS::Region" => 9,
        "AWS::Partition" => 3,
        "AWS::StackName" => 1,
        _ => 0,
    });
    known + pseudo.sum::<usize>()
}

/// The keys of the tags of a resource, with where they are.
pub(crate) fn tags(resource: &Resource) -> Vec<(String, &str)> {
    if let Some(Value::Object(map)) = resource.get("Tags") {
        return map.keys().map(|key| (format!("Tags/{}", pointer::escaped(key)), key.as_str())).collect();
    }
    resource
        .items("Tags")
        .into_iter()
        .filter_map(|(path, tag)| Some((path, tag.get("Key")?.as_str()?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_certain_of_a_name_is_told_from_what_is_not() {
        assert_eq!(literals("a-${x}-{{resolve:ssm:/Env}}b"), ["a-", "-", "b"]);
        assert_eq!(literals("${x}"), ["", ""]);
        assert_eq!(literals("plain"), ["plain"]);
        assert_eq!(least_length("raw-${AWS::AccountId}-${x}"), 17);
    }
}

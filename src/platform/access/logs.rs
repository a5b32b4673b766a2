//! Log groups, and the edges to them.

use strataform_policy::{Statement, action};
use strataform_resources::kind::KMSKey;
use strataform_resources::logs::LogGroup;
use strataform_template::{Arn, Handle, IntoValue, Text, Value, sub};

use super::Edge;
use crate::model::Period;
use crate::platform::{Context, Stack};

/// The retention periods that CloudWatch Logs supports, in days, ascending.
const SUPPORTED_DAYS: [u64; 22] = [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1_096, 1_827, 2_192, 2_557, 2_922, 3_288,
    3_653,
];

/// The days that logs are kept: the shortest supported retention that is not below the configured one.
#[must_use]
pub fn days(keep: Period) -> u64 {
    let days = keep.as_days();
    SUPPORTED_DAYS.into_iter().find(|supported| *supported >= days).unwrap_or(3_653)
}

/// Adds a log group, encrypted with the platform's key and with the configured retention.
pub fn group(
    stack: &mut Stack,
    context: Context<'_>,
    path: &str,
    name: impl IntoValue<Text>,
    key: &Value<Arn<KMSKey>>,
) -> Handle<LogGroup> {
    let group = LogGroup::new()
        .log_group_name(name)
        .kms_key_id(key.clone())
        .retention_in_days(days(context.environment.settings.retention.logs))
        .tags(context.tags());
    // The logs of a protected environment outlive its stacks.
    stack.add(path.to_owned(), context.store(group))
}

/// Writes events to the log streams of a group.
#[must_use]
pub fn write(group: &Handle<LogGroup>) -> Edge {
    // The group's ARN ends in `:*`, its streams' in `:log-stream:<name>`.
    Edge::new([Statement::allow([action!("logs:PutLogEvents")]).on(group.arn())])
}

/// Creates log streams, and writes events to them, in a group that is known by name.
#[must_use]
pub fn write_by_name(name: &str) -> Edge {
    use strataform_template::pseudo;
    let streams = sub!(
        "arn:${partition}:logs:${region}:${account}:log-group:${name}:log-stream:*",
        partition = pseudo::partition(),
        region = pseudo::region(),
        account = pseudo::account_id(),
        name = name.to_owned()
    );
    Edge::new([Statement::allow([action!("logs:CreateLogStream"), action!("logs:PutLogEvents")]).on(streams)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_are_kept_at_least_as_long_as_configured() {
        assert_eq!(days(Period::days(1)), 1);
        assert_eq!(days(Period::days(91)), 120);
        assert_eq!(days(Period::days(390)), 400);
        assert_eq!(days(Period::days(36_500)), 3_653);
    }
}

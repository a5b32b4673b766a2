//! Rules of `CloudWatch`: alarms that can see what they watch and tell someone, and log groups.

pub(super) mod alarm_action;
pub(super) mod datapoints;
pub(super) mod dimension_name;
pub(super) mod dimension_value;
pub(super) mod evaluation_span;
pub(super) mod idle_breach;
pub(super) mod period;
pub(super) mod retention;
pub(super) mod statistic;

use crate::world::{Resource, World};

/// The type of alarms.
pub(crate) const ALARM: &str = "AWS::CloudWatch::Alarm";

/// A metric that an alarm watches.
pub(crate) struct Metric<'a> {
    pub(crate) alarm: &'a Resource,
    pub(crate) namespace: &'a str,
    /// The dimensions: where they are, the name and the value.
    pub(crate) dimensions: Vec<(String, &'a str, &'a str)>,
}

/// The metrics of alarms whose namespace and dimensions are spelled out.
pub(crate) fn metrics(world: &World) -> Vec<Metric<'_>> {
    let mut found = Vec::new();
    for alarm in world.of_type(ALARM) {
        let own = alarm.literal("Namespace").map(|namespace| (namespace, String::new()));
        let queries = alarm.items("Metrics").into_iter().filter_map(|(path, query)| {
            let namespace = query.pointer("/MetricStat/Metric/Namespace")?.as_str()?;
            Some((namespace, format!("{path}/MetricStat/Metric/")))
        });
        for (namespace, path) in own.into_iter().chain(queries) {
            let dimensions = alarm.items(&format!("{path}Dimensions")).into_iter();
            let dimensions = dimensions.filter_map(|(path, one)| {
                Some((path, one.get("Name")?.as_str()?, one.get("Value")?.as_str()?))
            });
            found.push(Metric { alarm, namespace, dimensions: dimensions.collect() });
        }
    }
    found
}

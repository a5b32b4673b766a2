//! The alarms on what a run does not report itself: that no run succeeds, and that a run rejects records.

use strataform_resources::cloudwatch::Statistic;
use strataform_resources::kind::SNSTopic;
use strataform_resources::stepfunctions::StateMachine;
use strataform_template::{Arn, Handle, Value};

use crate::model::{Dataset, Schedule};
use crate::platform::alarms::{Metric, Series, Silence, Threshold, alarm};
use crate::platform::{Context, Stack, sizing};

/// The percentage of rejected records above which a run is worth a look: in healthy data, it is a fraction of one
/// percent, and a producer that renames a required column rejects all of its records.
const REJECTED: f64 = 5.0;

/// Adds the alarms of a dataset's state machine.
pub(super) fn add(
    stack: &mut Stack,
    context: Context<'_>,
    dataset: &Dataset,
    path: &str,
    machine: &Handle<StateMachine>,
    topic: &Value<Arn<SNSTopic>>,
) {
    let (name, schedule) = (&dataset.name, context.environment.schedule(dataset));
    let mut add = |what: &str, series: Series, threshold, text| {
        alarm(stack, context, topic, &format!("{path}/flow/alarm/{what}"), series, threshold, text);
    };
    let silence = Silence::of_runs(schedule, sizing::job(context.volume(dataset)).timeout);
    let succeeded = Metric {
        namespace: "AWS/States",
        name: "ExecutionsSucceeded",
        dimensions: vec![("StateMachineArn", Value::assumed(machine.reference().into_node()))],
        statistic: Statistic::Sum,
        period: Silence::period(),
    };
    add("silent", succeeded.into(), silence.threshold(), silent(dataset, schedule, silence));
    let count = |metric| Metric {
        namespace: "Strataform",
        name: metric,
        dimensions: vec![
            ("platform", Value::assumed(context.platform.name.to_string().into())),
            ("environment", Value::assumed(context.environment.name.to_string().into())),
            ("dataset", Value::assumed(name.to_string().into())),
        ],
        statistic: Statistic::Sum,
        period: between(schedule),
    };
    let share = Series::Share { part: count("rows_quarantined"), whole: count("rows_in") };
    add(
        "rejected",
        share,
        Threshold::above(REJECTED),
        format!(
            "A run of {name} rejected more than {REJECTED}% of its records. Read the reasons in the quarantine \
             table {name}_quarantine, mend the producer or the platform file, then run `gen backfill {name}` over the \
             hours of the run."
        ),
    );
}

fn silent(dataset: &Dataset, schedule: Schedule, silence: Silence) -> String {
    let (name, hours) = (&dataset.name, silence.hours());
    let start = match schedule {
        Schedule::Every(_) | Schedule::Daily { .. } => "its schedule is enabled",
        Schedule::OnArrival => "its rule is enabled and its pipe is running",
    };
    format!(
        "No run of {name} has succeeded for {hours} hours. Check that {start}, whether the queue of lost starts has \
         messages, and what the last executions of its state machine did."
    )
}

/// Seconds between two runs, in which the metric of one of them is the latest.
fn between(schedule: Schedule) -> u32 {
    match schedule {
        Schedule::Every(period) => {
            u32::try_from(period.as_minutes() * 60).unwrap_or(86_400).clamp(300, 86_400)
        }
        Schedule::Daily { .. } => 86_400,
        Schedule::OnArrival => 3_600,
    }
}

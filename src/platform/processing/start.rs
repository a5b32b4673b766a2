//! The triggers of a dataset's runs: a schedule, or the arrival of files.

use strataform_resources::kind::SQSQueue;
use strataform_resources::scheduler::{
    DeadLetterConfig, FlexibleTimeWindow, FlexibleTimeWindowMode, RetryPolicy, Schedule as Clock, Target,
};
use strataform_resources::stepfunctions::StateMachine;
use strataform_template::{Arn, Handle, Resource, Value};

use super::arrival;
use crate::model::{Dataset, Schedule};
use crate::platform::access::{self, ServiceRole, flow as edges, queues};
use crate::platform::{Context, Stack, storage};

/// Seconds after which a failed start is no longer retried, and goes to the queue of lost starts: the next run covers
/// its data.
pub(super) const OLDEST: u32 = 3600;

/// Adds the trigger of a dataset's runs. `lost` is the queue of lost starts.
pub(super) fn add(
    stack: &mut Stack,
    context: Context<'_>,
    dataset: &Dataset,
    machine: &Handle<StateMachine>,
    storage: &storage::Exports,
    lost: &Value<Arn<SQSQueue>>,
) {
    match context.environment.schedule(dataset) {
        Schedule::OnArrival => arrival::add(stack, context, dataset, machine, storage, lost),
        schedule => by_clock(stack, context, dataset, machine, schedule, lost),
    }
}

fn by_clock(
    stack: &mut Stack,
    context: Context<'_>,
    dataset: &Dataset,
    machine: &Handle<StateMachine>,
    schedule: Schedule,
    lost: &Value<Arn<SQSQueue>>,
) {
    let path = format!("{}/start", dataset.name.path());
    let edges = [edges::start(&machine.reference()), queues::send(lost)];
    let access = access::grant(stack, context, &path, ServiceRole::Scheduler, edges);
    let retry = RetryPolicy::new().maximum_event_age_in_seconds(OLDEST).maximum_retry_attempts(10);
    let target = Target::new(machine.reference(), access.role.arn())
        .input("{}")
        .retry_policy(retry)
        .dead_letter_config(DeadLetterConfig::new().arn(lost));
    let clock = Clock::new(window(schedule), expression(schedule), target)
        .name(context.short_name(&dataset.name))
        .description(format!("Starts the runs of {}", dataset.name))
        .schedule_expression_timezone("UTC");
    stack.add(path, clock.declare().depends_on(&access.policy));
}

/// A dataset that runs hourly or less often does not need the exact minute: a flexible window spreads the load.
fn window(schedule: Schedule) -> FlexibleTimeWindow {
    match schedule {
        Schedule::Every(period) if period.as_minutes() < 60 => {
            FlexibleTimeWindow::new(FlexibleTimeWindowMode::Off)
        }
        _ => FlexibleTimeWindow::new(FlexibleTimeWindowMode::Flexible).maximum_window_in_minutes(5),
    }
}

/// The schedule expression: `cron(0/15 * * * ? *)`, aligned to midnight. A period that divides neither an hour nor, in
/// whole hours, a day becomes `rate(90 minutes)`, which starts at the deployment.
fn expression(schedule: Schedule) -> String {
    match schedule {
        Schedule::Every(period) => match period.as_minutes() {
            1_440 => "cron(0 0 * * ? *)".to_owned(),
            60 => "cron(0 * * * ? *)".to_owned(),
            minutes if 60 % minutes == 0 => format!("cron(0/{minutes} * * * ? *)"),
            minutes if minutes % 60 == 0 && 1_440 % minutes == 0 => {
                format!("cron(0 0/{} * * ? *)", minutes / 60)
            }
            minutes => format!("rate({minutes} minutes)"),
        },
        Schedule::Daily { hour, minute } => format!("cron({minute} {hour} * * ? *)"),
        // A pipe starts these; this arm is not used.
        Schedule::OnArrival => "rate(1 day)".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Period;

    #[test]
    fn schedules_are_expressions() {
        let every = |minutes| expression(Schedule::Every(Period::minutes(minutes)));
        assert_eq!(every(5), "cron(0/5 * * * ? *)");
        assert_eq!(every(60), "cron(0 * * * ? *)");
        assert_eq!(every(360), "cron(0 0/6 * * ? *)");
        assert_eq!(every(1_440), "cron(0 0 * * ? *)");
        assert_eq!(every(90), "rate(90 minutes)");
        assert_eq!(expression(Schedule::Daily { hour: 2, minute: 30 }), "cron(30 2 * * ? *)");
    }
}

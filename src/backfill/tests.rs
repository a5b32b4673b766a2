use super::*;
use crate::model::{Platform, Volume, fixture};

fn hour(text: &str) -> Hour {
    Hour::parse(text).expect(text)
}

fn planned(platform: &Platform, dataset: &str, from: &str, to: &str, now: &str) -> Result<Plan, Vec<Fault>> {
    let context = Context { platform, environment: &platform.environments[0] };
    let now = hour(now).into();
    plan(context, Request { dataset, from: hour(from), to: hour(to), attempt: 1, now })
}

fn messages(result: Result<Plan, Vec<Fault>>) -> Vec<String> {
    result.expect_err("faults").iter().map(|fault| format!("{fault}; {}", fault.help())).collect()
}

#[test]
fn the_same_window_has_the_same_runs_and_a_later_plan_has_other_executions() {
    let platform = fixture::platform();
    let first = planned(&platform, "orders", "2026-03-01", "2026-03-04", "2026-03-10").expect("a plan");
    let later = planned(&platform, "orders", "2026-03-01", "2026-03-04", "2026-03-11").expect("a plan");
    assert_eq!(first.runs, later.runs);
    assert_ne!(first.execution(&first.runs[0]), later.execution(&later.runs[0]));
    let context = Context { platform: &platform, environment: &platform.environments[0] };
    let (from, to, now) = (first.from, first.to, first.now);
    let again = plan(context, Request { dataset: "orders", from, to, attempt: 2, now }).expect("a plan");
    for (one, other) in first.runs.iter().zip(&again.runs) {
        assert_eq!(other.id.to_string(), format!("{}-2", one.id));
    }
}

#[test]
fn all_faults_are_reported_at_once() {
    let platform = fixture::platform();
    let faults = messages(planned(&platform, "ordres", "2020-01-01", "2026-03-05", "2026-03-04T10"));
    assert_eq!(faults.len(), 3, "{faults:?}");
    assert!(faults[0].contains("unknown dataset `ordres`; did you mean `orders`?"), "{faults:?}");
    assert!(faults[1].contains("begins before the oldest raw records"), "{faults:?}");
    assert!(faults[2].ends_with("use `--to 2026-03-04T10`, the end of the last complete hour"), "{faults:?}");
}

#[test]
fn an_empty_or_reversed_window_is_explained() {
    let platform = fixture::platform();
    let faults = messages(planned(&platform, "orders", "2026-03-01", "2026-03-01", "2026-03-04"));
    assert_eq!(
        faults,
        [
            "the window from 2026-03-01T00 to 2026-03-01T00 is empty; use `--to 2026-03-02T00` for a window of one day; the hour of `--to` is not part of the window"
        ]
    );
    let faults = messages(planned(&platform, "orders", "2026-03-02", "2026-03-01", "2026-03-04"));
    assert_eq!(
        faults,
        [
            "the window ends at 2026-03-01T00, before it begins at 2026-03-02T00; set `--from` to an hour before `--to`"
        ]
    );
}

#[test]
fn a_window_can_begin_with_the_oldest_complete_hour() {
    let mut platform = fixture::platform();
    platform.environments[0].settings.retention.raw = Period::days(7);
    let now = "2026-03-08T10";
    // Of seven days, S3 keeps the last one as noncurrent versions.
    let faults = messages(planned(&platform, "orders", "2026-03-02T10", "2026-03-03", now));
    assert!(faults[0].contains("use `--from 2026-03-02T11`;"), "{faults:?}");
    assert!(planned(&platform, "orders", "2026-03-02T11", "2026-03-03", now).is_ok());
    assert!(planned(&platform, "orders", "2026-03-08T09", now, now).is_ok());
}

/// What the manifest says of any time holds at every hour of a day.
#[test]
fn no_plan_of_everything_takes_more_than_the_one_that_stands_for_all() {
    let mut platform = fixture::platform();
    for (days, volume) in [(2, "1 GB/day"), (30, "1 GB/day"), (90, "90 GB/day"), (400, "50 GB/day")] {
        let environment = &mut platform.environments[0];
        environment.settings.retention.raw = Period::days(days);
        environment.settings.volume = Volume::parse(volume).expect("a volume");
        let context = Context { platform: &platform, environment: &platform.environments[0] };
        let whole = whole(context, &platform.datasets[0]);
        for now in 0..24 {
            let now = hour("2026-03-04").plus_hours(now);
            let from = oldest(Period::days(days), now.into());
            let request = Request { dataset: "orders", from, to: now, attempt: 1, now: now.into() };
            let plan = plan(context, request).expect("a plan");
            assert_eq!(from.hours_until(now), whole.from.hours_until(whole.to));
            assert!(plan.minutes() <= whole.minutes(), "{days} days at {now}");
            assert!(plan.price() <= whole.price(), "{days} days at {now}");
        }
    }
}

#[test]
fn the_arn_has_a_placeholder_for_an_unknown_account() {
    let mut platform = fixture::platform();
    let arn = |platform: &Platform| {
        planned(platform, "orders", "2026-03-01", "2026-03-02", "2026-03-03").expect("a plan").machine.arn()
    };
    platform.environments[0].account = None;
    platform.environments[0].region = "eu-west-1".to_owned();
    assert_eq!(arn(&platform), "arn:aws:states:eu-west-1:ACCOUNT_ID:stateMachine:shop-dev-orders");
    platform.environments[0].account = Some("111122223333".to_owned());
    platform.environments[0].region = "us-gov-west-1".to_owned();
    assert_eq!(
        arn(&platform),
        "arn:aws-us-gov:states:us-gov-west-1:111122223333:stateMachine:shop-dev-orders"
    );
}

//! Refreshes of SPICE: windows, and the weekly refresh of all rows.

use super::board::{id, platform};
use super::{clean, is_incremental};
use crate::model::{
    DataSetOptions, FileFormat, ImportMode, Period, Platform, Refresh, RefreshKind, Schedule, Source,
    VisualSource,
};
use crate::platform::Context;

/// The resources of the first stack.
fn resources(platform: &Platform, file: &str) -> serde_json::Value {
    let text = clean(platform, file).remove(0);
    let template: serde_json::Value = serde_json::from_str(&text).expect("a template is JSON");
    template["Resources"].clone()
}

#[test]
fn spice_takes_the_rows_that_a_load_can_change_and_all_rows_weekly() {
    let platform = platform();
    let found = resources(&platform, "windows");
    let window = |set: &str| {
        let properties = &found[set]["Properties"]["DataSetRefreshProperties"]["RefreshConfiguration"];
        properties["IncrementalRefresh"]["LookbackWindow"].clone()
    };
    // Late by three days, grouped by day, and a day until the next refresh.
    assert_eq!(
        (&window("DataSetDailySales")["ColumnName"], &window("DataSetDailySales")["Size"]),
        (&"day".into(), &5.into())
    );
    assert_eq!(
        (&window("DataSetOrders")["ColumnName"], &window("DataSetOrders")["Size"]),
        (&"ordered_at".into(), &4.into())
    );
    assert_eq!(window("DataSetCustomers"), serde_json::Value::Null, "it has no event time");
    let weekly = &found["DataSetDailySalesRefreshWeekly"]["Properties"]["Schedule"];
    assert_eq!(weekly["RefreshType"], "FULL_REFRESH");
    assert_eq!(weekly["ScheduleFrequency"]["Interval"], "WEEKLY");
    assert_eq!(weekly["ScheduleFrequency"]["RefreshOnDay"]["DayOfWeek"], "SUNDAY");
    assert_eq!(found.get("DataSetCustomersRefreshWeekly"), None);
    let context = Context { platform: &platform, environment: &platform.environments[0] };
    let sales = VisualSource::Aggregate(id("daily_sales"));
    let partial = |at: usize| is_incremental(context, &sales, &platform.datasets[at]);
    assert_eq!((partial(0), partial(1)), (true, false), "a customer has orders of all times");
}

#[test]
fn files_have_no_window_of_their_own() {
    let mut platform = platform();
    platform.datasets[0].source = Source::Files { format: FileFormat::Json };
    assert!(
        !clean(&platform, "files").remove(0).contains("LookbackWindow"),
        "a file can have rows of any age"
    );
}

#[test]
fn a_configured_window_is_kept_with_a_weekly_refresh_unless_another_one_is_full() {
    let mut platform = platform();
    let part = RefreshKind::Incremental { column: id("day"), days: 9 };
    let refresh = |kind| Refresh { minutes: None, at: (2, 30), kind };
    let mut options = DataSetOptions {
        source: VisualSource::Aggregate(id("daily_sales")),
        mode: None,
        refreshes: vec![refresh(part.clone())],
        rows: None,
    };
    platform.data_sets = vec![options.clone()];
    let found = resources(&platform, "configured");
    assert_eq!(
        found["DataSetDailySalesRefresh1"]["Properties"]["Schedule"]["RefreshType"],
        "INCREMENTAL_REFRESH"
    );
    let weekly = &found["DataSetDailySalesRefreshWeekly"]["Properties"]["Schedule"]["ScheduleFrequency"];
    assert_eq!(weekly["TimeOfTheDay"], "02:30");
    options.refreshes.push(refresh(RefreshKind::Full));
    platform.data_sets = vec![options];
    assert_eq!(resources(&platform, "both").get("DataSetDailySalesRefreshWeekly"), None);
}

#[test]
fn an_hourly_refresh_of_a_stream_takes_the_newest_rows() {
    let mut platform = platform();
    platform.datasets[0].schedule = Some(Schedule::Every(Period::minutes(15)));
    let source = VisualSource::Aggregate(id("daily_sales"));
    let (refreshes, rows) = (Vec::new(), None);
    platform.data_sets = vec![DataSetOptions { source, mode: Some(ImportMode::Spice), refreshes, rows }];
    let found = resources(&platform, "hourly");
    let schedule = &found["DataSetDailySalesRefresh1"]["Properties"]["Schedule"];
    assert_eq!(schedule["ScheduleFrequency"]["Interval"], "HOURLY");
    assert_eq!(schedule["RefreshType"], "INCREMENTAL_REFRESH");
    assert!(found.get("DataSetDailySalesRefreshWeekly").is_some());
}

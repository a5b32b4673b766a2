//! Refreshes of data sets: schedules, and lookback windows of incremental refreshes.

use crate::dataset::{Columns, Kind};
use crate::finding::{Code, Finding};
use crate::json::At;

/// Checks the refresh properties of a data set.
pub(crate) fn set(properties: &At<'_>, columns: &Columns, findings: &mut Vec<Finding>) {
    let refresh =
        ["DataSetRefreshProperties", "RefreshConfiguration", "IncrementalRefresh", "LookbackWindow"];
    let Some(window) = properties.at(&refresh) else { return };
    if properties.text("ImportMode") != Some("SPICE") {
        findings.push(Finding::error(
            Code::Lookback,
            &window,
            "an incremental refresh requires `ImportMode` SPICE",
        ));
    }
    let name = window.text("ColumnName").unwrap_or_default();
    match columns.as_ref().map(|columns| columns.get(name)) {
        Some(Some(Kind::Date | Kind::Unknown)) | None => {}
        Some(Some(kind)) => {
            let summary = format!("column `{name}` is {}, not a date", kind.text());
            findings.push(Finding::error(Code::Lookback, &window, summary));
        }
        Some(None) => {
            let found = Finding::error(Code::Lookback, &window, format!("unknown column `{name}`"));
            let names = columns.iter().flatten().map(|(name, _)| name.as_str());
            found.push_near(findings, name, names);
        }
    }
}

/// Checks a schedule; `set` is the data set's resource if it is in the same template.
pub(crate) fn schedule(properties: &At<'_>, set: Option<&At<'_>>, findings: &mut Vec<Finding>) {
    let Some(schedule) = properties.get("Schedule") else {
        return findings.push(Finding::error(Code::Required, properties, "missing `Schedule`"));
    };
    for key in ["RefreshType", "ScheduleId", "ScheduleFrequency"] {
        if schedule.get(key).is_none() {
            findings.push(Finding::error(Code::Required, &schedule, format!("missing `{key}`")));
        }
    }
    let kind = schedule.text("RefreshType");
    let Some(frequency) = schedule.get("ScheduleFrequency") else { return };
    let interval = frequency.text("Interval").unwrap_or_default();
    let mut wrong = |at: &At<'_>, summary: String| findings.push(Finding::error(Code::Schedule, at, summary));
    if matches!(interval, "MINUTE15" | "MINUTE30") && kind == Some("FULL_REFRESH") {
        wrong(&frequency, format!("a full refresh cannot run every {} minutes", &interval[6..]));
    }
    if matches!(interval, "WEEKLY" | "MONTHLY") && frequency.get("RefreshOnDay").is_none() {
        wrong(&frequency, format!("`{interval}` requires `RefreshOnDay`"));
    }
    if let Some(day) = frequency.at(&["RefreshOnDay"]).and_then(|day| day.text("DayOfMonth"))
        && day != "LAST_DAY_OF_MONTH"
        && !day.parse::<u8>().is_ok_and(|day| (1..=28).contains(&day))
    {
        wrong(&frequency, format!("invalid day of month `{day}`: use 1 to 28, or LAST_DAY_OF_MONTH"));
    }
    let Some(set) = set else { return };
    if set.text("ImportMode") == Some("DIRECT_QUERY") {
        wrong(properties, "a data set with direct queries cannot be refreshed".to_owned());
    }
    if kind == Some("INCREMENTAL_REFRESH") && set.get("DataSetRefreshProperties").is_none() {
        wrong(
            &schedule,
            "an incremental refresh requires `DataSetRefreshProperties` in the data set".to_owned(),
        );
    }
}

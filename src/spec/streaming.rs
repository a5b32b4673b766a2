//! The daily limit of the warehouse, if a streaming view keeps it running.

use super::code;
use super::draft::DatasetDraft;
use super::places;
use super::table::Table;
use crate::diagnostic::Diagnostic;
use crate::model::{Environment, Freshness, WarehouseKind};
use crate::platform::sizing::{self, Configured};

/// Reports each environment whose daily limit would stop its warehouse every day, because a dataset with
/// `freshness = "seconds"` keeps it running.
pub(super) fn refuse_short_limits(
    root: &Table<'_>,
    datasets: &[DatasetDraft<'_>],
    environments: &[Environment],
) {
    let Some(streaming) = datasets.iter().find(|one| one.dataset.freshness == Freshness::Seconds) else {
        return;
    };
    for environment in environments {
        let WarehouseKind::Serverless { base, most, daily_limit: Some(limit) } =
            environment.settings.warehouse.kind
        else {
            continue;
        };
        let set = Configured { base, most, daily_limit: Some(limit) };
        let size = sizing::warehouse(environment.settings.volume, Freshness::Seconds, set);
        if limit > size.streaming_hours() {
            continue;
        }
        let unlimited = Configured { daily_limit: None, ..set };
        let enough =
            sizing::warehouse(environment.settings.volume, Freshness::Seconds, unlimited).daily_limit;
        let name = &environment.name;
        let summary = format!("`daily_limit` stops the warehouse of `{name}` every day");
        let place = places::setting(root, name.as_str(), "warehouse", "daily_limit");
        let place = place.unwrap_or_else(|| streaming.span.clone());
        let cause = format!(
            "a streaming view refreshes all the time, which takes {} RPU hours a day at {} RPU; at {limit}, Redshift \
             rejects every query until the next day",
            size.streaming_hours(),
            size.base
        );
        let help = format!("set `daily_limit` to {enough}, or remove it; a lower `base` costs less");
        let seconds =
            streaming.table.get("freshness").map_or_else(|| streaming.span.clone(), |value| value.span);
        let fault =
            Diagnostic::error(code::DAILY_LIMIT, place, summary).also(seconds, "streams into the warehouse");
        root.reader.report(fault.because(cause).help(help));
    }
}

//! A refresh schedule is of a data set that exists.

use super::DATA_SET;
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) SCHEDULE_DATA_SET "GEN0670" Warning
        "A refresh schedule names a data set that no template declares."
        "QuickSight refuses a schedule of an unknown data set, and the one that was meant is never refreshed (Amazon QuickSight API reference, \"CreateRefreshSchedule\"). Correct `DataSetId`; it is the ID, not the name."
        Template {
            bad: r"
Resources:
  Orders: {Type: AWS::QuickSight::DataSet, Properties: {DataSetId: orders, ImportMode: SPICE}}
  Daily:
    Type: AWS::QuickSight::RefreshSchedule
    DependsOn: Orders
    Properties: {DataSetId: order, Schedule: {ScheduleId: daily, RefreshType: FULL_REFRESH}}
",
            good: r"
Resources:
  Orders: {Type: AWS::QuickSight::DataSet, Properties: {DataSetId: orders, ImportMode: SPICE}}
  Daily:
    Type: AWS::QuickSight::RefreshSchedule
    DependsOn: Orders
    Properties: {DataSetId: orders, Schedule: {ScheduleId: daily, RefreshType: FULL_REFRESH}}
",
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for schedule in world.of_type("AWS::QuickSight::RefreshSchedule") {
        let Some(id) = schedule.literal("DataSetId") else { continue };
        let ids: Option<Vec<&str>> = world.of_type(DATA_SET).map(|set| set.literal("DataSetId")).collect();
        // Without data sets, or with one whose ID is not known, it may be another one.
        let Some(ids) = ids.filter(|ids| !ids.is_empty() && !ids.contains(&id)) else { continue };
        let about = words(
            format!("`{}` names the unknown data set `{id}`", schedule.id),
            format!("the templates declare {}", ids.join(", ")),
            "correct `DataSetId`",
        );
        report.property(SCHEDULE_DATA_SET, schedule, "DataSetId", about);
    }
}

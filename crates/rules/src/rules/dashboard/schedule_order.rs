//! A refresh schedule is made after its data set.

use super::DATA_SET;
use crate::finding::{Report, words};
use crate::world::{Resource, World};

strataform_diagnostic::codes! {
    pub(crate) SCHEDULE_ORDER "GEN0674" Warning
        "A refresh schedule may be made before its data set."
        "A schedule names its data set by a text, so CloudFormation makes both at once, and QuickSight refuses the schedule of a data set that does not exist yet (AWS CloudFormation user guide, \"DependsOn attribute\"). Add `DependsOn`."
        Template {
            bad: r"
Resources:
  Orders:
    Type: AWS::QuickSight::DataSet
    Properties: {DataSetId: orders, ImportMode: SPICE}
  Daily:
    Type: AWS::QuickSight::RefreshSchedule
    Properties: {DataSetId: orders, Schedule: {ScheduleId: daily, RefreshType: FULL_REFRESH}}
",
            good: r"
Resources:
  Orders:
    Type: AWS::QuickSight::DataSet
    Properties: {DataSetId: orders, ImportMode: SPICE}
  Daily:
    Type: AWS::QuickSight::RefreshSchedule
    DependsOn: Orders
    Properties: {DataSetId: orders, Schedule: {ScheduleId: daily, RefreshType: FULL_REFRESH}}
",
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for schedule in world.of_type("AWS::QuickSight::RefreshSchedule") {
        let Some(id) = schedule.text("DataSetId") else { continue };
        let is_own = |one: &&Resource| one.stack == schedule.stack && one.text("DataSetId") == Some(id);
        let Some(set) = world.of_type(DATA_SET).find(is_own) else { continue };
        if world.is_after(schedule, set) {
            continue;
        }
        let about = words(
            format!("`{}` may be made before its data set `{}`", schedule.id, set.id),
            "it names the data set by a text, and does not depend on it",
            format!("add `DependsOn: {}`", set.id),
        );
        report.property(SCHEDULE_ORDER, schedule, "DataSetId", about);
    }
}

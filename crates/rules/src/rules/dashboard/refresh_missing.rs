//! What is imported is imported again.

use super::DATA_SET;
use crate::finding::{Report, words};
use crate::text;
use crate::world::{Resource, World};

strataform_diagnostic::codes! {
    pub(crate) REFRESH_MISSING "GEN0671" Warning
        "A data set in SPICE is never refreshed, although others are."
        "SPICE holds the rows of the last ingestion: without a schedule, dashboards go on showing those of the day on which the data set was made (Amazon QuickSight user guide, \"Refreshing SPICE data\"). Add a schedule, query directly, or start an ingestion after each load."
        Template {
            bad: r#"
Resources:
  Orders:
    Type: AWS::QuickSight::DataSet
    Properties: {DataSetId: orders, ImportMode: SPICE, PhysicalTableMap: {orders: {RelationalTable: {DataSourceArn: "arn:aws:quicksight:eu-west-1:111122223333:datasource/shop", Name: orders, InputColumns: [{Name: id, Type: STRING}]}}}}
  Clicks:
    Type: AWS::QuickSight::DataSet
    Properties: {DataSetId: clicks, ImportMode: SPICE, PhysicalTableMap: {clicks: {RelationalTable: {DataSourceArn: "arn:aws:quicksight:eu-west-1:111122223333:datasource/shop", Name: clicks, InputColumns: [{Name: id, Type: STRING}]}}}}
  Daily:
    Type: AWS::QuickSight::RefreshSchedule
    DependsOn: Orders
    Properties: {DataSetId: orders, Schedule: {ScheduleId: daily, RefreshType: FULL_REFRESH}}
"#,
            good: r#"
Resources:
  Orders:
    Type: AWS::QuickSight::DataSet
    Properties: {DataSetId: orders, ImportMode: SPICE, PhysicalTableMap: {orders: {RelationalTable: {DataSourceArn: "arn:aws:quicksight:eu-west-1:111122223333:datasource/shop", Name: orders, InputColumns: [{Name: id, Type: STRING}]}}}}
  Clicks:
    Type: AWS::QuickSight::DataSet
    Properties: {DataSetId: clicks, ImportMode: DIRECT_QUERY, PhysicalTableMap: {clicks: {RelationalTable: {DataSourceArn: "arn:aws:quicksight:eu-west-1:111122223333:datasource/shop", Name: clicks, InputColumns: [{Name: id, Type: STRING}]}}}}
  Daily:
    Type: AWS::QuickSight::RefreshSchedule
    DependsOn: Orders
    Properties: {DataSetId: orders, Schedule: {ScheduleId: daily, RefreshType: FULL_REFRESH}}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    let schedules: Option<Vec<&str>> =
        world.of_type("AWS::QuickSight::RefreshSchedule").map(|one| one.text("DataSetId")).collect();
    let Some(schedules) = schedules.filter(|all| !all.is_empty()) else { return };
    if starts_ingestions(world) {
        return;
    }
    let has_database = |set: &Resource| {
        let tables = set.get("PhysicalTableMap").and_then(|tables| tables.as_object());
        let is_query =
            |table: &serde_json::Value| table.get("RelationalTable").or(table.get("CustomSql")).is_some();
        tables.is_some_and(|tables| tables.values().any(is_query))
    };
    for set in world.of_type(DATA_SET).filter(|set| set.literal("ImportMode") == Some("SPICE")) {
        let Some(id) = set.text("DataSetId").filter(|_| has_database(set)) else { continue };
        // A schedule that refers to it, or that is not known, may be its own.
        let is_own = |one: &&str| *one == id || world.referred(one) == Some(set) || one.contains("${");
        if schedules.iter().any(is_own) {
            continue;
        }
        let about = words(
            format!("the data set `{}` is never refreshed", set.id),
            "it is imported into SPICE, and no schedule names it",
            "add a refresh schedule",
        );
        report.resource(REFRESH_MISSING, set, about);
    }
}

/// Whether a state machine or function of the templates may start ingestions.
fn starts_ingestions(world: &World) -> bool {
    let functions = ["AWS::Lambda::Function", "AWS::Serverless::Function"];
    let mut starts = world.all().any(|one| functions.contains(&one.kind.as_str()));
    for machine in world.of_type("AWS::StepFunctions::StateMachine") {
        text::each("", &machine.properties, &mut |_, text| starts |= text.contains("createIngestion"));
    }
    starts
}

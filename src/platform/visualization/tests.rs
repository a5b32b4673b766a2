mod board;
mod refresh;

use std::collections::BTreeSet;

use board::{day, field, id, made, platform, revenue, visual};

use super::*;
use crate::model::{Freshness, Period, Principals, Schedule, Sheet, VisualKind, fixture};
use crate::platform::aggregation::sql;

/// The templates of all stacks, which must have no faults and no findings, and be within the size limit.
fn clean(platform: &Platform, file: &str) -> Vec<String> {
    let stacks = made(platform);
    let texts = stacks.iter().enumerate().map(|(at, stack)| {
        assert_eq!(format!("{:?}", stack.template().faults()), "[]");
        let findings = strataform_schema::template(stack.template());
        assert!(findings.is_empty(), "{findings:#?}");
        let text = stack.template().to_json().expect("a template of fixtures is whole");
        assert!(text.len() < 1_000_000, "{}", text.len());
        if let Ok(folder) = std::env::var("STRATAFORM_DASHBOARD_OUT") {
            let path = std::path::Path::new(&folder).join(format!("{file}-{at}.json"));
            std::fs::write(path, &text).expect("writable");
        }
        text
    });
    texts.collect()
}

fn texts<'a>(node: &'a Node, key: &str, found: &mut Vec<&'a str>) {
    match node {
        Node::Object(object) => {
            for (name, value) in object.iter() {
                match value {
                    Node::Text(text) if name == key => found.push(text),
                    other => texts(other, key, found),
                }
            }
        }
        Node::List(items) => items.iter().for_each(|item| texts(item, key, found)),
        _ => {}
    }
}

fn all<'a>(node: &'a Node, key: &str) -> Vec<&'a str> {
    let mut found = Vec::new();
    texts(node, key, &mut found);
    found
}

/// The IDs of fields where they are declared, that is, everywhere except in sort options.
fn fields<'a>(node: &'a Node, found: &mut Vec<&'a str>) {
    match node {
        Node::Object(object) => {
            for (name, value) in object.iter().filter(|(name, _)| *name != "FieldSort") {
                match value {
                    Node::Text(text) if name == "FieldId" => found.push(text),
                    other => fields(other, found),
                }
            }
        }
        Node::List(items) => items.iter().for_each(|item| fields(item, found)),
        _ => {}
    }
}

/// The definition of the first dashboard.
fn definition(platform: &Platform) -> Node {
    let context = Context { platform, environment: &platform.environments[0] };
    draw(context).remove(0).node()
}

#[test]
fn every_kind_of_visual_and_control_has_no_findings() {
    let text = clean(&platform(), "kinds").remove(0);
    for kind in [
        "KPIVisual",
        "LineChartVisual",
        "BarChartVisual",
        "ComboChartVisual",
        "PieChartVisual",
        "FunnelChartVisual",
        "TableVisual",
        "PivotTableVisual",
        "HeatMapVisual",
        "ScatterPlotVisual",
        "GaugeChartVisual",
        "TreeMapVisual",
        "SankeyDiagramVisual",
        "HistogramVisual",
        "WaterfallVisual",
        "SheetTextBoxId",
        "RelativeDateTime",
        "Dropdown",
        "Slider",
        "AWS::QuickSight::VPCConnection",
    ] {
        assert!(text.contains(&format!("\"{kind}\"")), "{kind}");
    }
    assert_eq!(text.matches("AWS::QuickSight::DataSet\"").count(), 3, "a text box has no data set");
    assert!(!text.contains("nowhere"), "a control without a column has no filter");
    assert!(text.contains("First.<br/><br/>Second &amp; last."), "{text}");
}

#[test]
fn a_platform_without_dashboards_has_no_stack() {
    let mut platform = fixture::platform();
    platform.dashboards.clear();
    assert!(made(&platform).is_empty());
}

#[test]
fn ids_are_unique_and_references_resolve() {
    let mut platform = platform();
    let visuals = platform.dashboards[0].sheets[0].visuals.clone();
    let mut more = visuals;
    for (at, visual) in more.iter_mut().enumerate() {
        visual.name = id(&format!("more_{at}"));
    }
    platform.dashboards[0].sheets[0].visuals.extend(more);
    let node = definition(&platform);
    let unique = |key: &str| {
        let found = all(&node, key);
        let set: BTreeSet<_> = found.iter().copied().collect();
        (found.len(), set)
    };
    let mut elements = BTreeSet::new();
    for key in ["VisualId", "SheetTextBoxId", "FilterControlId", "FilterGroupId"] {
        let (count, set) = unique(key);
        assert!(count > 0 && count == set.len(), "{key}: {count} {set:?}");
        elements.extend(set);
    }
    let declared: BTreeSet<_> = all(&node, "ElementId").into_iter().collect();
    assert!(declared.is_subset(&elements), "{declared:?}");
    assert_eq!(all(&node, "ElementId").len(), declared.len());
    let mut wells = Vec::new();
    fields(&node, &mut wells);
    let fields: BTreeSet<_> = wells.iter().copied().collect();
    assert!(wells.len() > 60 && fields.len() == wells.len(), "{wells:?}");
    assert!(all(&node, "FieldId").iter().all(|id| fields.contains(id)));
    let filters: BTreeSet<_> = all(&node, "FilterId").into_iter().collect();
    assert!(all(&node, "SourceFilterId").iter().all(|id| filters.contains(id)));
    let identifiers: BTreeSet<_> = all(&node, "Identifier").into_iter().collect();
    assert!(all(&node, "DataSetIdentifier").iter().all(|id| identifiers.contains(id)));
}

#[test]
fn several_sheets_share_their_controls() {
    let mut platform = platform();
    let kpi = VisualKind::Kpi { value: revenue(), trend: None, target: None };
    platform.dashboards[0].sheets = (0..3)
        .map(|sheet| Sheet {
            id: format!("{}", sheet + 1),
            title: format!("Sheet {sheet}"),
            visuals: (0..20).map(|at| visual(sheet * 20 + at, kpi.clone())).collect(),
        })
        .collect();
    let text = clean(&platform, "sheets").remove(0);
    let node = definition(&platform);
    let sheets: BTreeSet<_> = all(&node, "SheetId").into_iter().collect();
    assert_eq!(sheets.into_iter().collect::<Vec<_>>(), ["sheet-1", "sheet-2", "sheet-3"]);
    assert!(text.contains("\"CrossSheet\"") && text.contains("DefaultFilterControlConfiguration"));
    assert!(!text.contains("\"Dropdown\"") && !text.contains("\"RelativeDateTime\""));
}

#[test]
fn data_sets_have_the_columns_of_their_views() {
    let mut platform = platform();
    let mut joined = visual(92, VisualKind::Table { columns: vec![field("is_large", FieldKind::Text)] });
    joined.source = VisualSource::Dataset(id("orders"));
    platform.dashboards[0].sheets[0].visuals.push(joined);
    let context = Context { platform: &platform, environment: &platform.environments[0] };
    let mut views = 0;
    for file in sql::plan(context, &[]).files {
        let sql::SqlContent::View(view) = file.content else { continue };
        let source = platform.shown().into_iter().find(|one| one.name() == view.name);
        let Some(source) = source else { continue };
        let shown: Vec<_> = source::columns(&platform, &source).into_iter().map(|one| one.name).collect();
        assert_eq!(shown, view.columns.iter().map(|one| one.name.clone()).collect::<Vec<_>>());
        views += 1;
    }
    assert_eq!(views, 3);
    let text = clean(&platform, "columns").remove(0);
    assert!(text.contains("customer_country") && !text.contains("\"payload\""), "{text}");
}

/// The rows of a table and of an aggregate are as new as the last load, however soon live rows arrive.
#[test]
fn sources_that_loads_change_are_refreshed_after_them() {
    let mut platform = platform();
    let ids = |platform: &Platform| -> Vec<String> {
        let context = Context { platform, environment: &platform.environments[0] };
        spice_datasets(context).into_iter().map(|(_, id)| id).collect()
    };
    let all = ["shop-dev-daily-sales", "shop-dev-customers", "shop-dev-orders"];
    assert_eq!(ids(&platform), all);
    platform.datasets[0].freshness = Freshness::Seconds;
    assert_eq!(ids(&platform), all);
    platform.datasets[0].schedule = Some(Schedule::Every(Period::minutes(15)));
    assert_eq!(ids(&platform), ["shop-dev-customers"]);
    let text = clean(&platform, "direct").remove(0);
    assert_eq!(text.matches("\"DIRECT_QUERY\"").count(), 2, "{text}");
}

#[test]
fn without_principals_there_are_no_permissions() {
    let mut platform = platform();
    assert!(clean(&platform, "groups").remove(0).contains("group/default/data-authors"));
    platform.environments[0].settings.principals = Principals::default();
    assert!(!clean(&platform, "no-groups").remove(0).contains("\"Permissions\""));
}

#[test]
fn groups_are_in_the_identity_region_and_namespace_of_the_account() {
    let mut platform = platform();
    let at_home = "arn:${AWS::Partition}:quicksight:${AWS::Region}:${AWS::AccountId}:group/default/";
    assert!(clean(&platform, "home").remove(0).contains(at_home));
    let principals = &mut platform.environments[0].settings.principals;
    principals.identity_region = Some("us-east-1".to_owned());
    principals.namespace = "retail".to_owned();
    let text = clean(&platform, "identity").remove(0);
    // Data set ×3, data source, theme, folder ×2, dashboard ×2.
    let there = "arn:${AWS::Partition}:quicksight:us-east-1:${AWS::AccountId}:group/retail/";
    assert_eq!(text.matches(there).count(), 9, "{text}");
    assert_eq!(text.matches(":group/").count(), 9, "{text}");
}

#[test]
fn a_data_set_with_rules_is_for_nothing_else() {
    let mut platform = platform();
    platform.environments[0].settings.principals.namespace = "retail".to_owned();
    let mut group = platform.datasets[1].columns[0].clone();
    group.name = id("group_name");
    platform.datasets[1].columns.push(group);
    platform.data_sets.push(crate::model::DataSetOptions {
        source: VisualSource::Aggregate(id("daily_sales")),
        mode: None,
        refreshes: Vec::new(),
        rows: Some(id("customers")),
    });
    let text = clean(&platform, "rules").remove(0);
    let template: serde_json::Value = serde_json::from_str(&text).expect("a template is JSON");
    let uses = |path: &str| template["Resources"][path]["Properties"]["UseAs"].clone();
    assert_eq!(uses("DataSetCustomersRules"), "RLS_RULES");
    assert_eq!(uses("DataSetDailySales"), serde_json::Value::Null);
    let rules = &template["Resources"]["DataSetDailySales"]["Properties"]["RowLevelPermissionDataSet"];
    assert_eq!(rules["Namespace"], "retail");
    let findings = strataform_dashboard::check(&template);
    assert!(findings.is_empty(), "{findings:#?}");
}

#[test]
fn a_group_of_authors_and_readers_is_named_once() {
    let mut platform = platform();
    platform.environments[0].settings.principals.readers.push("data-authors".to_owned());
    let text = clean(&platform, "both").remove(0);
    // Data set ×3, data source, theme, folder, dashboard.
    assert_eq!(text.matches("group/default/data-authors").count(), 7);
    assert_eq!(text.matches("group/default/analysts").count(), 2);
}

#[test]
fn hostile_text_stays_data() {
    let mut platform = platform();
    let hostile = format!("\"'<script>${{x}}\n{{{{resolve:ssm:y}}}}\\ {}", "long ".repeat(60));
    let dashboard = &mut platform.dashboards[0];
    dashboard.title = hostile.clone();
    dashboard.sheets[0].title = hostile.clone();
    dashboard.description = Some(hostile.clone());
    for control in &mut dashboard.controls {
        control.title = hostile.clone();
    }
    for visual in &mut dashboard.sheets[0].visuals {
        visual.title.clone_from(&hostile);
        visual.subtitle = Some(hostile.clone());
        if let VisualKind::Text { text } = &mut visual.kind {
            text.clone_from(&hostile);
        }
    }
    platform.title = hostile;
    let text = clean(&platform, "hostile").remove(0);
    assert!(!text.contains("{{resolve"), "{text}");
    let node = definition(&platform);
    let boxes = all(&node, "Content");
    assert!(boxes.len() == 1 && !boxes[0].contains("<script>") && boxes[0].contains("&lt;script&gt;"));
    assert!(all(&node, "PlainText").iter().all(|one| one.contains("<script>${x} {") && !one.contains('\n')));
}

#[test]
fn empty_titles_are_hidden() {
    let mut platform = platform();
    platform.dashboards[0].title = String::new();
    platform.dashboards[0].sheets[0].title = String::new();
    for visual in &mut platform.dashboards[0].sheets[0].visuals {
        visual.title = "\n".to_owned();
        visual.subtitle = Some(String::new());
    }
    clean(&platform, "empty");
    assert!(all(&definition(&platform), "PlainText").is_empty());
}

#[test]
fn dashboards_that_do_not_fit_go_to_further_stacks() {
    let mut platform = platform();
    let dashboard = platform.dashboards[0].clone();
    platform.dashboards = (0..30)
        .map(|at| {
            let mut dashboard = dashboard.clone();
            dashboard.name = id(&format!("board_{at}"));
            dashboard
        })
        .collect();
    let stacks = made(&platform);
    let texts = clean(&platform, "many");
    assert!(texts.len() > 1, "{:?}", texts.iter().map(String::len).collect::<Vec<_>>());
    let count: usize = texts.iter().map(|text| text.matches("AWS::QuickSight::Dashboard\"").count()).sum();
    assert_eq!(count, 30);
    assert_eq!(stacks[1].name.to_string(), "visualization-2");
    assert!(stacks[1].inputs.iter().all(|input| input.stack == stacks[0].name));
    assert_eq!(texts[1].matches("AWS::QuickSight::DataSet\"").count(), 0);
}

#[test]
fn thirty_visuals_stay_far_below_the_limit_of_a_template() {
    let mut platform = platform();
    let line = VisualKind::Line { x: day(), y: vec![revenue(); 5], color: None, area: false, forecast: None };
    platform.dashboards[0].sheets[0].visuals = (0..30).map(|at| visual(at, line.clone())).collect();
    assert!(clean(&platform, "thirty").remove(0).len() < 300_000);
}

#[test]
fn hours_stay_hours_and_each_aggregation_has_its_function() {
    use crate::model::expression::{Place, Reference, Scope};
    use crate::model::{Aggregation, Expression, Type, VisualKind};
    let mut platform = platform();
    let at = Reference { alias: None, column: id("ordered_at") };
    let scope = Scope { columns: vec![(at, Type::Timestamp, false)], dropped: Vec::new() };
    platform.aggregates[0].dimensions[0].expression =
        Expression::parse("date_trunc('hour', ordered_at)", &scope, Place::Row).unwrap();
    platform.dashboards[0].sheets[0].visuals.truncate(1);
    for (aggregation, expected) in [
        (Aggregation::Sum, "SUM"),
        (Aggregation::Average, "AVERAGE"),
        (Aggregation::Min, "MIN"),
        (Aggregation::Max, "MAX"),
        (Aggregation::Single, "MAX"),
        (Aggregation::Count, "COUNT"),
        (Aggregation::DistinctCount, "DISTINCT_COUNT"),
    ] {
        let VisualKind::Kpi { value, .. } = &mut platform.dashboards[0].sheets[0].visuals[0].kind else {
            panic!("the first visual is a KPI")
        };
        value.aggregation = aggregation;
        let node = definition(&platform);
        assert_eq!(all(&node, "DateGranularity"), ["HOUR"]);
        assert_eq!(all(&node, "SimpleNumericalAggregation"), [expected, "SUM"], "the value and its target");
    }
}

/// Live rows are queried, by the minute; a dataset with a name that differs only in underscores is another source.
#[test]
fn live_rows_are_a_source_of_their_own() {
    use crate::model::{FieldKind, VisualKind, VisualSource};
    let mut platform = platform();
    let orders = platform.datasets[0].name.clone();
    let mut other = platform.datasets[0].clone();
    other.name = id(&format!("{orders}_live"));
    let sources = [VisualSource::Live(orders.clone()), VisualSource::Dataset(other.name.clone())];
    platform.datasets.push(other);
    let field = |name: &str, kind| crate::model::Field {
        column: crate::model::Identifier::of_shown(name).expect("a column"),
        kind,
        format: None,
        aggregation: crate::model::Aggregation::Sum,
    };
    let line = VisualKind::Line {
        x: field("arrived__at", FieldKind::Date),
        y: vec![field("amount", FieldKind::Decimal)],
        color: None,
        area: false,
        forecast: None,
    };
    let count = VisualKind::Table { columns: vec![field("amount", FieldKind::Decimal)] };
    let visuals = [line, count].into_iter().zip(sources).enumerate().map(|(at, (kind, source))| {
        let mut made = visual(at, kind);
        made.source = source;
        made
    });
    platform.dashboards[0].sheets[0].visuals = visuals.collect();
    platform.dashboards[0].calculations.clear();
    platform.dashboards[0].controls.clear();
    platform.dashboards[0].filters.clear();
    assert_eq!(all(&definition(&platform), "DateGranularity"), ["MINUTE"]);
    let texts = clean(&platform, "live");
    let template: serde_json::Value = serde_json::from_str(&texts[0]).expect("JSON");
    let sets = template["Resources"].as_object().expect("resources").values();
    let sets = sets.filter(|one| one["Type"] == "AWS::QuickSight::DataSet").map(|one| &one["Properties"]);
    let found: BTreeSet<_> = sets
        .map(|set| {
            let table = set["PhysicalTableMap"].as_object().expect("a table").values().next().expect("one");
            let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
            let name = text(&table["RelationalTable"]["Name"]);
            (text(&set["DataSetId"]), name, text(&set["ImportMode"]))
        })
        .collect();
    let owned = |all: [&str; 3]| (all[0].to_owned(), all[1].to_owned(), all[2].to_owned());
    let expected = [
        owned(["shop-dev-orders--live", "orders__live", "DIRECT_QUERY"]),
        owned(["shop-dev-orders-live", "orders_live", "SPICE"]),
    ];
    assert_eq!(found, BTreeSet::from(expected));
}

/// A run starts an ingestion and does not wait for it.
#[test]
fn an_ingestion_that_fails_is_an_alarm() {
    let texts = clean(&platform(), "alarms");
    let template: serde_json::Value = serde_json::from_str(&texts[0]).expect("JSON");
    let resources = template["Resources"].as_object().expect("resources");
    let of = |kind: &str| resources.values().filter(|one| one["Type"] == kind).collect::<Vec<_>>();
    let sets = of("AWS::QuickSight::DataSet");
    let spice = sets.iter().filter(|set| set["Properties"]["ImportMode"] == "SPICE");
    let spice: BTreeSet<_> = spice.map(|set| set["Properties"]["DataSetId"].to_string()).collect();
    let alarms = of("AWS::CloudWatch::Alarm");
    let watched: BTreeSet<_> =
        alarms.iter().map(|alarm| alarm["Properties"]["Dimensions"][0]["Value"].to_string()).collect();
    assert!(!spice.is_empty());
    assert_eq!(watched, spice);
    assert!(alarms.iter().all(|alarm| alarm["Properties"]["MetricName"] == "IngestionErrorCount"));
}

//! Valid files, and their models.

use std::fs;

use strataform::diagnostic::SourceFile;
use strataform::model::{
    Action, Aggregation, FileFormat, Orientation, Partition, Period, Platform, Schedule, Source, Stacking,
    Stage, Subnets, Type, VisualKind, VisualSource, WarehouseKind,
};
use strataform::spec::{self, GRAMMAR};

fn platform(name: &str) -> Platform {
    let path = super::files("valid", "toml").into_iter().find(|path| path.ends_with(name));
    let (platform, faults) = spec::read(&super::source(&path.expect("the file exists")));
    assert_eq!(faults, [], "{name}");
    platform.expect("without faults there is a platform")
}

#[test]
fn the_example_of_the_design_is_read_with_the_defaults() {
    let platform = platform("design.toml");
    assert_eq!((platform.name.as_str(), platform.title.as_str()), ("clickstream", "Clickstream"));
    let dataset = platform.dataset("page_view").expect("the dataset exists");
    assert_eq!((dataset.source.clone(), dataset.partition), (Source::Stream, Partition::Day));
    assert_eq!((dataset.late, dataset.ahead, dataset.max_rejected), (Period::days(3), Period::days(1), 10));
    let curated: Vec<(String, Type)> =
        dataset.curated().map(|column| (column.name.to_string(), column.data_type)).collect();
    assert_eq!(curated[5], ("email".to_owned(), Type::String { length: 64 }));
    assert_eq!(curated.last(), Some(&("is_sale".to_owned(), Type::Boolean)));
    assert_eq!(dataset.expectations[0].action, Action::Quarantine);
    let dev = platform.environment("dev").expect("the environment exists");
    assert_eq!((dev.region.as_str(), dev.protected, &dev.account), ("eu-west-1", false, &None));
    let kept = dev.settings.retention;
    let days = [kept.stream, kept.raw, kept.curated, kept.quarantine, kept.logs].map(Period::as_days);
    assert_eq!(days, [1, 90, 390, 30, 90]);
    assert_eq!(dev.settings.schedule, Schedule::Every(Period::minutes(60)));
    assert_eq!(dev.settings.network.subnets, Subnets::Own { cidr: "10.20.0.0/16".to_owned(), zones: 3 });
    let visual = &platform.dashboards[0].sheets[0].visuals[0];
    assert_eq!((visual.name.as_str(), visual.title.as_str()), ("line_daily_sales", "Revenue by day"));
}

#[test]
fn every_key_reaches_the_model() {
    let platform = platform("every_key.toml");
    assert_eq!(platform.divisions, Some(4));
    let orders = platform.dataset("orders").expect("the dataset exists");
    assert_eq!((orders.ahead, orders.max_rejected), (Period::minutes(6 * 60), 5));
    let pairs: Vec<String> =
        orders.joins.iter().map(|join| format!("{} {} {:?}", join.alias, join.dimension, join.on)).collect();
    assert_eq!(
        pairs,
        [r#"customer customers [("customer_id", "id")]"#, r#"shop shops [("shop_id", "shop_id")]"#]
    );
    let expectation = &orders.expectations[1];
    assert_eq!((expectation.action, expectation.threshold), (Action::Warn, 95));
    let customers = platform.dataset("customers").expect("the dataset exists");
    assert_eq!(customers.source, Source::Files { format: FileFormat::Csv { delimiter: ';' } });
    assert_eq!(customers.schedule, Some(Schedule::OnArrival));
    assert_eq!(platform.aggregates[0].joins, ["customer"]);
}

#[test]
fn environments_override_the_settings_of_the_platform() {
    let platform = platform("every_key.toml");
    let dev = platform.environment("dev").expect("the environment exists");
    let prod = platform.environment("prod").expect("the environment exists");
    assert_eq!((prod.protected, prod.account.as_deref()), (true, Some("111122223333")));
    assert_eq!((dev.base_volume, prod.base_volume), (dev.settings.volume, dev.settings.volume));
    assert_eq!(prod.settings.volume.to_string(), "20 GB/day");
    assert_eq!(prod.settings.retention.curated, Period::days(3 * 365));
    assert_eq!(prod.settings.retention.raw, dev.settings.retention.raw);
    assert_eq!(prod.settings.schedule, Schedule::Daily { hour: 3, minute: 15 });
    assert!(
        matches!(&prod.settings.network.subnets, Subnets::Existing { subnets, .. } if subnets.len() == 3)
    );
    let kind = WarehouseKind::Serverless { base: Some(8), most: Some(64), daily_limit: Some(400) };
    assert_eq!(dev.settings.warehouse.kind, kind);
    let kind = WarehouseKind::Provisioned { node_type: "ra3.xlplus".to_owned(), nodes: 4 };
    assert_eq!(
        (prod.settings.warehouse.kind.clone(), prod.settings.warehouse.database.as_str()),
        (kind, "shop")
    );
    assert_eq!(prod.settings.principals.authors, ["shop-authors"]);
    assert_eq!(prod.settings.principals.readers, ["everybody"]);
    let regions = [dev, prod].map(|one| one.settings.principals.identity_region.as_deref());
    assert_eq!(regions, [Some("us-east-1"), Some("eu-central-1")]);
    assert_eq!(prod.settings.principals.namespace, "retail");
    assert_eq!(prod.settings.principals.analysts.len(), 2);
    assert_eq!((dev.settings.tags.len(), prod.settings.tags.len()), (2, 3));
    let set: Vec<(Stage, &str, &str)> =
        prod.overrides.iter().map(|one| (one.stage, one.resource.as_str(), one.property.as_str())).collect();
    assert_eq!(set[0], (Stage::Storage, "RawBucket", "VersioningConfiguration.Status"));
    assert_eq!(set[1], (Stage::Ingestion, "OrdersStream", "RetentionPeriodHours"));
    assert_eq!((dev.overrides.len(), set.len()), (1, 4));
}

#[test]
fn every_kind_of_visual_is_read() {
    let platform = platform("every_key.toml");
    let visuals = &platform.dashboards[0].sheets[0].visuals;
    assert_eq!(visuals.len(), spec::visuals().count() + 1);
    let names: Vec<&str> = visuals.iter().map(|visual| visual.name.as_str()).collect();
    assert_eq!(&names[..4], ["revenue", "line_daily_sales", "bar_daily_sales", "bar_daily_sales_2"]);
    let VisualKind::Bar { stacking, orientation, y, .. } = &visuals[2].kind else {
        panic!("{:?}", visuals[2])
    };
    assert_eq!((*stacking, *orientation, y.len()), (Stacking::Stacked, Orientation::Horizontal, 2));
    let table = visuals.iter().find(|visual| matches!(visual.kind, VisualKind::Table { .. }));
    let source = table.map(|table| &table.source);
    assert!(matches!(source, Some(VisualSource::Dataset(name)) if name.as_str() == "orders"));
}

/// A key that is in no file is not tested.
#[test]
fn every_key_of_the_grammar_is_in_a_valid_file() {
    let files = super::files("valid", "toml");
    let text: String = files.iter().map(|path| fs::read_to_string(path).expect("it can be read")).collect();
    let words: Vec<&str> = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
    for section in GRAMMAR.iter().copied().chain(spec::visuals()) {
        for key in section.keys {
            assert!(words.contains(&key.name), "`{}` of {} is in no valid file", key.name, section.name);
        }
    }
}

/// Each number of a dashboard is aggregated as its measure allows, whatever its text looks like.
#[test]
fn numbers_are_aggregated_by_what_they_measure() {
    let base = fs::read_to_string("tests/spec/shop.toml").unwrap();
    let (base, _) = base.split_once("[dashboard.sales]").unwrap();
    let text = format!(
        r#"{base}
[aggregate.stay]
from = "orders"
group_by = {{ order = "order_id", month = "date_trunc('month', ordered_at)" }}
measure = {{ airports = "count(*) filter (where country = 'a/b')", thousands = "sum(amount) / 1000", least = "cast(min(amount) as bigint)", most = "max(amount)", orders = "count(distinct order_id)", mean = "avg(amount)", customer = "max(country)" }}

[dashboard.sales.calculate.stay]
ratio = "sum({{thousands}}) / sum({{airports}})"

[[dashboard.sales.visual]]
kind = "line"
data = "stay"
x = "month"
y = ["airports", "thousands", "least", "most", "orders", "ratio", "mean", "customer"]
aggregate = {{ mean = "average", customer = "distinct_count" }}

[[dashboard.sales.visual]]
kind = "pivot"
data = "stay"
rows = ["month"]
columns = ["order"]
values = ["mean", "orders"]
"#
    );
    let (platform, faults) = spec::read(&SourceFile { path: "platform.toml".into(), text });
    assert_eq!(faults, []);
    let platform = platform.expect("without faults there is a platform");
    let aggregations = |at: usize| -> Vec<(String, Aggregation)> {
        let visuals: Vec<_> = platform.dashboards[0].visuals().collect();
        let (VisualKind::Line { y: values, .. } | VisualKind::Pivot { values, .. }) = &visuals[at].kind
        else {
            panic!("a line or a pivot")
        };
        values.iter().map(|field| (field.column.to_string(), field.aggregation)).collect()
    };
    let named = |all: &[(&str, Aggregation)]| -> Vec<(String, Aggregation)> {
        all.iter().map(|(name, one)| ((*name).to_owned(), *one)).collect()
    };
    let expected = [
        ("airports", Aggregation::Sum),
        ("thousands", Aggregation::Sum),
        ("least", Aggregation::Min),
        ("most", Aggregation::Max),
        // Each group has one order of its own.
        ("orders", Aggregation::Sum),
        ("ratio", Aggregation::Calculated),
        ("mean", Aggregation::Average),
        ("customer", Aggregation::DistinctCount),
    ];
    assert_eq!(aggregations(0), named(&expected));
    assert_eq!(aggregations(1), named(&[("mean", Aggregation::Single), ("orders", Aggregation::Single)]));
}

//! A small handwritten platform, for the tests of modules that read the model.

use std::collections::BTreeMap;

use super::expression::{Place, Reference, Scope};
use super::*;

fn id(text: &str) -> Identifier {
    Identifier::new(text).expect("a fixture's names are valid")
}

fn column(name: &str, data_type: Type) -> Column {
    Column { name: id(name), data_type, nullable: true, sensitivity: None, description: None }
}

/// An expression over the times of an order and the country of its customer.
pub(crate) fn of_order(text: &str) -> Expression {
    let time = |name| (Reference { alias: None, column: id(name) }, Type::Timestamp, false);
    let country = Reference { alias: Some(id("customer")), column: id("country") };
    let columns = vec![time("ordered_at"), time("shipped_at"), (country, Type::String { length: 2 }, true)];
    let scope = Scope { columns, dropped: Vec::new() };
    Expression::parse(text, &scope, Place::Row).expect("a fixture's expressions are valid")
}

/// A stream of orders, files of customers, one aggregate, one dashboard, one environment.
#[expect(clippy::too_many_lines, reason = "a platform literal is linear")]
pub(crate) fn platform() -> Platform {
    let orders = Dataset {
        name: id("orders"),
        description: Some("One row an order.".to_owned()),
        source: Source::Stream,
        role: Role::Fact,
        key: vec![id("order_id")],
        event_time: Some(id("ordered_at")),
        partition: Partition::Day,
        table_format: TableFormat::Parquet,
        columns: vec![
            Column { nullable: false, ..column("order_id", Type::String { length: 36 }) },
            Column { nullable: false, ..column("ordered_at", Type::Timestamp) },
            column("customer_id", Type::Bigint),
            column("amount", Type::Decimal { precision: 12, scale: 2 }),
            Column { sensitivity: Some(Sensitivity::Hash), ..column("email", Type::String { length: 254 }) },
            column("payload", Type::Json),
        ],
        derived: vec![Derived {
            name: id("is_large"),
            expression: Expression::assumed("amount > 100", Type::Boolean),
            description: None,
        }],
        expectations: vec![Expectation {
            name: id("positive_amount"),
            expression: Expression::assumed("amount >= 0", Type::Boolean),
            action: Action::Quarantine,
            threshold: 95,
        }],
        joins: vec![Join {
            alias: id("customer"),
            dimension: id("customers"),
            on: vec![(id("customer_id"), id("customer_id"))],
        }],
        freshness: Freshness::Seconds,
        late: Period::days(3),
        ahead: Period::days(1),
        max_rejected: 10,
        deletions: Deletions::Never,
        catalogue: Catalogue::Declared,
        volume: None,
        record_size: RecordSize::Assumed,
        schedule: None,
        renamed: Vec::new(),
        identities: Identities::default(),
    };
    let customers = Dataset {
        name: id("customers"),
        description: None,
        source: Source::Files { format: FileFormat::Csv { delimiter: ',' } },
        role: Role::Dimension,
        key: vec![id("customer_id")],
        event_time: None,
        partition: Partition::Whole,
        columns: vec![
            Column { nullable: false, ..column("customer_id", Type::Bigint) },
            column("country", Type::String { length: 2 }),
        ],
        derived: Vec::new(),
        expectations: Vec::new(),
        joins: Vec::new(),
        freshness: Freshness::Scheduled,
        schedule: Some(Schedule::OnArrival),
        ..orders.clone()
    };
    let daily = Aggregate {
        name: id("daily_sales"),
        description: None,
        from: id("orders"),
        joins: vec![id("customer")],
        filter: None,
        dimensions: vec![
            Dimension { name: id("day"), expression: of_order("date_trunc('day', ordered_at)") },
            Dimension { name: id("country"), expression: of_order("customer.country") },
        ],
        measures: vec![Measure {
            name: id("revenue"),
            expression: Expression::assumed("sum(amount)", Type::Decimal { precision: 38, scale: 2 }),
        }],
    };
    let field =
        |column: &str, kind| Field { column: id(column), kind, format: None, aggregation: Aggregation::Sum };
    let sales = Dashboard {
        name: id("sales"),
        title: "Sales".to_owned(),
        description: None,
        analysis: false,
        parameters: Vec::new(),
        calculations: Vec::new(),
        controls: vec![
            Control {
                column: id("day"),
                title: "Day".to_owned(),
                kind: FieldKind::Date,
                style: ControlStyle::Relative { days: 90 },
            },
            Control {
                column: id("country"),
                title: "Country".to_owned(),
                kind: FieldKind::Text,
                style: ControlStyle::Dropdown,
            },
        ],
        filters: Vec::new(),
        sheets: vec![Sheet {
            id: "1".to_owned(),
            title: "Sales".to_owned(),
            visuals: vec![Visual {
                name: id("line_daily_sales"),
                title: "Revenue a day".to_owned(),
                subtitle: None,
                kind: VisualKind::Line {
                    x: field("day", FieldKind::Date),
                    y: vec![field("revenue", FieldKind::Decimal)],
                    color: Some(field("country", FieldKind::Text)),
                    area: false,
                    forecast: None,
                },
                source: VisualSource::Aggregate(id("daily_sales")),
                width: None,
                height: None,
                default_size: GridSize::CHART,
                at: None,
                drill: Vec::new(),
                highlights: Vec::new(),
            }],
        }],
    };
    Platform {
        name: Slug::new("shop", Slug::LONGEST_PLATFORM).expect("a fixture's names are valid"),
        title: "Shop".to_owned(),
        description: None,
        owner: "sales-data".to_owned(),
        datasets: vec![orders, customers],
        aggregates: vec![daily],
        dashboards: vec![sales],
        data_sets: Vec::new(),
        theme: Theme::default(),
        environments: vec![environment()],
        divisions: None,
        policy: super::Policy::default(),
        places: Places::default(),
    }
}

fn environment() -> Environment {
    let volume = Volume::parse("1 GB/day").expect("a fixture's volume is valid");
    Environment {
        name: Slug::new("dev", Slug::LONGEST_ENVIRONMENT).expect("a fixture's names are right"),
        account: Some("111122223333".to_owned()),
        region: "eu-west-1".to_owned(),
        protected: false,
        base_volume: volume,
        settings: Settings {
            volume,
            retention: Retention {
                stream: Period::days(1),
                raw: Period::days(90),
                curated: Period::days(390),
                quarantine: Period::days(30),
                logs: Period::days(90),
            },
            schedule: Schedule::Every(Period::minutes(60)),
            alarms: Alarms { emails: vec!["data@example.com".to_owned()] },
            network: Network { subnets: Subnets::Own { cidr: "10.20.0.0/16".to_owned(), zones: 3 } },
            warehouse: Warehouse {
                kind: WarehouseKind::Serverless { base: None, most: None, daily_limit: None },
                database: "analytics".to_owned(),
            },
            principals: Principals {
                authors: vec!["data-authors".to_owned()],
                readers: vec!["analysts".to_owned()],
                ..Principals::default()
            },
            tags: BTreeMap::from([("cost-centre".to_owned(), "4711".to_owned())]),
        },
        overrides: Vec::new(),
        suppressions: Vec::new(),
        declared: Declarations::new(),
    }
}

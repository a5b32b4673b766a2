//! A platform whose dashboard has every kind of visual and control, and its stacks.

use strataform_template::{Id, List, Text, Value};

use crate::model::{
    Aggregation, Control, ControlStyle, Field, FieldKind, Freshness, GridSize, Identifier, NumberFormat,
    Orientation, PieShape, Platform, Stacking, Stage, Visual, VisualKind, VisualSource, fixture,
};
use crate::platform::visualization::{draw, stacks};
use crate::platform::{Context, Stack, StackName, aggregation};

pub(super) fn id(text: &str) -> Identifier {
    Identifier::new(text).expect("names in tests are valid")
}

pub(super) fn field(column: &str, kind: FieldKind) -> Field {
    Field { column: id(column), kind, format: None, aggregation: Aggregation::Sum }
}

pub(super) fn day() -> Field {
    field("day", FieldKind::Date)
}

pub(super) fn country() -> Field {
    field("country", FieldKind::Text)
}

pub(super) fn revenue() -> Field {
    let format = Some(NumberFormat::Currency { code: "EUR".to_owned(), decimals: 0 });
    Field { format, ..field("revenue", FieldKind::Decimal) }
}

/// Every kind of visual over the aggregate of the fixture, and two over its dataset.
fn kinds() -> Vec<VisualKind> {
    let share =
        Field { format: Some(NumberFormat::Percent { decimals: 1 }), ..field("revenue", FieldKind::Decimal) };
    let plain = Field { format: Some(NumberFormat::Number { decimals: 2 }), ..revenue() };
    vec![
        VisualKind::Kpi { value: revenue(), trend: Some(day()), target: Some(revenue()) },
        VisualKind::Kpi { value: share, trend: None, target: None },
        VisualKind::Line { x: day(), y: vec![revenue()], color: Some(country()), area: true, forecast: None },
        VisualKind::Line { x: day(), y: vec![revenue()], color: None, area: false, forecast: Some(14) },
        VisualKind::Bar {
            x: country(),
            y: vec![revenue(), country()],
            color: None,
            stacking: Stacking::Clustered,
            orientation: Orientation::Horizontal,
        },
        VisualKind::Bar {
            x: day(),
            y: vec![revenue()],
            color: Some(country()),
            stacking: Stacking::Percent,
            orientation: Orientation::Vertical,
        },
        VisualKind::Combo { x: day(), bars: vec![revenue()], lines: vec![plain, day()] },
        VisualKind::Pie { x: country(), y: revenue(), shape: PieShape::Donut },
        VisualKind::Pie { x: country(), y: revenue(), shape: PieShape::Whole },
        VisualKind::Funnel { x: country(), y: revenue() },
        VisualKind::Table { columns: vec![day(), country(), revenue()] },
        VisualKind::Pivot { rows: vec![country()], columns: vec![day()], values: vec![revenue()] },
        VisualKind::Pivot { rows: vec![country(), day()], columns: Vec::new(), values: vec![revenue()] },
        VisualKind::HeatMap { rows: country(), columns: day(), value: revenue() },
        VisualKind::Scatter { x: revenue(), y: revenue(), category: Some(country()), size: Some(revenue()) },
        VisualKind::Scatter { x: revenue(), y: revenue(), category: None, size: None },
        VisualKind::Gauge { value: revenue(), target: Some(revenue()), range: Some((0.0, 1_000.5)) },
        VisualKind::TreeMap { x: country(), y: revenue(), shade: Some(revenue()) },
        VisualKind::Sankey { from: country(), to: country(), weight: revenue() },
        VisualKind::Histogram { x: revenue(), bins: 12 },
        VisualKind::Waterfall { x: day(), y: revenue(), color: Some(country()) },
        VisualKind::Text { text: "First.\n\nSecond & last.".to_owned() },
    ]
}

pub(super) fn visual(at: usize, kind: VisualKind) -> Visual {
    // A text box does not use its source, so any source must do.
    let source = match kind {
        VisualKind::Text { .. } => VisualSource::Dataset(id("nowhere")),
        _ => VisualSource::Aggregate(id("daily_sales")),
    };
    Visual {
        name: id(&format!("visual_{at}")),
        title: format!("Visual {at}"),
        subtitle: at.is_multiple_of(2).then(|| "Below it".to_owned()),
        kind,
        source,
        width: None,
        height: None,
        default_size: GridSize::CHART,
        at: None,
        drill: Vec::new(),
        highlights: Vec::new(),
    }
}

/// A platform with one dashboard of every kind of visual and control, over an aggregate and two datasets.
pub(super) fn platform() -> Platform {
    let mut platform = fixture::platform();
    platform.datasets[0].freshness = Freshness::Scheduled;
    let dashboard = &mut platform.dashboards[0];
    dashboard.sheets[0].visuals =
        kinds().into_iter().enumerate().map(|(at, kind)| visual(at, kind)).collect();
    let mut orders =
        visual(90, VisualKind::Kpi { value: field("amount", FieldKind::Decimal), trend: None, target: None });
    orders.source = VisualSource::Dataset(id("orders"));
    let mut customers = visual(91, VisualKind::Table { columns: vec![country()] });
    customers.source = VisualSource::Dataset(id("customers"));
    dashboard.sheets[0].visuals.extend([orders, customers]);
    let control = |column: &str, kind| {
        let style = match kind {
            FieldKind::Date => ControlStyle::Relative { days: 90 },
            FieldKind::Text => ControlStyle::Dropdown,
            FieldKind::Integer | FieldKind::Decimal => ControlStyle::Slider { least: 0, most: 10 },
        };
        Control { column: id(column), title: column.to_owned(), kind, style }
    };
    dashboard.controls = vec![
        control("day", FieldKind::Date),
        control("country", FieldKind::Text),
        control("revenue", FieldKind::Decimal),
        control("nowhere", FieldKind::Text),
    ];
    platform
}

pub(super) fn made(platform: &Platform) -> Vec<Stack> {
    let context = Context { platform, environment: &platform.environments[0] };
    let mut other = Stack::new(StackName::first(Stage::Aggregation), String::new());
    let text = || Value::<Text>::assumed("x".into());
    let subnets: Value<List<Id<strataform_resources::kind::EC2Subnet>>> = Value::assumed("s".into());
    let aggregation = aggregation::Exports {
        warehouse: other.export("name", text(), ""),
        warehouse_arn: other.export("arn", Value::assumed("a".into()), ""),
        host: other.export("host", text(), ""),
        reader_secret: other.export("secret", Value::assumed("a".into()), ""),
        copy_role: other.export("copy", Value::assumed("a".into()), ""),
        subnets: other.export("subnets", subnets, ""),
        client_group: other.export("group", Value::assumed("g".into()), ""),
    };
    let topic = other.export("topic", Value::assumed("t".into()), "");
    stacks(context, &aggregation, &draw(context), &topic)
}

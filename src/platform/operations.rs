//! The CloudWatch dashboard for operations: every dataset from its stream to its load, and the warehouse.

use serde::Serialize;
use serde_json::{Value as Json, json};
use strataform_resources::cloudwatch::Dashboard;
use strataform_template::{IntoValue, Node, Scalar, Text, Value, join, pseudo};

use super::{Context, Stack, aggregation};
use crate::model::{Dataset, WarehouseKind};

/// The width of a dashboard.
const WIDTH: u32 = 24;

/// The height of a graph.
const HEIGHT: u32 = 6;

/// Number of datasets from which each one has three graphs instead of five, to keep the page readable.
const MANY: usize = 16;

/// The placeholder for the region in the body, which is a single string; no name contains it.
const REGION: &str = "@region@";

/// The placeholder for the account; no name contains it.
const ACCOUNT: &str = "@account@";

/// The placeholder for the partition; no name contains it.
const PARTITION: &str = "@partition@";

#[derive(Serialize)]
struct Body {
    start: &'static str,
    widgets: Vec<Widget>,
}

#[derive(Serialize)]
struct Widget {
    #[serde(rename = "type")]
    kind: &'static str,
    x: u32,
    y: u32,
    width: u32,
    height: u32,
    properties: Json,
}

/// A graph: its title, statistic and metrics.
struct Graph {
    title: &'static str,
    stat: &'static str,
    lines: Vec<Vec<Json>>,
}

/// Adds the dashboard of a stack's datasets; the one of the first stack also shows the warehouse.
pub fn add(stack: &mut Stack, context: Context<'_>, datasets: &[&Dataset]) {
    let mut widgets = Vec::new();
    let mut y = 0;
    if stack.name.part <= 1 {
        row(&mut widgets, &mut y, "# Warehouse", warehouse(context));
    }
    for dataset in datasets {
        let title = format!("# {}", escaped(dataset.name.as_str()));
        let detail = if datasets.len() >= MANY { Detail::Brief } else { Detail::Full };
        let graphs = graphs(context, dataset, detail);
        row(&mut widgets, &mut y, &title, graphs);
    }
    let body = text(&Body { start: "-P1D", widgets });
    let name = match stack.name.part {
        0 | 1 => context.prefix(),
        part => format!("{}-{part}", context.prefix()),
    };
    let dashboard = Dashboard::new(body_value(&body)).dashboard_name(name);
    stack.add("operations/dashboard", dashboard);
}

#[expect(clippy::expect_used, reason = "structs with text keys and whole numbers are always JSON")]
fn text(body: &Body) -> String {
    serde_json::to_string(body).expect("JSON")
}

/// The body with the region, account and partition in their places. It uses `Fn::Join`, not `Fn::Sub`, so that no
/// text in the body is mistaken for a substitution.
fn body_value(body: &str) -> Value<Text> {
    let mut parts = vec![Node::from(body.to_owned())];
    let places = [
        (REGION, pseudo::region().into_node()),
        (ACCOUNT, pseudo::account_id().into_node()),
        (PARTITION, pseudo::partition().into_node()),
    ];
    for (place, value) in places {
        parts = parts.into_iter().flat_map(|part| put(part, place, &value)).collect();
    }
    let parts: Vec<Value<Scalar>> = parts.into_iter().map(Value::assumed).collect();
    join("", parts).into_value()
}

/// A part with the value in place of each placeholder.
fn put(part: Node, place: &str, value: &Node) -> Vec<Node> {
    let Some(text) = part.as_str() else { return vec![part] };
    let mut parts = Vec::new();
    for piece in text.split(place) {
        parts.extend([Node::from(piece.to_owned()), value.clone()]);
    }
    parts.pop();
    parts
}

/// Escapes the characters that have a meaning in Markdown.
fn escaped(text: &str) -> String {
    let mut whole = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii_punctuation() {
            whole.push('\\');
        }
        whole.push(character);
    }
    whole
}

/// Adds a heading, and the graphs below it in one row.
fn row(widgets: &mut Vec<Widget>, y: &mut u32, title: &str, graphs: Vec<Graph>) {
    let properties = json!({ "markdown": title });
    widgets.push(Widget { kind: "text", x: 0, y: *y, width: WIDTH, height: 1, properties });
    let count = u32::try_from(graphs.len()).unwrap_or(1).max(1);
    let width = WIDTH / count;
    for (at, graph) in (0..).zip(graphs) {
        let properties = json!({
            "title": graph.title,
            "region": REGION,
            "stat": graph.stat,
            "period": 300,
            "view": "timeSeries",
            "metrics": graph.lines,
        });
        widgets.push(Widget { kind: "metric", x: at * width, y: *y + 1, width, height: HEIGHT, properties });
    }
    *y += HEIGHT + 1;
}

fn line(namespace: &str, metric: &str, dimensions: &[(&str, &str)]) -> Vec<Json> {
    let dimensions = dimensions.iter().flat_map(|(name, value)| [json!(name), json!(value)]);
    [json!(namespace), json!(metric)].into_iter().chain(dimensions).collect()
}

/// How many graphs a dataset has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Detail {
    /// All graphs.
    Full,
    /// Only the most important graphs.
    Brief,
}

fn graphs(context: Context<'_>, dataset: &Dataset, detail: Detail) -> Vec<Graph> {
    let (stream, short) = (context.dataset_name(&dataset.name), context.short_name(&dataset.name));
    let kinesis = |metric| line("AWS/Kinesis", metric, &[("StreamName", &stream)]);
    let firehose = |metric| line("AWS/Firehose", metric, &[("DeliveryStreamName", &short)]);
    let job = |metric| {
        let of = [
            ("platform", context.platform.name.as_str()),
            ("environment", context.environment.name.as_str()),
            ("dataset", dataset.name.as_str()),
        ];
        line("Strataform", metric, &of)
    };
    let machine = format!("arn:{PARTITION}:states:{REGION}:{ACCOUNT}:stateMachine:{short}");
    let runs = |metric| line("AWS/States", metric, &[("StateMachineArn", &machine)]);
    let graph = |title, stat, lines| Graph { title, stat, lines };
    let mut all = Vec::new();
    if dataset.source.has_stream() {
        let incoming = vec![kinesis("IncomingRecords"), kinesis("IncomingBytes")];
        all.push(graph("Incoming", "Sum", incoming));
        if detail == Detail::Full {
            let age =
                vec![kinesis("GetRecords.IteratorAgeMilliseconds"), firehose("DeliveryToS3.DataFreshness")];
            all.push(graph("Age", "Maximum", age));
        }
    }
    all.push(graph("Job records", "Sum", vec![job("rows_in"), job("rows_out"), job("rows_quarantined")]));
    if detail == Detail::Full {
        all.push(graph("Job duration (s)", "Maximum", vec![job("seconds")]));
    }
    let outcomes = vec![runs("ExecutionsSucceeded"), runs("ExecutionsFailed"), runs("ExecutionsTimedOut")];
    all.push(graph("Runs", "Sum", outcomes));
    all
}

fn warehouse(context: Context<'_>) -> Vec<Graph> {
    let name = aggregation::warehouse_name(context);
    let graph = |title, stat, lines| Graph { title, stat, lines };
    match context.environment.settings.warehouse.kind {
        WarehouseKind::Serverless { .. } => {
            let seconds = line("AWS/Redshift-Serverless", "ComputeSeconds", &[("Workgroup", &name)]);
            // The metric has more dimensions than the workgroup; a search expression does not need to name them.
            let queries = format!(
                "SEARCH('Namespace=\"AWS/Redshift-Serverless\" MetricName=\"QueriesCompletedPerSecond\" \
                 Workgroup=\"{name}\"', 'Average')"
            );
            vec![
                graph("Compute seconds", "Sum", vec![seconds]),
                graph("Queries per second", "Average", vec![vec![json!({ "expression": queries })]]),
            ]
        }
        WarehouseKind::Provisioned { .. } => {
            let of = |metric| line("AWS/Redshift", metric, &[("ClusterIdentifier", &name)]);
            vec![
                graph("CPU utilization", "Average", vec![of("CPUUtilization")]),
                graph("Connections", "Maximum", vec![of("DatabaseConnections")]),
            ]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Stage, fixture};
    use crate::platform::StackName;

    fn body(copies: usize) -> Json {
        let platform = fixture::platform();
        let context = Context { platform: &platform, environment: &platform.environments[0] };
        let mut stack = Stack::new(StackName::first(Stage::Processing), String::new());
        add(&mut stack, context, &vec![&platform.datasets[0]; copies]);
        let text = stack.template().to_json().expect("whole");
        assert!([REGION, ACCOUNT, PARTITION].iter().all(|place| !text.contains(place)), "{text}");
        let template: Json = serde_json::from_str(&text).expect("JSON");
        let parts =
            &template["Resources"]["OperationsDashboard"]["Properties"]["DashboardBody"]["Fn::Join"][1];
        let parts = parts.as_array().expect("parts").iter().map(|part| part.as_str().unwrap_or("x"));
        serde_json::from_str(&parts.collect::<String>()).expect("the body is JSON")
    }

    #[test]
    fn a_dashboard_stays_within_its_limits() {
        for copies in [1, 24, 64] {
            let body = body(copies);
            let widgets = body["widgets"].as_array().expect("widgets");
            assert!(widgets.len() <= 500, "{}", widgets.len());
            for widget in widgets {
                let end = widget["x"].as_u64().zip(widget["width"].as_u64()).map(|(x, width)| x + width);
                assert!(end <= Some(24), "{widget}");
            }
        }
    }

    #[test]
    fn a_heading_escapes_markdown() {
        assert_eq!(escaped("page_view"), "page\\_view");
        assert_eq!(body(1)["widgets"][3]["properties"]["markdown"], "# orders");
    }
}

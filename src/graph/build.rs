//! [`of`]: the graph of a platform in an environment.

use super::{Edge, EdgeKind, Graph, Node, NodeKind};
use crate::model::{
    Aggregate, Dashboard, Dataset, Environment, FileFormat, Freshness, Platform, Role, Source, VisualSource,
};

/// Builds the graph of a platform in an environment.
#[must_use]
pub fn of(platform: &Platform, environment: &Environment) -> Graph {
    let mut builder = Builder { platform, environment, nodes: Vec::new(), edges: Vec::new() };
    builder.buckets();
    for (row, dataset) in platform.datasets.iter().enumerate() {
        builder.dataset(row, dataset);
    }
    for aggregate in &platform.aggregates {
        builder.aggregate(aggregate);
    }
    for dashboard in &platform.dashboards {
        builder.dashboard(dashboard);
    }
    builder.alarms();
    Graph {
        title: format!("{} · {}", platform.title, environment.name),
        description: format!(
            "{} datasets go from their sources through ingestion, storage, processing and the warehouse to {} dashboards.",
            platform.datasets.len(),
            platform.dashboards.len()
        ),
        nodes: builder.nodes,
        edges: builder.edges,
    }
}

struct Builder<'a> {
    platform: &'a Platform,
    environment: &'a Environment,
    nodes: Vec<Node>,
    edges: Vec<Edge>,
}

impl Builder<'_> {
    fn node(&mut self, kind: NodeKind, id: String, row: Option<usize>, label: &str, detail: String) {
        self.nodes.push(Node { id, label: label.to_owned(), detail, kind, row });
    }

    fn edge(&mut self, kind: EdgeKind, from: impl Into<String>, to: impl Into<String>, label: &'static str) {
        let edge = Edge { from: from.into(), to: to.into(), label, kind };
        if !self.edges.contains(&edge) {
            self.edges.push(edge);
        }
    }

    fn data(&mut self, from: impl Into<String>, to: impl Into<String>) {
        self.edge(EdgeKind::Data, from, to, "");
    }

    fn buckets(&mut self) {
        let buckets = [
            (NodeKind::Raw, "raw", "Raw"),
            (NodeKind::Curated, "curated", "Curated"),
            (NodeKind::Quarantine, "quarantine", "Quarantine"),
        ];
        for (kind, id, label) in buckets {
            self.node(kind, id.to_owned(), None, label, "S3".to_owned());
        }
    }

    fn dataset(&mut self, row: usize, dataset: &Dataset) {
        let name = &dataset.name;
        let volume = self.platform.dataset_volume(dataset, self.environment);
        let (source, job, table) = (format!("source_{name}"), format!("job_{name}"), format!("table_{name}"));
        match &dataset.source {
            Source::Stream => {
                let (stream, delivery) = (format!("stream_{name}"), format!("delivery_{name}"));
                self.node(NodeKind::Producer, source.clone(), Some(row), name.as_str(), volume.to_string());
                self.node(NodeKind::Stream, stream.clone(), Some(row), "Kinesis", "stream".to_owned());
                self.node(NodeKind::Delivery, delivery.clone(), Some(row), "Firehose", "delivery".to_owned());
                self.data(source, stream.clone());
                self.data(stream.clone(), delivery.clone());
                self.data(delivery, "raw");
                if dataset.freshness == Freshness::Seconds {
                    self.edge(EdgeKind::Streaming, stream, table.clone(), "streaming view");
                }
            }
            Source::Files { format } => {
                let detail = format!("{} {volume}", format_name(format));
                self.node(NodeKind::FileDrop, source.clone(), Some(row), name.as_str(), detail);
                self.data(source, "raw");
            }
        }
        let schedule = self.environment.schedule(dataset).to_string();
        self.node(NodeKind::Job, job.clone(), Some(row), "Glue job", schedule);
        let role = match dataset.role {
            Role::Fact => "fact table",
            Role::Dimension => "dimension",
        };
        self.node(NodeKind::Table, table.clone(), Some(row), name.as_str(), role.to_owned());
        self.data("raw", job.clone());
        self.data(job.clone(), "curated");
        self.edge(EdgeKind::Refused, job, "quarantine", "refused");
        self.data("curated", table);
    }

    fn aggregate(&mut self, aggregate: &Aggregate) {
        let id = format!("aggregate_{}", aggregate.name);
        let detail = format!("by {}", words(aggregate.dimensions.iter().map(|one| one.name.as_str())));
        self.node(NodeKind::Aggregate, id.clone(), None, aggregate.name.as_str(), detail);
        self.data(format!("table_{}", aggregate.from), id.clone());
        let Some(from) = self.platform.dataset(aggregate.from.as_str()) else { return };
        for join in from.joins.iter().filter(|join| aggregate.joins.contains(&join.alias)) {
            self.data(format!("table_{}", join.dimension), id.clone());
        }
    }

    fn dashboard(&mut self, dashboard: &Dashboard) {
        let id = format!("dashboard_{}", dashboard.name);
        let visuals = dashboard.visuals().count();
        let detail = format!("{visuals} visual{}", if visuals == 1 { "" } else { "s" });
        self.node(NodeKind::Dashboard, id.clone(), None, &dashboard.title, detail);
        for visual in dashboard.visuals() {
            match &visual.source {
                VisualSource::Aggregate(name) => self.data(format!("aggregate_{name}"), id.clone()),
                VisualSource::Dataset(name) => {
                    let view = format!("view_{name}");
                    if !self.nodes.iter().any(|node| node.id == view) {
                        let detail = "view".to_owned();
                        self.node(NodeKind::View, view.clone(), None, name.as_str(), detail);
                        self.data(format!("table_{name}"), view.clone());
                    }
                    self.data(view, id.clone());
                }
                VisualSource::Live(name) => {
                    let view = format!("live_{name}");
                    if !self.nodes.iter().any(|node| node.id == view) {
                        let detail = "live view".to_owned();
                        self.node(NodeKind::View, view.clone(), None, name.as_str(), detail);
                        self.edge(
                            EdgeKind::Streaming,
                            format!("stream_{name}"),
                            view.clone(),
                            "streaming view",
                        );
                    }
                    self.data(view, id.clone());
                }
            }
        }
    }

    fn alarms(&mut self) {
        let detail = "CloudWatch · every stage".to_owned();
        self.node(NodeKind::Alarms, "alarms".to_owned(), None, "Alarms", detail);
        let receivers = self.environment.settings.alarms.emails.len();
        let detail = format!("SNS · {receivers} receiver{}", if receivers == 1 { "" } else { "s" });
        self.node(NodeKind::Topic, "topic".to_owned(), None, "Topic", detail);
        self.edge(EdgeKind::Alarm, "alarms", "topic", "");
    }
}

fn words<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

fn format_name(format: &FileFormat) -> &'static str {
    match format {
        FileFormat::Json => "JSON",
        FileFormat::Csv { .. } => "CSV",
        FileFormat::Parquet => "Parquet",
    }
}

//! Graphs: the architecture of a platform as a diagram.
//!
//! In: a platform and one of its environments. Out: a [`Graph`] of the components that data passes through, and its
//! renderings as [`svg`] and [`mermaid`]. It refuses to size or name deployed resources: a diagram shows how
//! components are connected.

mod build;
mod glyph;
mod layout;
mod mermaid;
mod svg;
mod text;

#[cfg(test)]
mod tests;

pub use build::of;
pub use mermaid::mermaid;
pub use svg::svg;

/// The components that data passes through, and their connections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Graph {
    /// The title: the platform's title and the environment.
    pub title: String,
    /// A description in a sentence, as alternative text.
    pub description: String,
    /// The nodes; those of one kind are in the order of the platform file.
    pub nodes: Vec<Node>,
    /// The edges, in the order of their source nodes.
    pub edges: Vec<Edge>,
}

impl Graph {
    /// The node with this ID.
    #[must_use]
    pub fn node(&self, id: &str) -> Option<&Node> {
        self.nodes.iter().find(|node| node.id == id)
    }
}

/// A component that data passes through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Letters, digits and underscores; unique in its graph.
    pub id: String,
    /// The first line.
    pub label: String,
    /// The second line; may be empty.
    pub detail: String,
    /// The kind.
    pub kind: NodeKind,
    /// The dataset's index in the file, for nodes of one dataset: they share a row.
    pub row: Option<usize>,
}

/// The kind of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NodeKind {
    /// Programs that put records into a stream.
    Producer,
    /// People or programs that upload files.
    FileDrop,
    /// A Kinesis data stream.
    Stream,
    /// A Firehose delivery stream.
    Delivery,
    /// The bucket of raw records.
    Raw,
    /// A Glue job.
    Job,
    /// The bucket of cleaned records.
    Curated,
    /// The bucket of rejected records.
    Quarantine,
    /// A table in the warehouse.
    Table,
    /// An aggregate in the warehouse.
    Aggregate,
    /// A view of a table with the columns of its dimensions.
    View,
    /// A QuickSight dashboard.
    Dashboard,
    /// The alarms of all stages.
    Alarms,
    /// The topic of the alarms.
    Topic,
}

impl NodeKind {
    /// The lane that contains it.
    #[must_use]
    pub fn lane(self) -> Lane {
        match self {
            Self::Producer | Self::FileDrop => Lane::Sources,
            Self::Stream | Self::Delivery => Lane::Ingestion,
            Self::Raw | Self::Curated | Self::Quarantine => Lane::Storage,
            Self::Job => Lane::Processing,
            Self::Table | Self::Aggregate | Self::View => Lane::Aggregation,
            Self::Dashboard => Lane::Visualization,
            Self::Alarms | Self::Topic => Lane::Monitoring,
        }
    }
}

/// A lane of the diagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lane {
    /// Outside of the platform.
    Sources,
    /// Streams and delivery.
    Ingestion,
    /// Buckets.
    Storage,
    /// Jobs.
    Processing,
    /// The warehouse.
    Aggregation,
    /// Dashboards.
    Visualization,
    /// Alarms, across all stages.
    Monitoring,
}

impl Lane {
    /// All lanes, in the order of the data.
    pub const ALL: [Lane; 7] = [
        Lane::Sources,
        Lane::Ingestion,
        Lane::Storage,
        Lane::Processing,
        Lane::Aggregation,
        Lane::Visualization,
        Lane::Monitoring,
    ];

    /// The title of the lane.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Sources => "Sources",
            Self::Ingestion => "Ingestion",
            Self::Storage => "Storage",
            Self::Processing => "Processing",
            Self::Aggregation => "Aggregation",
            Self::Visualization => "Visualization",
            Self::Monitoring => "Monitoring",
        }
    }
}

/// A connection through which data passes from one node to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The ID of the source node.
    pub from: String,
    /// The ID of the target node.
    pub to: String,
    /// The label; may be empty.
    pub label: &'static str,
    /// The kind.
    pub kind: EdgeKind,
}

/// The kind of an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EdgeKind {
    /// Records, in scheduled runs.
    Data,
    /// Records within seconds, bypassing the buckets.
    Streaming,
    /// Rejected records.
    Refused,
    /// Alarm notifications.
    Alarm,
}

//! Graphs: the architecture of a platform as a picture.
//!
//! In: a platform and one of its environments. Out: a [`Graph`] of what data goes through, and its
//! renderings as [`svg`] and as [`mermaid`]. It refuses to size or to name what is deployed: a picture shows
//! how things hang together.

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

/// What data goes through, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Graph {
    /// What people read above it: the platform's title and the environment.
    pub title: String,
    /// The same in a sentence, for those who do not see it.
    pub description: String,
    /// The nodes, those of one kind in the order of the platform file.
    pub nodes: Vec<Node>,
    /// The edges, in the order of the nodes from which they come.
    pub edges: Vec<Edge>,
}

impl Graph {
    /// The node of that id.
    #[must_use]
    pub fn node(&self, id: &str) -> Option<&Node> {
        self.nodes.iter().find(|node| node.id == id)
    }
}

/// Something that data goes through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Letters, digits and underscores; unique in its graph.
    pub id: String,
    /// What people read first.
    pub label: String,
    /// What people read next; may be empty.
    pub detail: String,
    /// What it is.
    pub kind: NodeKind,
    /// The dataset's place in the file, for what belongs to one: nodes of one dataset share a row.
    pub row: Option<usize>,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NodeKind {
    /// Programs that put records in a stream.
    Producer,
    /// People or programs that drop files.
    FileDrop,
    /// A Kinesis stream.
    Stream,
    /// A Firehose delivery stream.
    Delivery,
    /// The bucket of records as they came.
    Raw,
    /// A Glue job.
    Job,
    /// The bucket of cleaned records.
    Curated,
    /// The bucket of refused records.
    Quarantine,
    /// A table in the warehouse.
    Table,
    /// An aggregate in the warehouse.
    Aggregate,
    /// A view of a table with the columns of its dimensions.
    View,
    /// A QuickSight dashboard.
    Dashboard,
    /// The alarms on all stages.
    Alarms,
    /// The topic of the alarms.
    Topic,
}

impl NodeKind {
    /// The lane in which it stands.
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

/// A part of a picture.
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
    /// All of them, in the order of the data.
    pub const ALL: [Lane; 7] = [
        Lane::Sources,
        Lane::Ingestion,
        Lane::Storage,
        Lane::Processing,
        Lane::Aggregation,
        Lane::Visualization,
        Lane::Monitoring,
    ];

    /// What people read above it.
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

/// The way of data from one node to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The id of a node.
    pub from: String,
    /// The id of a node.
    pub to: String,
    /// What people read at it; may be empty.
    pub label: &'static str,
    /// What goes there.
    pub kind: EdgeKind,
}

/// What goes along an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EdgeKind {
    /// Records, run by run.
    Data,
    /// Records within seconds, past the buckets.
    Streaming,
    /// Records that were refused.
    Refused,
    /// Messages about trouble.
    Alarm,
}

//! Where everything stands: one row a dataset, one column a kind, nothing over anything else.

use super::{Edge, Graph, Node, NodeKind};

/// Pixels around the picture.
pub(super) const MARGIN: u32 = 16;
/// The top of the bands, below the title.
pub(super) const BANDS_TOP: u32 = 52;
const BODY_TOP: u32 = BANDS_TOP + 38;
const BOX: u32 = 48;
const PITCH: u32 = 62;

/// A column: its left edge and its width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) x: u32,
    pub(super) width: u32,
}

/// Nine columns. The gaps hold the edges: wide where edges go from row to row.
pub(super) const COLUMNS: [Column; 9] = [
    Column { x: 24, width: 144 },
    Column { x: 188, width: 88 },
    Column { x: 294, width: 102 },
    Column { x: 420, width: 92 },
    Column { x: 536, width: 128 },
    Column { x: 700, width: 116 },
    Column { x: 852, width: 132 },
    Column { x: 1026, width: 132 },
    Column { x: 1200, width: 140 },
];

/// Pixels of the whole picture.
pub(super) const WIDTH: u32 = 1364;

/// The bands behind the columns: title, first and last column.
pub(super) const BANDS: [(&str, usize, usize); 7] = [
    ("Sources", 0, 0),
    ("Ingestion", 1, 2),
    ("Storage", 3, 3),
    ("Processing", 4, 4),
    ("Storage", 5, 5),
    ("Aggregation", 6, 7),
    ("Visualization", 8, 8),
];

/// Where a node stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) x: u32,
    pub(super) y: u32,
    pub(super) width: u32,
    pub(super) height: u32,
}

impl Place {
    pub(super) fn right(self) -> u32 {
        self.x + self.width
    }

    pub(super) fn middle(self) -> u32 {
        self.y + self.height / 2
    }
}

/// Where everything stands.
#[derive(Debug)]
pub(super) struct Layout<'a> {
    /// Nodes with their places.
    pub(super) nodes: Vec<(&'a Node, Place)>,
    /// The height at which edges pass below all rows.
    pub(super) channel: u32,
    /// The bottom of the bands.
    pub(super) bands_bottom: u32,
    /// Pixels of the whole picture.
    pub(super) height: u32,
}

impl<'a> Layout<'a> {
    pub(super) fn of(graph: &'a Graph) -> Self {
        let rows = graph.nodes.iter().filter_map(|node| node.row).max().map_or(1, |row| row + 1);
        let aggregates = by_neighbours(graph, stacked(graph, &[NodeKind::Aggregate, NodeKind::View]), &[]);
        let dashboards = by_neighbours(graph, stacked(graph, &[NodeKind::Dashboard]), &aggregates);
        let lines = rows.max(aggregates.len()).max(dashboards.len());
        let lines = u32::try_from(lines).unwrap_or(u32::MAX / PITCH / 4);
        let body = lines * PITCH;
        let quarantine_top = BODY_TOP + body;
        let channel = quarantine_top + BOX + 16;
        let bands_bottom = channel + 12;
        let monitoring = bands_bottom + 18;
        let mut nodes = Vec::new();
        for node in &graph.nodes {
            let (top, height) = match (node.kind, node.row) {
                (NodeKind::Raw | NodeKind::Curated, _) => (BODY_TOP, body - (PITCH - BOX)),
                (NodeKind::Quarantine, _) => (quarantine_top, BOX),
                (NodeKind::Alarms | NodeKind::Topic, _) => (monitoring, BOX),
                (_, Some(row)) => (line_top(row, rows, body), BOX),
                (_, None) => continue,
            };
            let Column { x, width } = column(node.kind);
            nodes.push((node, Place { x, y: top, width, height }));
        }
        for stack in [&aggregates, &dashboards] {
            for (line, node) in stack.iter().enumerate() {
                let Column { x, width } = column(node.kind);
                nodes.push((*node, Place { x, y: line_top(line, stack.len(), body), width, height: BOX }));
            }
        }
        Self { nodes, channel, bands_bottom, height: monitoring + BOX + MARGIN }
    }

    pub(super) fn place(&self, id: &str) -> Option<Place> {
        self.nodes.iter().find(|(node, _)| node.id == id).map(|(_, place)| *place)
    }
}

/// The top of a box when so many share a height evenly.
fn line_top(line: usize, lines: usize, body: u32) -> u32 {
    let (line, lines) = (u64::try_from(line).unwrap_or(0), u64::try_from(lines.max(1)).unwrap_or(1));
    let middle = u64::from(body) * (2 * line + 1) / (2 * lines);
    BODY_TOP + u32::try_from(middle).unwrap_or(0) - PITCH / 2
}

fn stacked<'a>(graph: &'a Graph, kinds: &[NodeKind]) -> Vec<&'a Node> {
    graph.nodes.iter().filter(|node| kinds.contains(&node.kind)).collect()
}

/// Nodes in the order of what flows into them, so that edges cross little: by the mean place of the nodes
/// before them, which is their row or their place in `before`.
fn by_neighbours<'a>(graph: &Graph, mut nodes: Vec<&'a Node>, before: &[&Node]) -> Vec<&'a Node> {
    let place = |edge: &Edge| {
        let index = before.iter().position(|node| node.id == edge.from);
        index.or_else(|| graph.node(&edge.from).and_then(|node| node.row))
    };
    nodes.sort_by_key(|node| {
        let places: Vec<usize> =
            graph.edges.iter().filter(|edge| edge.to == node.id).filter_map(place).collect();
        // Thousandths, so that no float is compared.
        places.iter().sum::<usize>() * 1_000 / places.len().max(1)
    });
    nodes
}

fn column(kind: NodeKind) -> Column {
    match kind {
        NodeKind::Producer | NodeKind::FileDrop => COLUMNS[0],
        NodeKind::Stream => COLUMNS[1],
        NodeKind::Delivery => COLUMNS[2],
        NodeKind::Raw => COLUMNS[3],
        NodeKind::Job => COLUMNS[4],
        NodeKind::Curated | NodeKind::Quarantine => COLUMNS[5],
        NodeKind::Table => COLUMNS[6],
        NodeKind::Aggregate | NodeKind::View => COLUMNS[7],
        NodeKind::Dashboard => COLUMNS[8],
        NodeKind::Alarms => Column { x: 160, width: 216 },
        NodeKind::Topic => Column { x: 420, width: 160 },
    }
}

//! Layout: one row for each dataset, one column for each kind, without overlaps.

use super::text;
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

/// Nine columns. The edges run in the gaps, which are wide where edges change rows.
const COLUMNS: [Column; 9] = [
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

/// Pixels right of the last column.
const RIGHT: u32 = 24;
/// Pixels of a box beside its text: the glyph, and the gaps around both.
pub(super) const BESIDE: u32 = 36;
/// Pixels of the widest box: longer lines are shortened.
const WIDEST: u32 = 280;
/// The font size that labels are measured with: they have 13 pixels, and bold letters are wider.
pub(super) const BOLD_SIZE: u32 = 14;
/// The font size of the lines below labels.
pub(super) const DETAIL_SIZE: u32 = 11;

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

/// The layout of a graph.
#[derive(Debug)]
pub(super) struct Layout<'a> {
    /// Nodes with their places.
    pub(super) nodes: Vec<(&'a Node, Place)>,
    /// The columns, as wide as their labels need.
    pub(super) columns: [Column; 9],
    /// Pixels of the whole picture, across.
    pub(super) width: u32,
    /// The height of the channel in which edges pass below all rows.
    pub(super) channel: u32,
    /// The bottom of the bands.
    pub(super) bands_bottom: u32,
    /// Pixels of the whole picture.
    pub(super) height: u32,
}

impl<'a> Layout<'a> {
    pub(super) fn of(graph: &'a Graph) -> Self {
        let rows = graph.nodes.iter().filter_map(|node| node.row).max().map_or(1, |row| row + 1);
        let aggregates = by_neighbors(graph, stacked(graph, &[NodeKind::Aggregate, NodeKind::View]), &[]);
        let dashboards = by_neighbors(graph, stacked(graph, &[NodeKind::Dashboard]), &aggregates);
        let lines = rows.max(aggregates.len()).max(dashboards.len());
        let lines = u32::try_from(lines).unwrap_or(u32::MAX / PITCH / 4);
        let body = lines * PITCH;
        let quarantine_top = BODY_TOP + body;
        let channel = quarantine_top + BOX + 16;
        let bands_bottom = channel + 12;
        let monitoring = bands_bottom + 18;
        let columns = columns(graph);
        let place_of = |kind| match column(kind) {
            Spot::Column(at) => columns[at],
            Spot::Below(column) => column,
        };
        let mut nodes = Vec::new();
        for node in &graph.nodes {
            let (top, height) = match (node.kind, node.row) {
                (NodeKind::Raw | NodeKind::Curated, _) => (BODY_TOP, body - (PITCH - BOX)),
                (NodeKind::Quarantine, _) => (quarantine_top, BOX),
                (NodeKind::Alarms | NodeKind::Topic, _) => (monitoring, BOX),
                (_, Some(row)) => (line_top(row, rows, body), BOX),
                (_, None) => continue,
            };
            let Column { x, width } = place_of(node.kind);
            nodes.push((node, Place { x, y: top, width, height }));
        }
        for stack in [&aggregates, &dashboards] {
            for (line, node) in stack.iter().enumerate() {
                let Column { x, width } = place_of(node.kind);
                nodes.push((*node, Place { x, y: line_top(line, stack.len(), body), width, height: BOX }));
            }
        }
        let width = columns[8].x + columns[8].width + RIGHT;
        Self { nodes, columns, width, channel, bands_bottom, height: monitoring + BOX + MARGIN }
    }

    pub(super) fn place(&self, id: &str) -> Option<Place> {
        self.nodes.iter().find(|(node, _)| node.id == id).map(|(_, place)| *place)
    }
}

/// The top of a box when several share a height evenly.
fn line_top(line: usize, lines: usize, body: u32) -> u32 {
    let (line, lines) = (u64::try_from(line).unwrap_or(0), u64::try_from(lines.max(1)).unwrap_or(1));
    let middle = u64::from(body) * (2 * line + 1) / (2 * lines);
    BODY_TOP + u32::try_from(middle).unwrap_or(0) - PITCH / 2
}

fn stacked<'a>(graph: &'a Graph, kinds: &[NodeKind]) -> Vec<&'a Node> {
    graph.nodes.iter().filter(|node| kinds.contains(&node.kind)).collect()
}

/// Nodes ordered by the nodes before them, to reduce crossings: by the mean position of those nodes, which is their
/// row or their index in `before`.
fn by_neighbors<'a>(graph: &Graph, mut nodes: Vec<&'a Node>, before: &[&Node]) -> Vec<&'a Node> {
    let place = |edge: &Edge| {
        let index = before.iter().position(|node| node.id == edge.from);
        index.or_else(|| graph.node(&edge.from).and_then(|node| node.row))
    };
    nodes.sort_by_key(|node| {
        let places: Vec<usize> =
            graph.edges.iter().filter(|edge| edge.to == node.id).filter_map(place).collect();
        // Thousandths, to avoid comparing floats.
        places.iter().sum::<usize>() * 1_000 / places.len().max(1)
    });
    nodes
}

/// The columns of a graph: wider than usual where a line needs it, and moved to the right by those before.
fn columns(graph: &Graph) -> [Column; 9] {
    let mut columns = COLUMNS;
    let mut moved = 0;
    for (at, one) in columns.iter_mut().enumerate() {
        let labels = graph.nodes.iter().filter(|node| column(node.kind) == Spot::Column(at));
        let wide = |node: &Node| {
            text::width(&node.label, BOLD_SIZE).max(text::width(&node.detail, DETAIL_SIZE)).div_ceil(100)
        };
        let needed = labels.map(|node| wide(node) + BESIDE).max();
        let more = needed.unwrap_or(0).min(WIDEST).saturating_sub(one.width);
        one.x += moved;
        one.width += more;
        moved += more;
    }
    columns
}

/// Where nodes of a kind stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spot {
    /// In one of the columns.
    Column(usize),
    /// Below them.
    Below(Column),
}

fn column(kind: NodeKind) -> Spot {
    match kind {
        NodeKind::Producer | NodeKind::FileDrop => Spot::Column(0),
        NodeKind::Stream => Spot::Column(1),
        NodeKind::Delivery => Spot::Column(2),
        NodeKind::Raw => Spot::Column(3),
        NodeKind::Job => Spot::Column(4),
        NodeKind::Curated | NodeKind::Quarantine => Spot::Column(5),
        NodeKind::Table => Spot::Column(6),
        NodeKind::Aggregate | NodeKind::View => Spot::Column(7),
        NodeKind::Dashboard => Spot::Column(8),
        NodeKind::Alarms => Spot::Below(Column { x: 160, width: 216 }),
        NodeKind::Topic => Spot::Below(Column { x: 420, width: 160 }),
    }
}

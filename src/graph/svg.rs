//! [`svg`]: a graph as a diagram for a README, in light and dark.

use std::fmt::Write as _;

use super::layout::{BANDS, BANDS_TOP, BESIDE, BOLD_SIZE, DETAIL_SIZE, Layout, MARGIN, Place};
use super::text::{escaped, fitted};
use super::{Edge, EdgeKind, Graph, Lane, Node, NodeKind, glyph};

const STYLE: &str = "
svg{--ground:#fff;--band:#f5f7fa;--rim:#e3e8ef;--ink:#17202b;--faint:#5b6776;--box:#fff;--line:#8794a5;\
--sources:#64748b;--ingestion:#8b5cf6;--storage:#1f9254;--processing:#d97706;--aggregation:#2563eb;\
--visualization:#db2777;--monitoring:#dc2626}
@media (prefers-color-scheme:dark){svg{--ground:#0d1117;--band:#151b23;--rim:#2a323d;--ink:#e8edf3;\
--faint:#9aa7b6;--box:#1c232d;--line:#6b7a8d;--sources:#94a3b8;--ingestion:#a78bfa;--storage:#3fb971;\
--processing:#f59e0b;--aggregation:#6ea8fe;--visualization:#f472b6;--monitoring:#f87171}}
text{font-family:system-ui,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif;fill:var(--ink)}
.ground{fill:var(--ground)}.band{fill:var(--band);stroke:var(--rim)}
.title{font-size:18px;font-weight:600}.lane{font-size:12.5px;font-weight:600;fill:var(--faint)}
.label{font-size:13px;font-weight:600}.detail{font-size:11px;fill:var(--faint)}
.note{font-size:11px;fill:var(--faint);text-anchor:middle;paint-order:stroke;stroke:var(--band);stroke-width:5px}
.box{fill:var(--box);stroke:var(--c);stroke-width:1.3}
.glyph{fill:none;stroke:var(--c);stroke-width:1.4;stroke-linecap:round;stroke-linejoin:round}
.edge{fill:none;stroke:var(--line);stroke-width:1.4;marker-end:url(#tip)}
.refused{stroke:var(--monitoring);stroke-dasharray:4 3;marker-end:url(#stop)}
.streaming{stroke:var(--ingestion);stroke-width:1.8;marker-end:url(#fast)}
.alarm{stroke:var(--monitoring);marker-end:url(#stop)}
";

/// A graph as a diagram for a README, in light and dark, as wide as its columns.
#[must_use]
pub fn svg(graph: &Graph) -> String {
    let layout = Layout::of(graph);
    let (width, height) = (layout.width, layout.height);
    let (title, description) = (escaped(&graph.title), escaped(&graph.description));
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" role=\"img\" aria-labelledby=\"title desc\">\n<title id=\"title\">{title}</title>\n\
         <desc id=\"desc\">{description}</desc>\n<style>{STYLE}</style>\n<defs>{}</defs>\n\
         <rect class=\"ground\" width=\"{width}\" height=\"{height}\" rx=\"10\"/>\n\
         <text class=\"title\" x=\"{MARGIN}\" y=\"34\">{}</text>\n",
        markers(),
        escaped(&fitted(&graph.title, 18, width - 2 * MARGIN))
    );
    bands(&mut out, &layout);
    for edge in &graph.edges {
        draw_edge(&mut out, edge, &layout);
    }
    for (node, place) in &layout.nodes {
        draw_node(&mut out, node, *place);
    }
    notes(&mut out, graph, &layout);
    out.push_str("</svg>\n");
    out
}

fn markers() -> String {
    [("tip", "line"), ("stop", "monitoring"), ("fast", "ingestion")]
        .map(|(id, color)| {
            format!(
                "<marker id=\"{id}\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" \
                 markerHeight=\"7\" markerUnits=\"userSpaceOnUse\" orient=\"auto\">\
                 <path d=\"M0 .5 8 4 0 7.5z\" fill=\"var(--{color})\"/></marker>"
            )
        })
        .concat()
}

fn bands(out: &mut String, layout: &Layout<'_>) {
    for (title, first, last) in BANDS {
        let x = layout.columns[first].x - 10;
        let width = layout.columns[last].x + layout.columns[last].width + 10 - x;
        let height = layout.bands_bottom - BANDS_TOP;
        let _ = writeln!(
            out,
            "<rect class=\"band\" x=\"{x}\" y=\"{BANDS_TOP}\" width=\"{width}\" height=\"{height}\" rx=\"10\"/>\
             <text class=\"lane\" x=\"{}\" y=\"{}\">{title}</text>",
            x + 12,
            BANDS_TOP + 23
        );
    }
    let (y, x) = (layout.bands_bottom + 10, layout.columns[0].x - 10);
    let width = layout.width - 2 * x;
    let _ = writeln!(
        out,
        "<rect class=\"band\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{}\" rx=\"10\"/>\
         <text class=\"lane\" x=\"{}\" y=\"{}\">Monitoring</text>",
        layout.height - MARGIN / 2 - y,
        x + 12,
        y + 37
    );
}

fn draw_node(out: &mut String, node: &Node, place: Place) {
    let Place { x, y, width, height } = place;
    let color = match node.kind {
        NodeKind::Quarantine => "monitoring",
        kind => lane_class(kind.lane()),
    };
    let middle = place.middle();
    let inner = width - BESIDE;
    let full =
        if node.detail.is_empty() { node.label.clone() } else { format!("{}: {}", node.label, node.detail) };
    let label_y = if node.detail.is_empty() { middle + 5 } else { middle - 3 };
    let _ = writeln!(
        out,
        "<g style=\"--c:var(--{color})\"><title>{}</title>\
         <rect class=\"box\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"7\"/>\
         <path class=\"glyph\" transform=\"translate({} {})\" d=\"{}\"/>\
         <text class=\"label\" x=\"{}\" y=\"{label_y}\">{}</text>\
         <text class=\"detail\" x=\"{}\" y=\"{}\">{}</text></g>",
        escaped(&full),
        x + 8,
        middle - 8,
        glyph::path(node.kind),
        x + 30,
        escaped(&fitted(&node.label, BOLD_SIZE, inner)),
        x + 30,
        middle + 13,
        escaped(&fitted(&node.detail, DETAIL_SIZE, inner)),
    );
}

fn lane_class(lane: Lane) -> &'static str {
    match lane {
        Lane::Sources => "sources",
        Lane::Ingestion => "ingestion",
        Lane::Storage => "storage",
        Lane::Processing => "processing",
        Lane::Aggregation => "aggregation",
        Lane::Visualization => "visualization",
        Lane::Monitoring => "monitoring",
    }
}

fn draw_edge(out: &mut String, edge: &Edge, layout: &Layout<'_>) {
    let (Some(from), Some(to)) = (layout.place(&edge.from), layout.place(&edge.to)) else { return };
    let (class, path) = match edge.kind {
        EdgeKind::Data => ("edge", flow(from, to)),
        EdgeKind::Alarm => ("edge alarm", flow(from, to)),
        EdgeKind::Refused => ("edge refused", descent(from, to)),
        EdgeKind::Streaming => ("edge streaming", bypass(from, to, layout.channel)),
    };
    let _ = writeln!(out, "<path class=\"{class}\" d=\"{path}\"/>");
}

/// From box to box in the next column. A tall box is connected at the height of the other one; different heights are
/// connected by a curve between the columns.
fn flow(from: Place, to: Place) -> String {
    let (start, end) = match (from.height > to.height, to.height > from.height) {
        (true, _) => (to.middle(), to.middle()),
        (_, true) => (from.middle(), from.middle()),
        _ => (from.middle(), to.middle()),
    };
    let (left, right) = (from.right(), to.x - 1);
    if start == end {
        return format!("M{left} {start}H{right}");
    }
    let middle = u32::midpoint(left, right);
    format!("M{left} {start}C{middle} {start} {middle} {end} {right} {end}")
}

/// From the lower half of a box, down between the columns, to a box below.
fn descent(from: Place, to: Place) -> String {
    let start = from.middle() + 12;
    let (left, bend, right, end) = (from.right(), to.x - 21, to.x - 1, to.middle());
    format!("M{left} {start}H{}q6 0 6 6V{}q0 6 6 6H{right}", bend - 6, end - 6)
}

/// From the lower half of a box, below all rows, and up between the columns to the lower half of a box.
fn bypass(from: Place, to: Place, channel: u32) -> String {
    let (start, end) = (from.middle() + 12, to.middle() + 12);
    let (down, up) = (from.right() + 8, to.x - 16);
    format!(
        "M{} {start}H{}q6 0 6 6V{}q0 6 6 6H{}q6 0 6 -6V{}q0 -6 6 -6H{}",
        from.right(),
        down - 6,
        channel - 6,
        up - 6,
        end + 6,
        to.x - 1
    )
}

/// The labels of the edges that leave the rows, once each.
fn notes(out: &mut String, graph: &Graph, layout: &Layout<'_>) {
    if graph.edges.iter().any(|edge| edge.kind == EdgeKind::Streaming) {
        let x = u32::midpoint(layout.columns[4].x, layout.columns[4].x + layout.columns[4].width);
        let _ = writeln!(
            out,
            "<text class=\"note\" x=\"{x}\" y=\"{}\">within seconds</text>",
            layout.channel - 9
        );
    }
}

//! [`mermaid`]: a graph as a Mermaid flowchart.

use std::fmt::Write as _;

use super::{EdgeKind, Graph, Lane, Node, NodeKind};

/// A graph as a Mermaid flowchart, which GitHub and many editors draw.
#[must_use]
pub fn mermaid(graph: &Graph) -> String {
    let mut out = format!("flowchart LR\n  accTitle: {}\n", line(&graph.title));
    for lane in Lane::ALL {
        let nodes: Vec<&Node> = graph.nodes.iter().filter(|node| node.kind.lane() == lane).collect();
        if nodes.is_empty() {
            continue;
        }
        let title = lane.title();
        // Writing to a string cannot fail.
        let _ = writeln!(out, "  subgraph lane_{}[\"{title}\"]", title.to_lowercase());
        for node in nodes {
            let (open, close) = shape(node.kind);
            let _ = writeln!(out, "    {}{open}\"{}\"{close}", node.id, label(node));
        }
        out.push_str("  end\n");
    }
    for edge in &graph.edges {
        let arrow = match edge.kind {
            EdgeKind::Data => "-->",
            EdgeKind::Streaming => "==>",
            EdgeKind::Refused | EdgeKind::Alarm => "-.->",
        };
        let label = if edge.label.is_empty() { String::new() } else { format!("|{}|", edge.label) };
        let _ = writeln!(out, "  {} {arrow}{label} {}", edge.from, edge.to);
    }
    out
}

fn shape(kind: NodeKind) -> (&'static str, &'static str) {
    match kind {
        NodeKind::Raw | NodeKind::Curated | NodeKind::Quarantine => ("[(", ")]"),
        NodeKind::Producer | NodeKind::FileDrop => ("([", "])"),
        NodeKind::Dashboard => ("[/", "/]"),
        _ => ("[", "]"),
    }
}

fn label(node: &Node) -> String {
    if node.detail.is_empty() {
        escaped(&node.label)
    } else {
        format!("{}<br/>{}", escaped(&node.label), escaped(&node.detail))
    }
}

/// Within quotes, Mermaid interprets only entities, by number or name.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if c.is_control() => out.push(' '),
            c if c.is_alphanumeric() || " _.,:/()+-·…".contains(c) => out.push(c),
            c => {
                let _ = write!(out, "#{};", u32::from(c));
            }
        }
    }
    out
}

/// The text on one line.
fn line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || "#;{}\"".contains(c) { ' ' } else { c }).collect()
}

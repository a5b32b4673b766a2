use std::collections::BTreeSet;
use std::io::Write as _;

use super::layout::{Layout, Place};
use super::*;
use crate::model::{Identifier, Platform, fixture};

fn graph(platform: &Platform) -> Graph {
    of(platform, &platform.environments[0])
}

/// A platform with a number of datasets, alternating between streams and files.
fn wide(datasets: usize) -> Platform {
    let mut platform = fixture::platform();
    let pair = platform.datasets.clone();
    for index in 2..datasets {
        let name = Identifier::new(&format!("another_dataset_with_a_long_name_{index}")).unwrap();
        platform.datasets.push(crate::model::Dataset { name, joins: Vec::new(), ..pair[index % 2].clone() });
    }
    platform
}

#[test]
fn data_passes_from_source_to_dashboard_through_existing_nodes() {
    let graph = graph(&fixture::platform());
    let ids: BTreeSet<&str> = graph.nodes.iter().map(|node| node.id.as_str()).collect();
    assert_eq!(ids.len(), graph.nodes.len(), "ids are unique");
    for edge in &graph.edges {
        assert!(ids.contains(edge.from.as_str()) && ids.contains(edge.to.as_str()), "{edge:?}");
    }
    let has = |from: &str, to: &str| graph.edges.iter().any(|edge| edge.from == from && edge.to == to);
    let way =
        ["source_orders", "stream_orders", "delivery_orders", "raw", "job_orders", "curated", "table_orders"];
    for pair in way.windows(2) {
        assert!(has(pair[0], pair[1]), "{pair:?}");
    }
    assert!(has("table_orders", "aggregate_daily_sales") && has("table_customers", "aggregate_daily_sales"));
    assert!(has("aggregate_daily_sales", "dashboard_sales"));
    assert!(
        has("source_customers", "raw")
            && has("job_orders", "quarantine")
            && has("stream_orders", "table_orders")
    );
}

#[test]
fn boxes_do_not_overlap_and_are_within_the_diagram() {
    for datasets in [2, 8, 40] {
        let platform = wide(datasets);
        let graph = graph(&platform);
        let layout = Layout::of(&graph);
        assert_eq!(layout.nodes.len(), graph.nodes.len());
        let apart = |a: Place, b: Place| {
            a.right() <= b.x || b.right() <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y
        };
        for (index, (node, place)) in layout.nodes.iter().enumerate() {
            assert!(place.right() < layout.width && place.y + place.height < layout.height, "{node:?}");
            for (other, there) in &layout.nodes[index + 1..] {
                assert!(apart(*place, *there), "{} and {}", node.id, other.id);
            }
        }
    }
}

#[test]
fn titles_are_escaped_in_both_renderings() {
    let mut platform = fixture::platform();
    platform.title = "A <b>&\"'\u{1}]]> \"]; click".to_owned();
    platform.dashboards[0].title = "x\"] --> y; <script>alert(1)</script>\nend".to_owned();
    let graph = graph(&platform);
    let picture = svg(&graph);
    assert!(!picture.contains("<script>") && !picture.contains("<b>") && !picture.contains('\u{1}'));
    assert!(picture.contains("&lt;script&gt;"));
    let chart = mermaid(&graph);
    assert!(!chart.contains("<script>") && !chart.contains("x\"]"), "{chart}");
    let ends = chart.lines().filter(|line| line.trim() == "end").count();
    assert_eq!(ends, Lane::ALL.len());
}

#[test]
fn diagrams_are_well_formed_and_deterministic() {
    for datasets in [2, 8] {
        let platform = wide(datasets);
        let picture = svg(&graph(&platform));
        assert_eq!(picture, svg(&graph(&platform)));
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(picture.as_bytes()).unwrap();
        let parse = "import sys, xml.dom.minidom as m; m.parse(sys.argv[1])";
        let status =
            std::process::Command::new("python3").args(["-c", parse]).arg(file.path()).status().unwrap();
        assert!(status.success());
    }
}

#[test]
fn text_is_truncated_to_fit() {
    assert_eq!(text::fitted("orders", 13, 100), "orders");
    let short = text::fitted("another_dataset_with_a_long_name", 13, 100);
    assert!(short.ends_with('…') && short.len() < 20, "{short}");
    assert_eq!(text::fitted("日本語日本語日本語日本語", 13, 60).chars().count(), 3);
}

#[test]
fn names_are_written_in_full_up_to_a_width() {
    let mut platform = fixture::platform();
    let name = "daily_deliveries_by_carrier";
    platform.aggregates[0].name = Identifier::new(name).unwrap();
    assert!(svg(&graph(&platform)).contains(&format!(">{name}</text>")));
    let long = "a".repeat(60);
    platform.aggregates[0].name = Identifier::new(&long).unwrap();
    let picture = svg(&graph(&platform));
    assert!(!picture.contains(&format!(">{long}</text>")) && picture.contains("aaaa…</text>"));
}

#[test]
fn lines_below_names_are_written_in_full() {
    let mut platform = fixture::platform();
    platform.aggregates[0].dimensions[1].name = Identifier::new("country_of_delivery").unwrap();
    let picture = svg(&graph(&platform));
    assert!(picture.contains(">by day, country_of_delivery</text>"), "{picture}");
}

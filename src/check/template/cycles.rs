//! Circles: resources that refer to each other, so that none can be created first.

use std::collections::{BTreeMap, BTreeSet};

use strataform_template::substitution::{Piece, pieces};
use strataform_template::{Function, Node, Object, ResourceEntry, Template};

use super::{At, Fault, circle};

/// What each resource refers to.
type Graph<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

/// One fault for each circle.
pub(super) fn check(template: &Template) -> Vec<Fault> {
    let ids: BTreeSet<&str> = template.resources().map(|(id, _)| id).collect();
    let graph: Graph<'_> = template.resources().map(|(id, entry)| (id, references(entry, &ids))).collect();
    let mut walk =
        Walk { graph: &graph, done: BTreeSet::new(), in_circle: BTreeSet::new(), found: Vec::new() };
    for id in graph.keys() {
        walk.from(id);
    }
    let fault = |path: Vec<&str>| {
        let first = path.first().copied().unwrap_or_default();
        let mut names: Vec<String> = path.iter().map(|id| format!("`{id}`")).collect();
        if names.len() > SHOWN {
            let others = names.len() - SHOWN;
            names.truncate(SHOWN);
            names.push(format!("… {others} more"));
        }
        names.push(format!("`{first}`"));
        Fault::new(
            format!("/Resources/{first}"),
            At::Key,
            circle(format!("circular reference: {}", names.join(" → "))),
        )
    };
    walk.found.into_iter().map(fault).collect()
}

/// How many resources of a circle are named.
const SHOWN: usize = 20;

struct Walk<'a> {
    graph: &'a Graph<'a>,
    done: BTreeSet<&'a str>,
    /// The resources of the circles that were found.
    in_circle: BTreeSet<&'a str>,
    found: Vec<Vec<&'a str>>,
}

impl<'a> Walk<'a> {
    /// Visits what can be reached from a resource, without recursion: a template may have long chains.
    fn from(&mut self, start: &'a str) {
        let mut path: Vec<(&'a str, Vec<&'a str>)> = Vec::new();
        self.enter(start, &mut path);
        while let Some((_, rest)) = path.last_mut() {
            let Some(next) = rest.pop() else {
                if let Some((id, _)) = path.pop() {
                    self.done.insert(id);
                }
                continue;
            };
            if let Some(at) = path.iter().position(|(id, _)| *id == next) {
                let circle: Vec<&'a str> = path.iter().skip(at).map(|(id, _)| *id).collect();
                // One circle of those that meet is enough: once it is broken, the next one shows.
                if !circle.iter().any(|id| self.in_circle.contains(id)) {
                    self.in_circle.extend(&circle);
                    self.found.push(circle);
                }
                self.done.insert(next);
            } else {
                self.enter(next, &mut path);
            }
        }
    }

    fn enter(&mut self, id: &'a str, path: &mut Vec<(&'a str, Vec<&'a str>)>) {
        if self.done.contains(id) {
            return;
        }
        let next = self.graph.get(id).map(|all| all.iter().copied().rev().collect());
        path.push((id, next.unwrap_or_default()));
    }
}

/// The resources that a resource refers to.
fn references<'a>(entry: &ResourceEntry, ids: &BTreeSet<&'a str>) -> BTreeSet<&'a str> {
    let mut found: BTreeSet<&'a str> = BTreeSet::new();
    let mut note = |name: &str| found.extend(ids.get(name));
    let mut look = |node: &Node| {
        node.walk(&mut |one| match one {
            Node::Ref(name) => note(name),
            Node::GetAtt(att) => note(&att.resource),
            Node::Call(call) if call.function == Function::Sub => {
                let text = call.argument.as_str();
                let first = || call.argument.as_list().and_then(|all| all.first()).and_then(Node::as_str);
                for piece in text.or_else(first).map(pieces).unwrap_or_default() {
                    let Piece::Name(name) = piece else { continue };
                    note(name.split('.').next().unwrap_or(name).trim());
                }
            }
            Node::Null
            | Node::Bool(_)
            | Node::Number(_)
            | Node::Text(_)
            | Node::List(_)
            | Node::Object(_)
            | Node::Call(_) => {}
        });
    };
    for node in entry.properties.iter().flat_map(Object::iter).map(|(_, node)| node) {
        look(node);
    }
    let depends = entry.attributes.get("DependsOn");
    match depends {
        Some(Node::Text(name)) => note(name),
        Some(Node::List(all)) => all.iter().filter_map(Node::as_str).for_each(note),
        Some(_) | None => {}
    }
    found
}

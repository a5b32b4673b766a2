//! Lists: items, length, and uniqueness.

use strataform_template::Node;

use super::{Step, Validator, is_no_value, may_be_no_value, scalar};
use crate::facts::Shape;
use crate::finding::Rule;

impl<'a> Validator<'a> {
    pub(super) fn list(&mut self, items: &'a [Node], shape: &'a Shape) {
        for (place, item) in items.iter().enumerate().filter(|(_, item)| !is_no_value(item)) {
            let next = shape.prefix_items.get(place).or(shape.items.as_deref());
            if let Some(next) = next {
                self.below(Step::Place(place), item, next);
            }
        }
        self.count(items, shape);
        self.unique(items, shape);
    }

    fn count(&mut self, items: &[Node], shape: &Shape) {
        let most = items.iter().filter(|item| !is_no_value(item)).count() as u64;
        let least = items.iter().filter(|item| !is_no_value(item) && !may_be_no_value(item)).count() as u64;
        if let Some(bound) = shape.item_count.0.filter(|bound| most < *bound) {
            self.find(Rule::Count, format!("{most} items, but at least {bound} are required"));
        }
        if let Some(bound) = shape.item_count.1.filter(|bound| least > *bound) {
            self.find(Rule::Count, format!("{least} items, but at most {bound} are allowed"));
        }
    }

    fn unique(&mut self, items: &[Node], shape: &Shape) {
        if let Some(place) = twin(items, scalar::same).filter(|_| shape.unique) {
            self.find(Rule::Unique, format!("item {place} is a duplicate of an earlier one"));
        }
        if let Some(most) = shape.most_unique {
            let mut different: Vec<&Node> = Vec::new();
            for item in items {
                if !different.iter().any(|known| scalar::same(known, item)) {
                    different.push(item);
                }
            }
            if different.len() as u64 > most {
                self.find(
                    Rule::Count,
                    format!("{} different items, but at most {most} are allowed", different.len()),
                );
            }
        }
        if !shape.unique_keys.is_empty() {
            let keyed = |left: &Node, right: &Node| same_keys(left, right, &shape.unique_keys);
            if let Some(place) = twin(items, keyed) {
                let keys = shape.unique_keys.join(", ");
                self.find(Rule::Unique, format!("item {place} has the same {keys} as an earlier one"));
            }
        }
    }
}

/// The first item that equals an earlier one.
fn twin(items: &[Node], same: impl Fn(&Node, &Node) -> bool) -> Option<usize> {
    (1..items.len()).find(|place| items[..*place].iter().any(|earlier| same(earlier, &items[*place])))
}

fn same_keys(left: &Node, right: &Node, keys: &[String]) -> bool {
    let (Some(left), Some(right)) = (left.as_object(), right.as_object()) else {
        return false;
    };
    keys.iter().all(|key| match (left.get(key), right.get(key)) {
        (Some(ours), Some(theirs)) => scalar::same(ours, theirs),
        _ => false,
    })
}

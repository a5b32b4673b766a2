//! The types of attributes: the results of `Fn::GetAtt`.

use strataform_schema::facts::{Identity, Relation, ResourceFacts, Shape};

use super::model::{Builder, DEPTH, Type};
use super::names;

/// The type of a `Fn::GetAtt` result.
pub(super) fn attribute(resource: &str, facts: &ResourceFacts, path: &str) -> Type {
    if let Some(identity) = own_identity(resource, facts, path) {
        return Type::Relation(vec![Relation(resource.to_owned(), identity)]);
    }
    let mut at = Some(&facts.shape);
    for step in path.split('.') {
        at = at.and_then(|shape| descend(facts, shape, step, 0));
    }
    let Some(shape) = at else {
        return Type::Text;
    };
    let mut builder = Builder::new(facts);
    match builder.kind(shape, "", "") {
        Type::Text if Identity::of(path) == Identity::Arn => Type::AnyArn,
        Type::Enum(_) | Type::Secret => Type::Text,
        Type::List(item) if !matches!(*item, Type::Struct(_) | Type::Enum(_)) => Type::List(item),
        Type::List(_) => Type::List(Box::new(Type::Json)),
        Type::Struct(_) | Type::Map(_) => Type::Json,
        kind => kind,
    }
}

/// The identity of the own resource in an attribute: `Arn` and `TopicArn` of a topic are its ARN, the `StreamArn` of
/// a table is not.
fn own_identity(resource: &str, facts: &ResourceFacts, path: &str) -> Option<Identity> {
    let (_, own) = names::split(resource);
    let own = own.to_ascii_lowercase();
    let identity = Identity::of(path);
    if facts.primary_identifier == [path] {
        return Some(identity);
    }
    let tail = match identity {
        Identity::Arn => 3,
        Identity::Name => 4,
        Identity::Id if path.ends_with("Id") => 2,
        Identity::Id => return None,
    };
    let stem = path[..path.len() - tail].to_ascii_lowercase();
    (stem.is_empty() || own == stem || (own.ends_with(&stem) && stem.len() > 2)).then_some(identity)
}

fn descend<'a>(facts: &'a ResourceFacts, shape: &'a Shape, step: &str, depth: usize) -> Option<&'a Shape> {
    if depth > DEPTH {
        return None;
    }
    let unions = shape.all_of.iter().chain(&shape.any_of).chain(&shape.one_of);
    let below = || unions.chain(facts.referred(shape)).find_map(|next| descend(facts, next, step, depth + 1));
    shape.properties.get(step).or_else(below)
}

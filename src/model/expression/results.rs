//! Result types of the catalog's functions, from the types of their arguments.

use super::tree::{Node, Typed};
use super::unify::{exact, text};
use crate::model::Type;

fn of(arguments: &[Typed]) -> Type {
    arguments.first().map_or(Type::Boolean, |one| one.data_type)
}

pub(super) fn first(arguments: &[Typed]) -> Type {
    of(arguments)
}

pub(super) fn integer(_: &[Typed]) -> Type {
    Type::Integer
}

pub(super) fn bigint(_: &[Typed]) -> Type {
    Type::Bigint
}

pub(super) fn double(_: &[Typed]) -> Type {
    Type::Double
}

pub(super) fn boolean(_: &[Typed]) -> Type {
    Type::Boolean
}

pub(super) fn timestamp(_: &[Typed]) -> Type {
    Type::Timestamp
}

pub(super) fn hex32(_: &[Typed]) -> Type {
    text(32)
}

pub(super) fn hex64(_: &[Typed]) -> Type {
    text(64)
}

pub(super) fn longest_text(_: &[Typed]) -> Type {
    text(u32::MAX)
}

/// The longest of several strings; the common type otherwise.
pub(super) fn longest(arguments: &[Typed]) -> Type {
    let longest = arguments.iter().map(characters).max().unwrap_or(1);
    match of(arguments) {
        Type::String { .. } => text(longest),
        other => other,
    }
}

fn characters(one: &Typed) -> u32 {
    match one.data_type {
        Type::String { length } => length,
        Type::Boolean
        | Type::Integer
        | Type::Bigint
        | Type::Decimal { .. }
        | Type::Double
        | Type::Date
        | Type::Timestamp
        | Type::Json => 0,
    }
}

/// The constant number of the argument at a position.
fn count(arguments: &[Typed], at: usize) -> Option<u32> {
    match &arguments.get(at)?.node {
        Node::Number(digits) => digits.parse().ok(),
        _ => None,
    }
}

pub(super) fn part(arguments: &[Typed]) -> Type {
    text(arguments.first().map_or(0, characters).min(count(arguments, 1).unwrap_or(u32::MAX)))
}

pub(super) fn middle(arguments: &[Typed]) -> Type {
    text(arguments.first().map_or(0, characters).min(count(arguments, 2).unwrap_or(u32::MAX)))
}

pub(super) fn padded(arguments: &[Typed]) -> Type {
    text(count(arguments, 1).unwrap_or(u32::MAX))
}

pub(super) fn replaced(arguments: &[Typed]) -> Type {
    let written = |at: usize| match arguments.get(at).map(|one| &one.node) {
        Some(Node::Text(value)) => u32::try_from(value.chars().count()).unwrap_or(u32::MAX),
        _ => 0,
    };
    let all = arguments.first().map_or(0, characters);
    let (old, new) = (written(1).max(1), written(2));
    text(if new <= old { all } else { (all / old).saturating_mul(new).saturating_add(all % old) })
}

pub(super) fn rounded(arguments: &[Typed]) -> Type {
    let digits = count(arguments, 1).and_then(|n| u8::try_from(n).ok()).unwrap_or(0);
    match exact(of(arguments)) {
        Some((p, s)) if digits < s => {
            Type::Decimal { precision: (p - s + digits + 1).min(38), scale: digits }
        }
        _ => of(arguments),
    }
}

pub(super) fn whole(arguments: &[Typed]) -> Type {
    match exact(of(arguments)) {
        Some((p, s)) if s > 0 => Type::Decimal { precision: (p - s + 1).min(38), scale: 0 },
        _ => of(arguments),
    }
}

pub(super) fn total(arguments: &[Typed]) -> Type {
    match of(arguments) {
        Type::Integer => Type::Bigint,
        Type::Bigint => Type::Decimal { precision: 38, scale: 0 },
        Type::Decimal { scale, .. } => Type::Decimal { precision: 38, scale },
        other => other,
    }
}

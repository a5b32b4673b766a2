//! [`look`]: resolves a name among the relations of one query.

use super::catalog::Known;
use super::scope::Frame;
use crate::ast::{DataType, Ident, Name, TableAlias};

pub(super) enum Look {
    Found(Option<DataType>),
    Several,
    NotSuper(String),
    Missing,
}

/// Resolves a name among the relations of one query.
pub(super) fn look(frame: &Frame, parts: &[String]) -> Look {
    if parts.len() == 1 && frame.aliases.contains(&parts[0]) {
        return Look::Found(None);
    }
    for source in &frame.sources {
        for from in 0..source.parts.len() {
            let suffix = &source.parts[from..];
            if source.element && parts.starts_with(suffix) {
                return Look::Found(None);
            }
            if parts.len() > suffix.len() && parts.starts_with(suffix) {
                let Some(columns) = &source.columns else { return Look::Found(None) };
                let rest = &parts[suffix.len()..];
                match columns.iter().find(|column| column.name == rest[0]) {
                    Some(column) => return field(column, rest),
                    // The name can be a column's as well as a relation's.
                    None if !columns_of(frame, &parts[0]).is_empty() => {}
                    None => return Look::Missing,
                }
            }
        }
    }
    let found = columns_of(frame, &parts[0]);
    match found.as_slice() {
        [one] => field(one, parts),
        [] if frame.sources.iter().any(|source| source.columns.is_none()) => Look::Found(None),
        [] => Look::Missing,
        [one, ..] => match &frame.merged {
            Some(merged) if merged.is_empty() || merged.contains(&one.name) => field(one, parts),
            _ => Look::Several,
        },
    }
}

pub(super) fn columns_of<'a>(frame: &'a Frame, name: &str) -> Vec<&'a Known> {
    frame
        .sources
        .iter()
        .flat_map(|source| source.columns.iter().flatten())
        .filter(|column| column.name == name)
        .collect()
}

/// The type of a column, or of the field that the parts lead to.
pub(super) fn field(column: &Known, parts: &[String]) -> Look {
    if parts.len() == 1 {
        return Look::Found(column.data_type);
    }
    match column.data_type {
        None => Look::Found(None),
        Some(DataType::Super) => Look::Found(Some(DataType::Super)),
        Some(_) => Look::NotSuper(column.name.clone()),
    }
}

pub(super) fn qualified_parts(name: &Name, alias: Option<&Ident>) -> Vec<String> {
    match alias {
        Some(alias) => vec![alias.folded()],
        None => name.parts.iter().map(Ident::folded).collect(),
    }
}

/// The columns, with the names that an alias gives them.
pub(super) fn renamed(columns: Option<Vec<Known>>, alias: &TableAlias) -> Option<Vec<Known>> {
    if alias.columns.is_empty() {
        return columns;
    }
    let types = columns.unwrap_or_default();
    let named = alias.columns.iter().enumerate().map(|(at, name)| Known {
        name: name.folded(),
        data_type: types.get(at).and_then(|column| column.data_type),
    });
    Some(named.collect())
}

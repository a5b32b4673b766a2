//! [`Views`]: which views read a relation, directly or through other views.

use super::{Object, ObjectKind, effects};
use crate::ast::{Name, Statement};

/// The views of a warehouse and the relations that each reads.
#[derive(Clone, Debug, Default)]
pub struct Views {
    /// In the order of creation.
    all: Vec<(Object, Vec<Name>)>,
}

impl Views {
    /// Adds the views and materialized views that a statement creates.
    pub fn note(&mut self, statement: &Statement) {
        let found = effects(statement);
        for object in found.creates {
            match object.kind {
                ObjectKind::View | ObjectKind::MaterializedView => {
                    self.all.push((object, found.reads.clone()));
                }
                ObjectKind::Schema
                | ObjectKind::Table
                | ObjectKind::ExternalTable
                | ObjectKind::Procedure
                | ObjectKind::Role
                | ObjectKind::User => {}
            }
        }
    }

    /// The views that read a relation, directly or through other views. Each comes once, and before the views that it
    /// reads, so that they can be dropped in this order.
    #[must_use]
    pub fn readers(&self, of: &Name) -> Vec<&Object> {
        let mut read = vec![of.key()];
        let mut found: Vec<usize> = Vec::new();
        loop {
            let reads =
                |(_, names): &(Object, Vec<Name>)| names.iter().any(|name| read.contains(&name.key()));
            let more: Vec<usize> = (0..self.all.len())
                .filter(|at| !found.contains(at) && reads(&self.all[*at]))
                .filter(|at| self.all[*at].0.name.key() != read[0])
                .collect();
            if more.is_empty() {
                break;
            }
            read.extend(more.iter().map(|at| self.all[*at].0.name.key()));
            found.extend(more);
        }
        // Mostly, a view was noted after the views that it reads. Views that read each other are in the order of their notes.
        found.sort_unstable();
        let mut ordered = Vec::new();
        while let Some(last) = found.len().checked_sub(1) {
            let is_read = |at: &usize| {
                let key = self.all[*at].0.name.key();
                found
                    .iter()
                    .any(|other| other != at && self.all[*other].1.iter().any(|name| name.key() == key))
            };
            let next = (0..=last).rev().find(|place| !is_read(&found[*place])).unwrap_or(last);
            ordered.push(&self.all[found.remove(next)].0);
        }
        ordered
    }
}

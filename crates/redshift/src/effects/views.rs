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
        // A view is created after the views that it reads.
        found.sort_unstable();
        found.iter().rev().map(|at| &self.all[*at].0).collect()
    }
}

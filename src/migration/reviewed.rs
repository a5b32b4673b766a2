//! [`Reviewed`]: the migrations that an assembly has, as its files say them.
//!
//! In: the migrations of a table. Out: those that lead from one definition to another, and which of their statements have not run
//! yet in a warehouse with certain columns.

use serde::{Deserialize, Serialize};
use strataform_redshift::ast::{Alteration, StatementKind};
use strataform_redshift::parse;

use super::sql::text;
use super::table::{Columns, ExistingColumn, is_required, of_table, place};
use crate::assembly::{Assembly, ManifestMigration, layout};
use crate::hash::sha256;

/// A migration of a table, as its file says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reviewed {
    /// The path of its file.
    pub(crate) path: String,
    /// Its number.
    pub(crate) number: u32,
    /// The digest of the definition before.
    from: String,
    /// The digest of the definition after.
    to: String,
    /// Whether it copies the table.
    pub(crate) rewrites: bool,
    /// SHA-256 of the file.
    checksum: String,
    /// Its statements.
    pub(crate) statements: Vec<String>,
}

/// A migration that was applied, as the ledger records it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// The path of its file.
    pub path: String,
    /// SHA-256 of the file.
    pub checksum: String,
    /// How many statements it has.
    pub statements: usize,
}

impl Reviewed {
    /// The migrations of the table that a file makes.
    pub(crate) fn of(assembly: &Assembly, table: &str) -> Vec<Self> {
        let of_table = assembly.manifest.migrations.iter().filter(|one| one.table == table);
        of_table.filter_map(|one| Self::read(one, &assembly.text(&one.path)?)).collect()
    }

    fn read(one: &ManifestMigration, whole: &str) -> Option<Self> {
        Some(Self {
            path: one.path.clone(),
            number: layout::migration_number(&one.path)?,
            from: one.from.clone(),
            to: one.to.clone(),
            rewrites: one.rewrites,
            checksum: sha256(whole.as_bytes()),
            statements: parse(whole).statements.iter().map(|one| text(whole, one)).collect(),
        })
    }

    /// What the ledger records.
    pub(super) fn recorded(&self) -> Recorded {
        Recorded {
            path: self.path.clone(),
            checksum: self.checksum.clone(),
            statements: self.statements.len(),
        }
    }
}

/// The migrations that lead from one definition to another, the newest way. `None` if there is no way, or if it
/// copies the table and does more: one copy to the last definition is better than several, and a copy is one transaction.
pub(super) fn chain<'a>(all: &'a [Reviewed], from: &str, to: &str) -> Option<Vec<&'a Reviewed>> {
    let mut found = Vec::new();
    let mut target = to;
    for one in all.iter().rev() {
        if target == from {
            break;
        }
        if one.to == target {
            target = &one.from;
            found.push(one);
        }
    }
    found.reverse();
    let is_usable = target == from && (found.len() < 2 || !found.iter().any(|one| one.rewrites));
    is_usable.then_some(found)
}

/// The statements whose effect a warehouse does not have yet: those of an interrupted run that ran outside a
/// transaction are left out, and so are those about columns that were removed before and never existed here.
pub(super) fn remaining(statements: Vec<String>, there: &Columns) -> Vec<String> {
    let mut columns = there.clone();
    statements.into_iter().filter(|text| is_missing(text, &mut columns)).collect()
}

/// Whether a statement has not run, as far as columns tell. Notes its effect.
fn is_missing(text: &str, there: &mut Columns) -> bool {
    let Some(StatementKind::AlterTable(table)) =
        parse(text).statements.into_iter().next().map(|one| one.kind)
    else {
        return true;
    };
    if of_table(there, &table.name).next().is_none() {
        return true;
    }
    let (schema, last) = place(&table.name);
    let key = |column: &str| (schema.clone(), last.clone(), column.to_ascii_lowercase());
    table.alterations.into_iter().any(|(alteration, _)| match alteration {
        Alteration::RenameColumn(old, new) => {
            let has = there.remove(&key(&old.text));
            has.map(|has| there.insert(key(&new.text), has)).is_some()
        }
        Alteration::AddColumn(column) => {
            let has = ExistingColumn {
                data_type: Some(column.data_type.to_string()),
                nullable: !is_required(&column),
            };
            let place = key(&column.name.text);
            let is_new = !there.contains_key(&place);
            if is_new {
                there.insert(place, has);
            }
            is_new
        }
        Alteration::ColumnType(column, data_type) => {
            let Some(has) = there.get_mut(&key(&column.text)) else { return true };
            let wants = Some(data_type.to_string());
            let is_other = has.data_type != wants;
            has.data_type = wants;
            is_other
        }
        Alteration::DropColumn(column, _) => there.remove(&key(&column.text)).is_some(),
        Alteration::AppendFrom { .. }
        | Alteration::Rename(_)
        | Alteration::Owner(_)
        | Alteration::AddConstraint(_)
        | Alteration::DropConstraint(..)
        | Alteration::ColumnEncoding(..)
        | Alteration::EncodeAuto
        | Alteration::DistKey(_)
        | Alteration::DistStyle(_)
        | Alteration::SortKey(_)
        | Alteration::AddPartition { .. } => true,
    })
}

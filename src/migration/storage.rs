//! [`change`]: how the rows of a table are distributed and sorted, and the statements that change it in place.
//! Assumes `alter-storage`.

use strataform_redshift::ast::{
    AlterTable, Alteration, CreateTable, Distribution, Ident, SortKey, SortStyle, Statement, StatementKind,
    TableAttributeKind,
};
use strataform_redshift::{Span, parse, redshift};

/// How the rows of a table are stored. Places in the text do not count.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Storage {
    distribution: (Distribution, Option<Ident>),
    sorting: SortKey,
}

fn plain(all: &[Ident]) -> Vec<Ident> {
    all.iter().map(|one| Ident::new(one.text.clone())).collect()
}

impl Storage {
    /// `None` if the definition has an attribute that no statement changes.
    fn of(table: &CreateTable) -> Option<Self> {
        let mut found = Self { distribution: (Distribution::Auto, None), sorting: SortKey::Auto };
        for attribute in &table.attributes {
            match &attribute.kind {
                TableAttributeKind::DistStyle(style) => found.distribution.0 = *style,
                TableAttributeKind::DistKey(columns) => {
                    found.distribution = (Distribution::Key, plain(columns).pop());
                }
                TableAttributeKind::SortKey(SortKey::Columns(SortStyle::Interleaved, _))
                | TableAttributeKind::Backup(_)
                | TableAttributeKind::EncodeAuto => return None,
                TableAttributeKind::SortKey(SortKey::Columns(SortStyle::Compound, columns)) => {
                    found.sorting = SortKey::Columns(SortStyle::Compound, plain(columns));
                }
                TableAttributeKind::SortKey(other @ (SortKey::Auto | SortKey::None)) => {
                    found.sorting = other.clone();
                }
            }
        }
        Some(found)
    }
}

/// The statements that change how a table is stored, each of which runs alone; `None` if it must be copied for that.
pub(super) fn change(was: &CreateTable, table: &CreateTable) -> Option<Vec<String>> {
    if was.attributes.iter().map(|one| &one.kind).eq(table.attributes.iter().map(|one| &one.kind)) {
        return Some(Vec::new());
    }
    let (old, new) = (Storage::of(was)?, Storage::of(table)?);
    let mut found = Vec::new();
    if old.distribution != new.distribution {
        found.push(match new.distribution {
            (Distribution::Key, Some(column)) => Alteration::DistKey(column),
            (Distribution::Key, None) => return None,
            (style @ (Distribution::Auto | Distribution::Even | Distribution::All), _) => {
                Alteration::DistStyle(style)
            }
        });
    }
    if old.sorting != new.sorting {
        found.push(Alteration::SortKey(new.sorting));
    }
    let alter = |one: Alteration| {
        let alter = AlterTable { name: table.name.clone(), alterations: vec![(one, Span::default())] };
        redshift(&Statement { kind: StatementKind::AlterTable(alter), span: Span::default() })
    };
    Some(found.into_iter().map(alter).collect())
}

/// Whether a statement changes nothing but how a table is stored.
#[cfg_attr(not(feature = "deploy"), allow(dead_code, reason = "only deployments use it"))]
pub(crate) fn is_storage(text: &str) -> bool {
    let statements = parse(text).statements;
    !statements.is_empty()
        && statements.iter().all(|one| {
            let StatementKind::AlterTable(table) = &one.kind else { return false };
            table.alterations.iter().all(|(one, _)| {
                matches!(one, Alteration::DistKey(_) | Alteration::DistStyle(_) | Alteration::SortKey(_))
            })
        })
}

#[cfg(test)]
mod tests {
    use super::super::definition;
    use super::*;

    fn found(old: &str, new: &str) -> Option<Vec<String>> {
        let table = |of: &str| {
            definition::table(&format!("CREATE TABLE core.t (a INT, b INT) {of};")).expect("a table")
        };
        change(&table(old), &table(new))
    }

    #[test]
    fn keys_change_in_place_each_with_a_statement() {
        assert_eq!(found("SORTKEY (a)", "SORTKEY (a)"), Some(Vec::new()));
        assert_eq!(found("SORTKEY (a)", "SORTKEY  (a)  DISTSTYLE AUTO"), Some(Vec::new()), "the default");
        assert_eq!(
            found("DISTSTYLE AUTO SORTKEY AUTO", "DISTSTYLE KEY DISTKEY (a) SORTKEY (b, a)")
                .expect("in place"),
            [
                "ALTER TABLE \"core\".\"t\" ALTER DISTKEY \"a\"",
                "ALTER TABLE \"core\".\"t\" ALTER SORTKEY (\"b\", \"a\")",
            ]
        );
        assert_eq!(
            found("DISTKEY (a) SORTKEY (b)", "DISTSTYLE ALL").expect("in place"),
            [
                "ALTER TABLE \"core\".\"t\" ALTER DISTSTYLE ALL",
                "ALTER TABLE \"core\".\"t\" ALTER SORTKEY AUTO"
            ]
        );
        assert_eq!(found("SORTKEY (a)", "INTERLEAVED SORTKEY (a, b)"), None);
    }
}

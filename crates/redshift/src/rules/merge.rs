//! `MERGE`: its source, and whether values match columns.

use crate::ast::{Matched, Merge};
use crate::finding::{Code, Finding};

pub(super) fn check(merge: &Merge, findings: &mut Vec<Finding>) {
    if merge.target.folded() == merge.source.folded() {
        let span = merge.source.span();
        findings.push(
            Finding::error(Code::MergeSource, span, "MERGE cannot use its target as the source")
                .help("merge from a staging table"),
        );
    }
    let Some((matched, columns, values)) = &merge.action else { return };
    if !columns.is_empty() && columns.len() != values.len() {
        let summary = format!("{} columns, but {} values", columns.len(), values.len());
        findings.push(Finding::error(Code::MergeColumns, columns[0].span, summary));
    }
    super::table::names(columns.iter(), findings);
    if let Matched::Update(assignments) = matched {
        super::table::names(assignments.iter().map(|one| &one.column), findings);
    }
}

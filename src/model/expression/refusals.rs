//! What is refused by name: SQL that no expression may have, and functions that the catalogue lacks.

use std::ops::Range;

use sqlparser::ast::Expr;
use strataform_diagnostic::suggestion;

use super::catalogue;
use super::check::Checker;
use super::fault::{FORBIDDEN, FUNCTION, UNSTABLE};
use super::tree::Typed;

impl Checker<'_> {
    /// SQL that has no place in an expression.
    pub(super) fn forbidden(&mut self, expr: &Expr) -> Option<Typed> {
        let (what, help) = match expr {
            Expr::Subquery(_) | Expr::InSubquery { .. } | Expr::Exists { .. } => {
                ("a subquery", "join the dataset, and use `alias.column`")
            }
            Expr::Wildcard(_) | Expr::QualifiedWildcard(..) => ("`*`", "name a column; count(*) counts rows"),
            Expr::Interval(_) => ("an interval", "write date_add('day', n, moment)"),
            Expr::ILike { .. } => ("`ilike`", "write lower(text) like 'pattern'"),
            Expr::RLike { .. } | Expr::SimilarTo { .. } => {
                ("this match", "write regexp_like(text, 'pattern')")
            }
            Expr::Cast { .. } | Expr::Convert { .. } => ("this cast", "write cast(value as type)"),
            Expr::AtTimeZone { .. } => ("a time zone", "moments are UTC; shift them in the dashboard"),
            Expr::IsDistinctFrom(..) | Expr::IsNotDistinctFrom(..) => {
                ("`is distinct from`", "write a = b or (a is null and b is null)")
            }
            Expr::Trim { .. } => ("this trim", "write trim(text), ltrim(text) or rtrim(text)"),
            Expr::Floor { .. } | Expr::Ceil { .. } => {
                ("this rounding", "write round(x, n) or date_trunc('day', moment)")
            }
            _ => ("this", "see the catalogue of expressions"),
        };
        let summary = format!("{what} is not in the catalogue");
        self.refuse(FORBIDDEN, &self.span(expr), summary, "Spark and Redshift do not both run it alike", help)
    }

    /// A function that is not in the catalogue.
    pub(super) fn unknown(&mut self, name: &str, span: &Range<usize>) -> Option<Typed> {
        if catalogue::is_unstable(name) {
            return self.refuse(
                UNSTABLE,
                span,
                format!("{name} gives something else at each run"),
                "a run that is repeated must give the same rows",
                "use a column, such as the event time",
            );
        }
        let summary = format!("the function `{name}` is not in the catalogue");
        if let Some((cause, help)) = catalogue::left_out(name) {
            return self.refuse(FUNCTION, span, summary, cause, help);
        }
        let names = catalogue::functions().map(|one| one.name).chain(["concat", "mod"]);
        let help = suggestion(name, names).unwrap_or_else(|| "see the catalogue of expressions".to_owned());
        self.refuse(FUNCTION, span, summary, "it is not known to mean the same in Spark and Redshift", help)
    }
}

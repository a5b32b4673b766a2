//! Functions that have another name or form in `PostgreSQL`; those that it does not have are in `postgres/prelude.sql`.

use super::{ScopedRelation, Writer};
use crate::ast::{Argument, Call, DataType, DateField, Expression, ExpressionKind, Ident, Niladic};

impl Writer {
    pub(super) fn call(&mut self, call: &Call) {
        if !self.is_postgres() {
            return self.plain_call(call);
        }
        match call.name.folded().as_str() {
            "nvl" => self.renamed(call, "COALESCE"),
            "len" | "length" if !is_bytes(call) => self.renamed(call, "CHAR_LENGTH"),
            "nvl2" => self.nvl2(call),
            "decode" => self.decode(call),
            "listagg" => self.listagg(call),
            "median" => self.median(call),
            "date_diff" => self.renamed(call, "DATEDIFF"),
            "date_add" => self.renamed(call, "DATEADD"),
            _ => self.plain_call(call),
        }
    }

    fn renamed(&mut self, call: &Call, name: &str) {
        self.put(name);
        self.put("(");
        self.put_if(call.distinct, "DISTINCT ");
        self.list(&call.arguments, Self::argument);
        self.put(")");
        self.after_call(call);
    }

    /// `NVL2(value, then, otherwise)`
    fn nvl2(&mut self, call: &Call) {
        let [value, then, otherwise] = call.arguments.as_slice() else { return self.plain_call(call) };
        self.put("CASE WHEN (");
        self.argument(value);
        self.put(") IS NOT NULL THEN ");
        self.argument(then);
        self.put(" ELSE ");
        self.argument(otherwise);
        self.put(" END");
    }

    /// `DECODE(value, one, result, …, otherwise)`, in which nulls are equal.
    fn decode(&mut self, call: &Call) {
        let [value, pairs @ ..] = call.arguments.as_slice() else { return self.plain_call(call) };
        self.put("CASE");
        let mut pairs = pairs.chunks_exact(2);
        for pair in &mut pairs {
            self.put(" WHEN (");
            self.argument(value);
            self.put(") IS NOT DISTINCT FROM (");
            self.list(&pair[..1], Self::argument);
            self.put(") THEN ");
            self.list(&pair[1..], Self::argument);
        }
        if let [otherwise] = pairs.remainder() {
            self.put(" ELSE ");
            self.argument(otherwise);
        }
        self.put(" END");
    }

    /// `LISTAGG(value, separator) WITHIN GROUP (ORDER BY …)`
    fn listagg(&mut self, call: &Call) {
        self.put("STRING_AGG(");
        self.put_if(call.distinct, "DISTINCT ");
        let mut arguments = call.arguments.iter();
        let value = arguments.next();
        self.put("CAST(");
        if let Some(value) = value {
            self.argument(value);
        }
        self.put(" AS text), ");
        match arguments.next() {
            Some(separator) => self.argument(separator),
            None => self.put("''"),
        }
        if !call.within_group.is_empty() {
            self.put(" ORDER BY ");
            let same = matches!((value, call.within_group.first()), (Some(Argument::Value(value)), Some(first)) if value.kind == first.expression.kind);
            if same && call.within_group.len() == 1 {
                // With DISTINCT, PostgreSQL can only order by the value itself.
                self.put("CAST(");
                self.expression(&call.within_group[0].expression);
                self.put(" AS text)");
                self.put_if(call.within_group[0].descending, " DESC");
            } else {
                self.order(&call.within_group);
            }
        }
        self.put(")");
        if call.over.is_some() {
            self.refuse("LISTAGG over a window");
        }
    }

    fn median(&mut self, call: &Call) {
        self.put("PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY ");
        self.list(&call.arguments, Self::argument);
        self.put(")");
        if call.over.is_some() {
            self.refuse("MEDIAN over a window");
        }
    }

    pub(super) fn niladic(&mut self, niladic: Niladic) {
        self.put(if self.is_postgres() && niladic == Niladic::Sysdate {
            "GETDATE()"
        } else {
            niladic.text()
        });
    }

    pub(super) fn date_field(&mut self, field: DateField) {
        let dow = self.is_postgres() && field == DateField::DayOfWeek;
        let doy = self.is_postgres() && field == DateField::DayOfYear;
        self.put(if dow {
            "dow"
        } else if doy {
            "doy"
        } else {
            field.text()
        });
    }

    /// A cast that gives null if it fails.
    pub(super) fn try_cast(&mut self, operand: &Expression, data_type: DataType) {
        if !self.is_postgres() {
            self.put("TRY_CAST(");
            self.expression(operand);
            self.put(" AS ");
            self.data_type(data_type);
            return self.put(")");
        }
        // The function knows the type, but not its length or scale.
        self.put("CAST(TRY_CAST(CAST(");
        self.expression(operand);
        self.put(" AS text), CAST(NULL AS ");
        self.data_type(data_type);
        self.put(")) AS ");
        self.data_type(data_type);
        self.put(")");
    }

    /// Splits a path into the column that it begins with and the path into the column's value.
    pub(super) fn resolved(&self, parts: &[Ident]) -> (Vec<Ident>, Vec<Ident>) {
        let folded: Vec<String> = parts.iter().map(Ident::folded).collect();
        let known = self.scopes.iter().rev().flatten();
        let mut qualifier = 0;
        for scoped in known {
            let length = scoped.parts.len();
            for from in 0..length {
                let suffix = &scoped.parts[from..];
                if folded.len() > suffix.len() && folded.starts_with(suffix)
                    || scoped.element && folded[..1] == *suffix
                {
                    qualifier = qualifier.max(if scoped.element { suffix.len() - 1 } else { suffix.len() });
                }
            }
        }
        let column = qualifier + 1;
        (parts[..column.min(parts.len())].to_vec(), parts[column.min(parts.len())..].to_vec())
    }

    /// Whether a column is an element of a `SUPER` value.
    pub(super) fn is_element(&self, column: &[Ident]) -> bool {
        let [name] = column else { return false };
        self.scopes
            .iter()
            .flatten()
            .any(|ScopedRelation { parts, element }| *element && *parts == [name.folded()])
    }

    /// Whether an expression is a path into a `SUPER` value.
    pub(super) fn is_navigation(&self, kind: &ExpressionKind) -> bool {
        match kind {
            ExpressionKind::Column(parts) => !self.resolved(parts).1.is_empty(),
            ExpressionKind::Field(..) | ExpressionKind::Index(..) => true,
            ExpressionKind::Null
            | ExpressionKind::Boolean(_)
            | ExpressionKind::Number(_)
            | ExpressionKind::Text(_)
            | ExpressionKind::Typed { .. }
            | ExpressionKind::Interval(_)
            | ExpressionKind::Unary(..)
            | ExpressionKind::Binary(..)
            | ExpressionKind::Is { .. }
            | ExpressionKind::InList { .. }
            | ExpressionKind::InQuery { .. }
            | ExpressionKind::Between { .. }
            | ExpressionKind::Like { .. }
            | ExpressionKind::Exists(_)
            | ExpressionKind::Query(_)
            | ExpressionKind::Case(_)
            | ExpressionKind::Cast { .. }
            | ExpressionKind::TryCast { .. }
            | ExpressionKind::Extract(..)
            | ExpressionKind::Trim { .. }
            | ExpressionKind::Niladic(_)
            | ExpressionKind::Call(_)
            | ExpressionKind::AtTimeZone(..) => false,
        }
    }

    /// The column and the path into it; `None` if an index is not a number.
    pub(super) fn navigation(&self, kind: &ExpressionKind) -> Option<(Vec<Ident>, Vec<String>)> {
        match kind {
            ExpressionKind::Column(parts) => {
                let (column, path) = self.resolved(parts);
                Some((column, path.into_iter().map(|part| part.text).collect()))
            }
            ExpressionKind::Field(of, field) => {
                let (column, mut path) = self.navigation(&of.kind)?;
                path.push(field.text.clone());
                Some((column, path))
            }
            ExpressionKind::Index(of, index) => {
                let ExpressionKind::Number(number) = &index.kind else { return None };
                let (column, mut path) = self.navigation(&of.kind)?;
                path.push(number.clone());
                Some((column, path))
            }
            ExpressionKind::Null
            | ExpressionKind::Boolean(_)
            | ExpressionKind::Number(_)
            | ExpressionKind::Text(_)
            | ExpressionKind::Typed { .. }
            | ExpressionKind::Interval(_)
            | ExpressionKind::Unary(..)
            | ExpressionKind::Binary(..)
            | ExpressionKind::Is { .. }
            | ExpressionKind::InList { .. }
            | ExpressionKind::InQuery { .. }
            | ExpressionKind::Between { .. }
            | ExpressionKind::Like { .. }
            | ExpressionKind::Exists(_)
            | ExpressionKind::Query(_)
            | ExpressionKind::Case(_)
            | ExpressionKind::Cast { .. }
            | ExpressionKind::TryCast { .. }
            | ExpressionKind::Extract(..)
            | ExpressionKind::Trim { .. }
            | ExpressionKind::Niladic(_)
            | ExpressionKind::Call(_)
            | ExpressionKind::AtTimeZone(..) => None,
        }
    }

    /// The value at a path into JSON: as text (`#>>`) or as JSON (`#>`).
    pub(super) fn json_path(&mut self, column: &[Ident], path: &[String], operator: &str) {
        self.put("(");
        if self.is_element(column) {
            self.plain_column(column);
            self.put(".");
        }
        self.plain_column(column);
        self.put(" ");
        self.put(operator);
        self.put(" ARRAY[");
        self.list(path, |writer, part| writer.text(part));
        self.put("]::text[])");
    }
}

/// Whether the length is one in bytes: that of a Kinesis record.
fn is_bytes(call: &Call) -> bool {
    matches!(call.arguments.first(), Some(Argument::Value(Expression { kind: ExpressionKind::Column(parts), .. }))
        if parts.last().is_some_and(|part| part.is("kinesis_data")))
}

//! Expressions. An operand whose precedence is too low for its context gets parentheses.

use super::Writer;
use crate::ast::{
    Argument, BinaryOperator, Call, Case, Expression, ExpressionKind, Frame, FrameBound, FrameUnit, Ident,
    IsTest, LikeKind, OrderItem, TrimSide, UnaryOperator, Window,
};

/// The precedence of `IS`, `IN`, `LIKE` and `BETWEEN`.
const TESTS: u8 = 5;
/// The precedence of a sign.
const SIGN: u8 = 10;
/// The precedence of an expression that never needs parentheses.
const ALONE: u8 = 20;

/// The precedence of an expression's outermost operator.
fn binding(kind: &ExpressionKind) -> u8 {
    match kind {
        ExpressionKind::Binary(_, operator, _) => operator.binding(),
        ExpressionKind::Unary(UnaryOperator::Not, _) => 3,
        ExpressionKind::Unary(..) => SIGN,
        // Databases do not agree on its precedence.
        ExpressionKind::AtTimeZone(..) => 0,
        ExpressionKind::Is { .. }
        | ExpressionKind::InList { .. }
        | ExpressionKind::InQuery { .. }
        | ExpressionKind::Between { .. }
        | ExpressionKind::Like { .. } => TESTS,
        ExpressionKind::Null
        | ExpressionKind::Boolean(_)
        | ExpressionKind::Number(_)
        | ExpressionKind::Text(_)
        | ExpressionKind::Typed { .. }
        | ExpressionKind::Interval(_)
        | ExpressionKind::Column(_)
        | ExpressionKind::Field(..)
        | ExpressionKind::Index(..)
        | ExpressionKind::Exists(_)
        | ExpressionKind::Query(_)
        | ExpressionKind::Case(_)
        | ExpressionKind::Cast { .. }
        | ExpressionKind::TryCast { .. }
        | ExpressionKind::Extract(..)
        | ExpressionKind::Trim { .. }
        | ExpressionKind::Niladic(_)
        | ExpressionKind::Call(_) => ALONE,
    }
}

/// The word that `IS` tests for.
fn test_word(test: IsTest) -> &'static str {
    match test {
        IsTest::Null => "NULL",
        IsTest::True => "TRUE",
        IsTest::False => "FALSE",
        IsTest::Unknown => "UNKNOWN",
    }
}

/// The words between a string and its pattern.
fn like_words(kind: LikeKind, negated: bool) -> &'static str {
    match (kind, negated) {
        (LikeKind::Like, false) => " LIKE ",
        (LikeKind::Like, true) => " NOT LIKE ",
        (LikeKind::ILike, false) => " ILIKE ",
        (LikeKind::ILike, true) => " NOT ILIKE ",
        (LikeKind::Similar, false) => " SIMILAR TO ",
        (LikeKind::Similar, true) => " NOT SIMILAR TO ",
        (LikeKind::Posix, false) => " ~ ",
        (LikeKind::Posix, true) => " !~ ",
    }
}

impl Writer {
    pub(super) fn expression(&mut self, expression: &Expression) {
        self.kind(&expression.kind);
    }

    /// An operand of an operator with at least this precedence.
    fn operand(&mut self, expression: &Expression, least: u8) {
        if binding(&expression.kind) >= least {
            self.expression(expression);
        } else {
            self.put("(");
            self.expression(expression);
            self.put(")");
        }
    }

    fn kind(&mut self, kind: &ExpressionKind) {
        match kind {
            ExpressionKind::Null => self.put("NULL"),
            ExpressionKind::Boolean(value) => self.put(if *value { "TRUE" } else { "FALSE" }),
            ExpressionKind::Number(number) => self.put(number),
            ExpressionKind::Text(text) => self.text(text),
            ExpressionKind::Typed { data_type, text } => {
                self.data_type(*data_type);
                self.put(" ");
                self.text(text);
            }
            ExpressionKind::Interval(text) => {
                self.put("INTERVAL ");
                self.text(text);
            }
            ExpressionKind::Column(parts) => self.column(parts),
            ExpressionKind::Field(..) | ExpressionKind::Index(..) if self.is_postgres() => {
                match self.navigation(kind) {
                    Some((column, path)) => self.json_path(&column, &path, "#>>"),
                    None => self.refuse("non-numeric indexes"),
                }
            }
            ExpressionKind::Field(of, field) => {
                self.expression(of);
                self.put(".");
                self.ident(field);
            }
            ExpressionKind::Index(of, index) => {
                self.operand(of, ALONE);
                self.put("[");
                self.expression(index);
                self.put("]");
            }
            ExpressionKind::Unary(operator, operand) => self.unary(*operator, operand),
            ExpressionKind::Binary(left, operator, right) => self.binary(left, *operator, right),
            ExpressionKind::Case(case) => self.case(case),
            // A cast of a SUPER value that does not fit the type gives null, not an error.
            ExpressionKind::Cast { operand, data_type }
                if self.is_postgres() && self.is_navigation(&operand.kind) =>
            {
                self.try_cast(operand, *data_type);
            }
            ExpressionKind::Cast { operand, data_type } => {
                self.put("CAST(");
                self.expression(operand);
                self.put(" AS ");
                self.data_type(*data_type);
                self.put(")");
            }
            ExpressionKind::TryCast { operand, data_type } => self.try_cast(operand, *data_type),
            ExpressionKind::Extract(field, operand) => {
                self.put("EXTRACT(");
                self.date_field(*field);
                self.put(" FROM ");
                self.expression(operand);
                self.put(")");
            }
            ExpressionKind::Trim { side, characters, operand } => {
                self.trim(*side, characters.as_deref(), operand);
            }
            ExpressionKind::Niladic(niladic) => self.niladic(*niladic),
            ExpressionKind::Call(call) => self.call(call),
            ExpressionKind::AtTimeZone(operand, zone) => {
                self.operand(operand, ALONE);
                self.put(" AT TIME ZONE ");
                self.operand(zone, ALONE);
            }
            ExpressionKind::Exists(query) => {
                self.put("EXISTS (");
                self.query(query);
                self.put(")");
            }
            ExpressionKind::Query(query) => {
                self.put("(");
                self.query(query);
                self.put(")");
            }
            ExpressionKind::Is { operand, negated, test } => {
                self.tested(operand, if *negated { " IS NOT " } else { " IS " });
                self.put(test_word(*test));
            }
            ExpressionKind::InList { operand, negated, list } => {
                self.tested(operand, if *negated { " NOT IN (" } else { " IN (" });
                self.list(list, Self::expression);
                self.put(")");
            }
            ExpressionKind::InQuery { operand, negated, query } => {
                self.tested(operand, if *negated { " NOT IN (" } else { " IN (" });
                self.query(query);
                self.put(")");
            }
            ExpressionKind::Between { operand, negated, low, high } => {
                self.tested(operand, if *negated { " NOT BETWEEN " } else { " BETWEEN " });
                self.tested(low, " AND ");
                self.operand(high, TESTS + 1);
            }
            ExpressionKind::Like { operand, negated, kind, pattern, escape } => {
                self.tested(operand, like_words(*kind, *negated));
                self.pattern(pattern, escape.as_deref());
            }
        }
    }

    /// The pattern, and the escape character.
    fn pattern(&mut self, pattern: &Expression, escape: Option<&str>) {
        self.operand(pattern, TESTS + 1);
        if let Some(escape) = escape {
            self.put(" ESCAPE ");
            self.text(escape);
        }
    }

    /// The tested operand, and the first words of the test.
    fn tested(&mut self, operand: &Expression, words: &str) {
        self.operand(operand, TESTS + 1);
        self.put(words);
    }

    fn unary(&mut self, operator: UnaryOperator, operand: &Expression) {
        match operator {
            UnaryOperator::Not => {
                self.put("NOT ");
                self.operand(operand, 4);
            }
            // Two minus signs in a row would begin a comment.
            UnaryOperator::Minus => {
                self.put("-");
                self.operand(operand, SIGN + 1);
            }
            UnaryOperator::Plus => {
                self.put("+");
                self.operand(operand, SIGN + 1);
            }
        }
    }

    fn binary(&mut self, left: &Expression, operator: BinaryOperator, right: &Expression) {
        let binding = operator.binding();
        // Comparisons cannot be chained.
        let least = if binding == 4 { 5 } else { binding };
        self.compared(left, right, least);
        self.put(" ");
        self.put(operator.text());
        self.put(" ");
        self.compared(right, left, binding + 1);
    }

    fn case(&mut self, case: &Case) {
        self.put("CASE");
        if let Some(operand) = &case.operand {
            self.put(" ");
            self.expression(operand);
        }
        for (when, then) in &case.branches {
            self.put(" WHEN ");
            self.expression(when);
            self.put(" THEN ");
            self.expression(then);
        }
        if let Some(otherwise) = &case.otherwise {
            self.put(" ELSE ");
            self.expression(otherwise);
        }
        self.put(" END");
    }

    fn trim(&mut self, side: TrimSide, characters: Option<&Expression>, operand: &Expression) {
        self.put(match side {
            TrimSide::Both => "TRIM(BOTH ",
            TrimSide::Leading => "TRIM(LEADING ",
            TrimSide::Trailing => "TRIM(TRAILING ",
        });
        if let Some(characters) = characters {
            self.expression(characters);
            self.put(" ");
        }
        self.put("FROM ");
        self.expression(operand);
        self.put(")");
    }

    /// An operand of an operator that compares or combines it with the other one.
    fn compared(&mut self, operand: &Expression, other: &Expression, least: u8) {
        // In PostgreSQL, the value at a path into JSON is text.
        if self.is_postgres()
            && matches!(other.kind, ExpressionKind::Number(_))
            && self.is_navigation(&operand.kind)
        {
            self.put("CAST(");
            self.expression(operand);
            self.put(" AS numeric)");
        } else {
            self.operand(operand, least);
        }
    }

    fn column(&mut self, parts: &[Ident]) {
        if self.is_postgres() {
            let (column, path) = self.resolved(parts);
            if !path.is_empty() || self.is_element(&column) {
                let path: Vec<_> = path.iter().map(|part| part.text.clone()).collect();
                return self.json_path(&column, &path, "#>>");
            }
        }
        self.plain_column(parts);
    }

    pub(super) fn plain_column(&mut self, parts: &[Ident]) {
        for (at, part) in parts.iter().enumerate() {
            self.put_if(at > 0, ".");
            self.ident(part);
        }
    }

    pub(super) fn plain_call(&mut self, call: &Call) {
        self.put_if(call.approximate && !self.is_postgres(), "APPROXIMATE ");
        if let [name] = call.name.parts.as_slice() {
            let bare = name.text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
                && !name.text.starts_with(|c: char| c.is_ascii_digit());
            if bare {
                self.put(&name.text.to_ascii_uppercase());
            } else {
                self.ident(name);
            }
        } else {
            self.name(&call.name);
        }
        self.put("(");
        self.put_if(call.distinct, "DISTINCT ");
        self.list(&call.arguments, Self::argument);
        self.put(")");
        self.after_call(call);
    }

    pub(super) fn after_call(&mut self, call: &Call) {
        if !call.within_group.is_empty() {
            self.put(" WITHIN GROUP (ORDER BY ");
            self.order(&call.within_group);
            self.put(")");
        }
        if call.ignore_nulls {
            self.put(" IGNORE NULLS");
            if self.is_postgres() {
                self.refuse("IGNORE NULLS");
            }
        }
        if let Some(window) = &call.over {
            self.window(window);
        }
    }

    pub(super) fn argument(&mut self, argument: &Argument) {
        match argument {
            Argument::Star => self.put("*"),
            Argument::Part(field, _) if self.is_postgres() => {
                self.put("'");
                self.date_field(*field);
                self.put("'");
            }
            Argument::Part(field, _) => self.date_field(*field),
            Argument::Value(value) => self.expression(value),
        }
    }

    fn window(&mut self, window: &Window) {
        self.put(" OVER (");
        if !window.partition.is_empty() {
            self.put("PARTITION BY ");
            self.list(&window.partition, Self::expression);
        }
        if !window.order.is_empty() {
            self.put_if(!window.partition.is_empty(), " ");
            self.put("ORDER BY ");
            self.order(&window.order);
        }
        if let Some(Frame { unit, start, end }) = &window.frame {
            self.put(match unit {
                FrameUnit::Rows => " ROWS ",
                FrameUnit::Range => " RANGE ",
            });
            self.put_if(end.is_some(), "BETWEEN ");
            self.bound(*start);
            if let Some(end) = end {
                self.put(" AND ");
                self.bound(*end);
            }
        }
        self.put(")");
    }

    fn bound(&mut self, bound: FrameBound) {
        match bound {
            FrameBound::UnboundedPreceding => self.put("UNBOUNDED PRECEDING"),
            FrameBound::Preceding(rows) => self.put(&format!("{rows} PRECEDING")),
            FrameBound::CurrentRow => self.put("CURRENT ROW"),
            FrameBound::Following(rows) => self.put(&format!("{rows} FOLLOWING")),
            FrameBound::UnboundedFollowing => self.put("UNBOUNDED FOLLOWING"),
        }
    }

    pub(super) fn order(&mut self, items: &[OrderItem]) {
        self.list(items, |writer, item| {
            writer.expression(&item.expression);
            writer.put_if(item.descending, " DESC");
            match item.nulls_first {
                Some(true) => writer.put(" NULLS FIRST"),
                Some(false) => writer.put(" NULLS LAST"),
                None => {}
            }
        });
    }
}

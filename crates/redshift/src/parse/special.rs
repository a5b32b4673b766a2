//! Function calls, and forms that look like calls but have a grammar of their own.

use super::{Parsed, Parser};
use crate::ast::{
    Argument, Call, DataType, DateField, Expression, ExpressionKind, Frame, FrameBound, FrameUnit, Ident,
    Name, TrimSide, Window,
};
use crate::finding::{Code, Finding};
use crate::lexer::TokenKind;

/// Functions whose first argument is a date part, as a bare word.
const WITH_PART: [&str; 5] = ["dateadd", "date_add", "datediff", "date_diff", "date_part"];

/// Functions that support `APPROXIMATE`.
const APPROXIMATE: [&str; 3] = ["COUNT", "PERCENTILE_DISC", "PERCENTILE_CONT"];

impl Parser {
    /// Parses a special form that begins with a word; `None` if the word begins a column or a plain function call.
    pub(super) fn special_form(&mut self, word: &str) -> Parsed<Option<ExpressionKind>> {
        if matches!(self.token(1).kind, TokenKind::Text(_))
            && let Some(literal) = self.typed_literal(word)?
        {
            return Ok(Some(literal));
        }
        if word == "CASE" {
            return self.case().map(Some);
        }
        if word == "APPROXIMATE" && APPROXIMATE.iter().any(|name| self.is_at(1, name)) {
            self.advance();
            let mut found = self.column_or_call()?;
            if let ExpressionKind::Call(call) = &mut found {
                call.approximate = true;
            }
            return Ok(Some(found));
        }
        if !self.is_at(1, "(") {
            return Ok(None);
        }
        let read = match word {
            "EXISTS" => Self::exists,
            "CAST" | "TRY_CAST" => Self::cast,
            "CONVERT" => Self::convert,
            "EXTRACT" => Self::extract,
            "TRIM" => Self::trim,
            "SUBSTRING" => Self::substring,
            "POSITION" => Self::position,
            "ROW" | "GROUPING" | "CUBE" | "ROLLUP" => {
                return self.fail(
                    Code::NotCovered,
                    format!("{word} is not supported by gen"),
                    "rewrite the query without it",
                );
            }
            _ => return Ok(None),
        };
        read(self).map(Some)
    }

    fn typed_literal(&mut self, word: &str) -> Parsed<Option<ExpressionKind>> {
        let data_type = match word {
            "DATE" => DataType::Date,
            "TIME" => DataType::Time,
            "TIMESTAMP" => DataType::Timestamp,
            "TIMESTAMPTZ" => DataType::TimestampTz,
            "INTERVAL" => return self.interval().map(Some),
            "E" => {
                return self.fail(
                    Code::Clause,
                    "strings with the prefix E are not supported by Redshift",
                    "remove the E; a backslash is an escape in every string",
                );
            }
            _ => return Ok(None),
        };
        self.advance();
        Ok(Some(ExpressionKind::Typed { data_type, text: self.text()? }))
    }

    /// `INTERVAL '1 day'`, `INTERVAL '1' DAY`
    fn interval(&mut self) -> Parsed<ExpressionKind> {
        self.expect("INTERVAL")?;
        let mut text = self.text()?;
        if let TokenKind::Word(word) = self.kind()
            && let Some(field) = DateField::find(word)
            && text.chars().all(|c| c.is_ascii_digit() || c == '-' || c == '.')
        {
            text = format!("{text} {}", field.text());
            self.advance();
        }
        Ok(ExpressionKind::Interval(text))
    }

    fn exists(&mut self) -> Parsed<ExpressionKind> {
        self.expect("EXISTS (")?;
        let query = self.query()?;
        self.expect(")")?;
        Ok(ExpressionKind::Exists(Box::new(query)))
    }

    fn cast(&mut self) -> Parsed<ExpressionKind> {
        let tries = self.is("TRY_CAST");
        self.advance();
        self.expect("(")?;
        let operand = Box::new(self.expression()?);
        self.expect("AS")?;
        let data_type = self.data_type()?;
        self.expect(")")?;
        Ok(if tries {
            ExpressionKind::TryCast { operand, data_type }
        } else {
            ExpressionKind::Cast { operand, data_type }
        })
    }

    /// `CONVERT(type, value)`, as a cast.
    fn convert(&mut self) -> Parsed<ExpressionKind> {
        self.expect("CONVERT (")?;
        let data_type = self.data_type()?;
        self.expect(",")?;
        let operand = Box::new(self.expression()?);
        self.expect(")")?;
        Ok(ExpressionKind::Cast { operand, data_type })
    }

    fn extract(&mut self) -> Parsed<ExpressionKind> {
        self.expect("EXTRACT (")?;
        let part = self.date_field()?;
        self.expect("FROM")?;
        let operand = self.expression()?;
        self.expect(")")?;
        Ok(ExpressionKind::Extract(part, Box::new(operand)))
    }

    fn date_field(&mut self) -> Parsed<DateField> {
        let (TokenKind::Word(word) | TokenKind::Text(word)) = self.kind() else {
            return Err(self.unexpected("a date part"));
        };
        let Some(field) = DateField::find(word) else {
            let summary = format!("unknown date part `{word}`");
            return self.fail(
                Code::DatePart,
                summary,
                "use year, quarter, month, week, day, hour, minute or second",
            );
        };
        self.advance();
        Ok(field)
    }

    /// `TRIM(BOTH 'x' FROM value)`, `TRIM(value)`
    fn trim(&mut self) -> Parsed<ExpressionKind> {
        self.expect("TRIM (")?;
        let side = if self.take("LEADING") {
            TrimSide::Leading
        } else if self.take("TRAILING") {
            TrimSide::Trailing
        } else {
            self.take("BOTH");
            TrimSide::Both
        };
        let first = if self.is("FROM") { None } else { Some(self.expression()?) };
        let (characters, operand) = if self.take("FROM") {
            (first.map(Box::new), self.expression()?)
        } else {
            match first {
                Some(operand) => (None, operand),
                None => return Err(self.unexpected("`FROM`")),
            }
        };
        self.expect(")")?;
        Ok(ExpressionKind::Trim { side, characters, operand: Box::new(operand) })
    }

    /// `SUBSTRING(value FROM 1 FOR 2)`, as `SUBSTRING(value, 1, 2)`.
    fn substring(&mut self) -> Parsed<ExpressionKind> {
        let name = Name { parts: vec![self.label()?] };
        self.expect("(")?;
        let mut values = vec![self.expression()?];
        if self.take("FROM") {
            values.push(self.expression()?);
            if self.take("FOR") {
                values.push(self.expression()?);
            }
        } else {
            while self.take(",") {
                values.push(self.expression()?);
            }
        }
        self.expect(")")?;
        Ok(plain_call(name, values))
    }

    /// `POSITION(part IN whole)`, as `STRPOS(whole, part)`.
    fn position(&mut self) -> Parsed<ExpressionKind> {
        let span = self.span();
        self.expect("POSITION (")?;
        let part = self.suffix_free()?;
        self.expect("IN")?;
        let whole = self.expression()?;
        self.expect(")")?;
        let name = Name { parts: vec![Ident { text: "strpos".to_owned(), span }] };
        Ok(plain_call(name, vec![whole, part]))
    }

    /// A column, or a function call if a parenthesis follows the name.
    pub(super) fn column_or_call(&mut self) -> Parsed<ExpressionKind> {
        let mut parts = vec![self.label()?];
        while self.is(".") && !self.is_at(1, "*") {
            self.advance();
            parts.push(self.label()?);
        }
        if self.is("(") { self.call(Name { parts }) } else { Ok(ExpressionKind::Column(parts)) }
    }

    fn call(&mut self, name: Name) -> Parsed<ExpressionKind> {
        self.expect("(")?;
        let distinct = self.take("DISTINCT");
        if !distinct {
            self.take("ALL");
        }
        let mut arguments = Vec::new();
        if !self.is(")") {
            let with_part = WITH_PART.contains(&name.folded().as_str());
            arguments = self.list(super::Parser::argument)?;
            if with_part && let Some(first) = arguments.first_mut() {
                self.as_part(first)?;
            }
        }
        if self.is("ORDER BY") {
            return self.fail(
                Code::Clause,
                "ORDER BY inside a call is not supported by Redshift",
                "use WITHIN GROUP (ORDER BY …)",
            );
        }
        let mut ignore_nulls = self.take("IGNORE NULLS");
        self.expect(")")?;
        let within_group = if self.take("WITHIN GROUP (") {
            self.expect("ORDER BY")?;
            let order = self.order_items()?;
            self.expect(")")?;
            order
        } else {
            Vec::new()
        };
        if self.is("FILTER (") {
            return self.fail(
                Code::Clause,
                "FILTER is not supported by Redshift",
                "use CASE in the argument",
            );
        }
        if self.take("IGNORE NULLS") {
            ignore_nulls = true;
        } else {
            self.take("RESPECT NULLS");
        }
        let over = if self.take("OVER") { Some(self.window()?) } else { None };
        Ok(ExpressionKind::Call(Box::new(Call {
            approximate: false,
            name,
            distinct,
            arguments,
            within_group,
            ignore_nulls,
            over,
        })))
    }

    fn argument(&mut self) -> Parsed<Argument> {
        if self.take("*") { Ok(Argument::Star) } else { self.expression().map(Argument::Value) }
    }

    /// Turns a bare word or a string into the date part that it names.
    fn as_part(&self, argument: &mut Argument) -> Parsed<()> {
        let Argument::Value(value) = &*argument else { return Err(self.unexpected("a date part")) };
        let word = match &value.kind {
            ExpressionKind::Column(parts) if parts.len() == 1 => parts[0].text.clone(),
            ExpressionKind::Text(text) => text.clone(),
            _ => String::new(),
        };
        let Some(field) = DateField::find(&word) else {
            let finding = Finding::error(Code::DatePart, value.span, format!("unknown date part `{word}`"));
            return Err(Box::new(
                finding.help("use year, quarter, month, week, day, hour, minute or second"),
            ));
        };
        *argument = Argument::Part(field, value.span);
        Ok(())
    }

    fn window(&mut self) -> Parsed<Window> {
        self.expect("(")?;
        let partition = if self.take("PARTITION BY") { self.list(Self::expression)? } else { Vec::new() };
        let order = if self.take("ORDER BY") { self.order_items()? } else { Vec::new() };
        let frame = if self.is_any(&["ROWS", "RANGE"]) { Some(self.frame()?) } else { None };
        self.expect(")")?;
        Ok(Window { partition, order, frame })
    }

    fn frame(&mut self) -> Parsed<Frame> {
        let unit = if self.take("ROWS") {
            FrameUnit::Rows
        } else {
            self.expect("RANGE")?;
            FrameUnit::Range
        };
        if self.take("BETWEEN") {
            let start = self.bound()?;
            self.expect("AND")?;
            return Ok(Frame { unit, start, end: Some(self.bound()?) });
        }
        Ok(Frame { unit, start: self.bound()?, end: None })
    }

    fn bound(&mut self) -> Parsed<FrameBound> {
        for (words, bound) in [
            ("UNBOUNDED PRECEDING", FrameBound::UnboundedPreceding),
            ("UNBOUNDED FOLLOWING", FrameBound::UnboundedFollowing),
            ("CURRENT ROW", FrameBound::CurrentRow),
        ] {
            if self.take(words) {
                return Ok(bound);
            }
        }
        let rows = self.whole_number()?;
        if self.take("PRECEDING") {
            return Ok(FrameBound::Preceding(rows));
        }
        self.expect("FOLLOWING")?;
        Ok(FrameBound::Following(rows))
    }
}

fn plain_call(name: Name, values: Vec<Expression>) -> ExpressionKind {
    ExpressionKind::Call(Box::new(Call {
        approximate: false,
        name,
        distinct: false,
        arguments: values.into_iter().map(Argument::Value).collect(),
        within_group: Vec::new(),
        ignore_nulls: false,
        over: None,
    }))
}

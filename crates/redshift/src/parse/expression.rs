//! Expressions: operators by precedence, then primary expressions.

use super::{Parsed, Parser, words};
use crate::ast::{
    BinaryOperator, Case, Expression, ExpressionKind, IsTest, LikeKind, Niladic, OrderItem, UnaryOperator,
};
use crate::finding::Code;
use crate::lexer::TokenKind;

/// The precedence of `NOT`.
const NOT: u8 = 3;
/// The precedence of `IS`, `IN`, `LIKE` and `BETWEEN`.
const TESTS: u8 = 5;
/// The precedence of a sign.
const SIGN: u8 = 10;

const OPERATORS: [(&str, BinaryOperator); 16] = [
    ("OR", BinaryOperator::Or),
    ("AND", BinaryOperator::And),
    ("=", BinaryOperator::Equal),
    ("<>", BinaryOperator::NotEqual),
    ("!=", BinaryOperator::NotEqual),
    ("<", BinaryOperator::Less),
    ("<=", BinaryOperator::LessOrEqual),
    (">", BinaryOperator::Greater),
    (">=", BinaryOperator::GreaterOrEqual),
    ("||", BinaryOperator::Concatenate),
    ("+", BinaryOperator::Add),
    ("-", BinaryOperator::Subtract),
    ("*", BinaryOperator::Multiply),
    ("/", BinaryOperator::Divide),
    ("%", BinaryOperator::Modulo),
    ("^", BinaryOperator::Power),
];

impl Parser {
    /// An expression.
    pub(super) fn expression(&mut self) -> Parsed<Expression> {
        self.nested(|parser| parser.binding(0))
    }

    /// An expression of operators with at least this precedence.
    fn binding(&mut self, least: u8) -> Parsed<Expression> {
        let start = self.at;
        let mut left = self.operand()?;
        loop {
            if least <= TESTS && self.is_test_next() {
                left = self.test(start, left)?;
                self.chain()?;
                continue;
            }
            let found = OPERATORS.iter().find(|(word, _)| self.is(word)).map(|(_, operator)| *operator);
            let Some(operator) = found else { break };
            let binding = operator.binding();
            if binding < least {
                break;
            }
            self.advance();
            self.chain()?;
            let right = self.nested(|parser| parser.binding(binding + 1))?;
            let kind = ExpressionKind::Binary(Box::new(left), operator, Box::new(right));
            left = Expression { kind, span: self.since(start) };
            if binding == 4 && OPERATORS.iter().any(|(word, other)| other.binding() == 4 && self.is(word)) {
                return self.fail(Code::Syntax, "comparisons cannot be chained", "join them with AND");
            }
        }
        Ok(left)
    }

    /// An expression of operators that bind more tightly than `IN`, `IS`, `LIKE` and `BETWEEN`.
    pub(super) fn suffix_free(&mut self) -> Parsed<Expression> {
        self.nested(|parser| parser.binding(TESTS + 1))
    }

    fn operand(&mut self) -> Parsed<Expression> {
        let start = self.at;
        let (operator, binding) = if self.take("NOT") {
            (UnaryOperator::Not, NOT)
        } else if self.take("-") {
            (UnaryOperator::Minus, SIGN)
        } else if self.take("+") {
            (UnaryOperator::Plus, SIGN)
        } else {
            return self.suffixed();
        };
        let operand = self.nested(|parser| parser.binding(binding))?;
        Ok(Expression { kind: ExpressionKind::Unary(operator, Box::new(operand)), span: self.since(start) })
    }

    /// Whether `IS`, `IN`, `BETWEEN`, `LIKE` or a pattern operator comes next.
    fn is_test_next(&self) -> bool {
        const NEGATED: [&str; 5] = ["IN", "BETWEEN", "LIKE", "ILIKE", "SIMILAR"];
        let alone = ["ISNULL", "NOTNULL", "IS", "~", "!~", "~*", "!~*"];
        self.is_any(&alone)
            || self.is_any(&NEGATED)
            || (self.is("NOT") && NEGATED.iter().any(|word| self.is_at(1, word)))
    }

    /// `IS`, `IN`, `BETWEEN` or `LIKE` after an operand.
    fn test(&mut self, start: usize, operand: Expression) -> Parsed<Expression> {
        let operand = Box::new(operand);
        if self.take("ISNULL") || self.take("NOTNULL") {
            let negated = self.is_word_before("NOTNULL");
            let kind = ExpressionKind::Is { operand, negated, test: IsTest::Null };
            return Ok(Expression { kind, span: self.since(start) });
        }
        let kind = if self.take("IS") {
            let negated = self.take("NOT");
            ExpressionKind::Is { operand, negated, test: self.is_test()? }
        } else {
            let negated = self.take("NOT");
            if self.take("IN") {
                self.in_list(operand, negated)?
            } else if self.take("BETWEEN") {
                let low = Box::new(self.suffix_free()?);
                self.expect("AND")?;
                let high = Box::new(self.suffix_free()?);
                ExpressionKind::Between { operand, negated, low, high }
            } else {
                let (kind, negated) = self.like_kind(negated)?;
                let pattern = Box::new(self.suffix_free()?);
                let escape = if self.take("ESCAPE") { Some(self.text()?) } else { None };
                ExpressionKind::Like { operand, negated, kind, pattern, escape }
            }
        };
        Ok(Expression { kind, span: self.since(start) })
    }

    fn is_word_before(&self, word: &str) -> bool {
        matches!(&self.tokens[self.at - 1].kind, TokenKind::Word(found) if found.eq_ignore_ascii_case(word))
    }

    fn is_test(&mut self) -> Parsed<IsTest> {
        for (word, test) in [
            ("NULL", IsTest::Null),
            ("TRUE", IsTest::True),
            ("FALSE", IsTest::False),
            ("UNKNOWN", IsTest::Unknown),
        ] {
            if self.take(word) {
                return Ok(test);
            }
        }
        if self.is("DISTINCT FROM") {
            return self.fail(
                Code::Clause,
                "IS DISTINCT FROM is not supported by Redshift",
                "compare the values, and check for NULL separately",
            );
        }
        Err(self.unexpected("`NULL`, `TRUE`, `FALSE` or `UNKNOWN`"))
    }

    fn like_kind(&mut self, negated: bool) -> Parsed<(LikeKind, bool)> {
        Ok(if self.take("LIKE") {
            (LikeKind::Like, negated)
        } else if self.take("ILIKE") {
            (LikeKind::ILike, negated)
        } else if self.take("SIMILAR TO") {
            (LikeKind::Similar, negated)
        } else if self.take("~") {
            (LikeKind::Posix, false)
        } else if self.take("!~") {
            (LikeKind::Posix, true)
        } else if self.is_any(&["~*", "!~*"]) {
            return self.fail(
                Code::Clause,
                "case-insensitive pattern operators are not supported by Redshift",
                "use REGEXP_INSTR with 'i'",
            );
        } else {
            return Err(self.unexpected("`IN`, `BETWEEN` or `LIKE`"));
        })
    }

    fn in_list(&mut self, operand: Box<Expression>, negated: bool) -> Parsed<ExpressionKind> {
        self.expect("(")?;
        let kind = if self.is_any(&["SELECT", "WITH"]) {
            ExpressionKind::InQuery { operand, negated, query: Box::new(self.query()?) }
        } else {
            ExpressionKind::InList { operand, negated, list: self.list(Self::expression)? }
        };
        self.expect(")")?;
        Ok(kind)
    }

    /// A primary expression and its suffixes: `::`, an index, a field, a time zone.
    fn suffixed(&mut self) -> Parsed<Expression> {
        let start = self.at;
        let mut found = self.primary()?;
        loop {
            let kind = if self.take("::") {
                ExpressionKind::Cast { operand: Box::new(found), data_type: self.data_type()? }
            } else if self.take("[") {
                let index = Box::new(self.expression()?);
                self.expect("]")?;
                ExpressionKind::Index(Box::new(found), index)
            } else if matches!(found.kind, ExpressionKind::Index(..) | ExpressionKind::Field(..))
                && self.take(".")
            {
                ExpressionKind::Field(Box::new(found), self.label()?)
            } else if self.take("AT TIME ZONE") {
                ExpressionKind::AtTimeZone(Box::new(found), Box::new(self.primary()?))
            } else {
                return Ok(found);
            };
            self.chain()?;
            found = Expression { kind, span: self.since(start) };
        }
    }

    fn primary(&mut self) -> Parsed<Expression> {
        let start = self.at;
        let kind = match self.kind().clone() {
            TokenKind::Number(number) => {
                self.advance();
                ExpressionKind::Number(number)
            }
            TokenKind::Text(text) => {
                self.advance();
                ExpressionKind::Text(text)
            }
            TokenKind::Symbol("(") => return self.parenthesized(),
            TokenKind::Quoted(_) => self.column_or_call()?,
            TokenKind::Word(word) => self.word_expression(&word.to_ascii_uppercase())?,
            _ => return Err(self.unexpected("an expression")),
        };
        Ok(Expression { kind, span: self.since(start) })
    }

    fn parenthesized(&mut self) -> Parsed<Expression> {
        let start = self.at;
        self.expect("(")?;
        if self.is_any(&["SELECT", "WITH"]) {
            let query = self.query()?;
            self.expect(")")?;
            return Ok(Expression { kind: ExpressionKind::Query(Box::new(query)), span: self.since(start) });
        }
        let inner = self.expression()?;
        if self.is(",") {
            return self.fail(
                Code::NotCovered,
                "row values are not supported by gen",
                "compare the values one by one",
            );
        }
        self.expect(")")?;
        Ok(Expression { kind: inner.kind, span: self.since(start) })
    }

    fn word_expression(&mut self, word: &str) -> Parsed<ExpressionKind> {
        let literal = match word {
            "NULL" => Some(ExpressionKind::Null),
            "TRUE" => Some(ExpressionKind::Boolean(true)),
            "FALSE" => Some(ExpressionKind::Boolean(false)),
            _ => None,
        };
        if let Some(literal) = literal {
            self.advance();
            return Ok(literal);
        }
        if !self.is_at(1, "(")
            && let Some(niladic) = Niladic::ALL.into_iter().find(|niladic| niladic.text() == word)
        {
            self.advance();
            return Ok(ExpressionKind::Niladic(niladic));
        }
        if let Some(special) = self.special_form(word)? {
            return Ok(special);
        }
        if words::is_reserved(word) && !self.is_at(1, "(") {
            return Err(self.unexpected("an expression"));
        }
        self.column_or_call()
    }

    /// `CASE … END`
    pub(super) fn case(&mut self) -> Parsed<ExpressionKind> {
        self.expect("CASE")?;
        let operand = if self.is("WHEN") { None } else { Some(self.expression()?) };
        let mut branches = Vec::new();
        while self.take("WHEN") {
            let when = self.expression()?;
            self.expect("THEN")?;
            branches.push((when, self.expression()?));
        }
        if branches.is_empty() {
            return Err(self.unexpected("`WHEN`"));
        }
        let otherwise = if self.take("ELSE") { Some(self.expression()?) } else { None };
        self.expect("END")?;
        Ok(ExpressionKind::Case(Box::new(Case { operand, branches, otherwise })))
    }

    /// Parses the rest of `ORDER BY`.
    pub(super) fn order_items(&mut self) -> Parsed<Vec<OrderItem>> {
        self.list(|parser| {
            let expression = parser.expression()?;
            let descending = parser.take("DESC");
            if !descending {
                parser.take("ASC");
            }
            let nulls_first = if parser.take("NULLS FIRST") {
                Some(true)
            } else if parser.take("NULLS LAST") {
                Some(false)
            } else {
                None
            };
            Ok(OrderItem { expression, descending, nulls_first })
        })
    }
}

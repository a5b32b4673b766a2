//! From text to the parser's tree, and from the parser's locations to bytes.

use std::ops::Range;

use sqlparser::ast::Expr;
use sqlparser::dialect::Dialect;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Location, Span, Token, TokenWithSpan, Tokenizer, Whitespace};

use super::fault::{FORBIDDEN, SIZE, SYNTAX, fault};
use super::{Expression, ExpressionFault};

/// The deepest nesting of an expression.
pub(super) const DEEPEST: usize = 64;

/// Words and signs: more than a `case` of fifty branches has, and few enough that the parser's tree, which grows by a
/// level for each sign of a chain, never exhausts a stack of 2 MiB.
const MOST: usize = 256;

/// The SQL dialect of expressions: the core that the engines share.
#[derive(Debug)]
struct Shared;

impl Dialect for Shared {
    fn is_identifier_start(&self, ch: char) -> bool {
        ch.is_alphabetic() || ch == '_'
    }

    fn is_identifier_part(&self, ch: char) -> bool {
        ch.is_alphanumeric() || ch == '_'
    }

    fn supports_filter_during_aggregation(&self) -> bool {
        true
    }
}

/// Where each line of a text starts, to convert the parser's locations to bytes.
pub(super) struct Places<'a> {
    text: &'a str,
}

impl<'a> Places<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text }
    }

    /// All of the text.
    pub(super) fn all(&self) -> Range<usize> {
        0..self.text.len()
    }

    /// The bytes of a parser span; the whole text if the parser knows none.
    pub(super) fn bytes(&self, span: Span) -> Range<usize> {
        if span.start.line == 0 || span.end.line == 0 {
            return 0..self.text.len();
        }
        let start = self.byte(span.start);
        start..self.byte(span.end).max(start)
    }

    fn byte(&self, place: Location) -> usize {
        let mut start = 0;
        for _ in 1..place.line {
            let rest = self.text.get(start..).unwrap_or_default();
            start += rest.find('\n').map_or(rest.len(), |at| at + 1);
        }
        let line = self.text.get(start..).unwrap_or_default();
        let column = usize::try_from(place.column.saturating_sub(1)).unwrap_or(usize::MAX);
        line.char_indices().nth(column).map_or(self.text.len(), |(at, _)| start + at)
    }
}

/// The parser's tree of a text.
pub(super) fn parse(text: &str) -> Result<Expr, Vec<ExpressionFault>> {
    let all = 0..text.len();
    if text.len() > Expression::LONGEST {
        return Err(vec![too_large(&all)]);
    }
    let tokens = Tokenizer::new(&Shared, text).tokenize_with_location().map_err(|error| {
        let at = Places::new(text).byte(error.location);
        vec![fault(
            SYNTAX,
            &(at..text.len()),
            "invalid SQL",
            error.message,
            "close the open quote or comment",
        )]
    })?;
    let faults: Vec<_> = tokens.iter().filter_map(|token| forbidden(token, text)).collect();
    if !faults.is_empty() {
        return Err(faults);
    }
    if depth(&tokens) > DEEPEST || tokens.iter().filter(|one| links(&one.token)).count() > MOST {
        return Err(vec![too_large(&all)]);
    }
    let mut parser =
        Parser::new(&Shared).with_recursion_limit(2 * DEEPEST).with_tokens_with_locations(tokens);
    let parsed = parser.parse_expr();
    let next = parser.peek_token();
    let here = Places::new(text).bytes(next.span);
    match parsed {
        Ok(expr) if next.token == Token::EOF => Ok(expr),
        Ok(_) => Err(vec![fault(
            SYNTAX,
            &here,
            format!("unexpected `{}` after the expression", next.token),
            "the text must be exactly one expression",
            "remove the rest, or join it with an operator",
        )]),
        Err(ParserError::RecursionLimitExceeded) => Err(vec![too_large(&all)]),
        Err(ParserError::ParserError(message) | ParserError::TokenizerError(message)) => {
            Err(vec![unparsed(&message, text)])
        }
    }
}

/// The fault of an error from the parser, which puts the location at the end of its message.
fn unparsed(message: &str, text: &str) -> ExpressionFault {
    let (reason, place) = message.split_once(" at Line: ").unwrap_or((message, ""));
    let (line, column) = place.split_once(", Column: ").unwrap_or(("", ""));
    let start = match (line.parse(), column.parse()) {
        (Ok(line), Ok(column)) => Places::new(text).byte(Location { line, column }),
        _ => text.len(),
    };
    let rest = text.get(start..).unwrap_or_default();
    let end = start + rest.find(char::is_whitespace).unwrap_or(rest.len());
    if reason.ends_with("found: *") {
        return fault(
            FORBIDDEN,
            &(start..end),
            "`*` is not supported in an expression",
            "an expression gives one value",
            "name a column; count(*) counts rows",
        );
    }
    fault(SYNTAX, &(start..end), "invalid SQL expression", reason, "write one SQL expression")
}

/// The fault of a text that is too long or nested too deeply.
pub(super) fn too_large(span: &Range<usize>) -> ExpressionFault {
    fault(
        SIZE,
        span,
        "the expression is too large",
        format!("at most {} bytes, {MOST} words and signs, {DEEPEST} levels", Expression::LONGEST),
        "split it into derived columns",
    )
}

/// Whether a token may link nodes into a deeper tree.
fn links(token: &Token) -> bool {
    !matches!(token, Token::Whitespace(_) | Token::Comma | Token::Number(..) | Token::SingleQuotedString(_))
}

fn depth(tokens: &[TokenWithSpan]) -> usize {
    let mut now = 0usize;
    let mut deepest = 0;
    for token in tokens {
        match token.token {
            Token::LParen => now += 1,
            Token::RParen => now = now.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(now);
    }
    deepest
}

fn forbidden(token: &TokenWithSpan, text: &str) -> Option<ExpressionFault> {
    let (summary, cause, help) = match &token.token {
        Token::Whitespace(Whitespace::SingleLineComment { .. } | Whitespace::MultiLineComment(_)) => (
            "comments are not allowed in an expression",
            "an expression becomes one line of SQL",
            "use `description`",
        ),
        Token::SemiColon => (
            "semicolons are not allowed in an expression",
            "the text must be exactly one expression",
            "remove it",
        ),
        Token::Placeholder(_) | Token::Question | Token::AtSign | Token::Colon => {
            ("parameters are not allowed in an expression", "nothing binds a value to it", "write the value")
        }
        Token::DoubleQuotedString(_) => double_quoted(),
        Token::Word(word) if word.quote_style.is_some() => double_quoted(),
        Token::NationalStringLiteral(_)
        | Token::HexStringLiteral(_)
        | Token::EscapedStringLiteral(_)
        | Token::DollarQuotedString(_) => (
            "unsupported string literal",
            "Spark does not have such literals",
            "write 'text', and double each quote in it",
        ),
        Token::SingleQuotedString(value) if value.contains('\0') => {
            ("the text contains a NUL character", "Redshift cannot store it", "remove it")
        }
        Token::DoubleColon => {
            ("`::` is not supported", "Spark 3.5 does not have this cast", "write cast(value as type)")
        }
        _ => return None,
    };
    Some(fault(FORBIDDEN, &Places::new(text).bytes(token.span), summary, cause, help))
}

fn double_quoted() -> (&'static str, &'static str, &'static str) {
    (
        "double quotes are not allowed in an expression",
        "Spark reads them as text, Redshift as a column name",
        "use single quotes for text, and no quotes for columns",
    )
}

//! The parser: tokens to trees.
//!
//! In: SQL text. Out: every statement that could be parsed, and a finding for each that could not. It rejects every
//! token that Redshift's grammar does not have in that place: nothing is skipped or passed through as text.
#![allow(clippy::unnecessary_box_returns, reason = "a finding is boxed once, where it is reported")]

mod access;
mod alter;
mod copy;
mod expression;
mod query;
mod relation;
mod special;
mod statement;
mod table;
mod types;
mod view;
mod words;
mod write;

use crate::ast::{Dependents, Existing, Ident, Name, Statement, Switch};
use crate::finding::{Code, Finding};
use crate::lexer::{Token, TokenKind, tokens};
use crate::span::Span;

/// The statements and findings of a SQL text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    /// The statements that could be parsed, in order.
    pub statements: Vec<Statement>,
    /// The findings, in order.
    pub findings: Vec<Finding>,
}

/// Parses statements separated by semicolons. A statement that cannot be parsed is left out and reported.
#[must_use]
pub fn parse(source: &str) -> Script {
    let (tokens, findings) = tokens(source);
    let mut parser = Parser { tokens, at: 0, depth: 0, chained: 0, findings };
    let mut statements = Vec::new();
    while !parser.at_end() {
        if parser.take(";") {
            continue;
        }
        match parser.whole_statement() {
            Ok(statement) => statements.push(statement),
            Err(finding) => {
                parser.findings.push(*finding);
                parser.skip_statement();
            }
        }
    }
    parser.findings.sort_by_key(|finding| (finding.span.start, finding.span.end, finding.code));
    Script { statements, findings: parser.findings }
}

/// A tree, or the finding that explains why there is none.
type Parsed<T> = Result<T, Box<Finding>>;

/// Maximum nesting depth of expressions and queries.
const DEEPEST: usize = 64;

/// Maximum number of chained operators in a statement: each one adds a level to the tree.
const LONGEST: usize = 500;

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    chained: usize,
    /// Findings that do not prevent parsing.
    findings: Vec<Finding>,
}

impl Parser {
    fn token(&self, offset: usize) -> &Token {
        let last = self.tokens.len().saturating_sub(1);
        &self.tokens[(self.at + offset).min(last)]
    }

    fn kind(&self) -> &TokenKind {
        &self.token(0).kind
    }

    fn span(&self) -> Span {
        self.token(0).span
    }

    /// The span from an earlier token to the last token that was read.
    fn since(&self, start: usize) -> Span {
        let last = self.at.max(1) - 1;
        self.tokens[start].span.to(self.tokens[last.max(start)].span)
    }

    fn at_end(&self) -> bool {
        *self.kind() == TokenKind::End
    }

    fn advance(&mut self) {
        self.at = (self.at + 1).min(self.tokens.len().saturating_sub(1));
    }

    /// Whether the token at an offset is an unquoted word or punctuation.
    fn is_at(&self, offset: usize, word: &str) -> bool {
        match &self.token(offset).kind {
            TokenKind::Word(found) => found.eq_ignore_ascii_case(word),
            TokenKind::Symbol(found) => *found == word,
            _ => false,
        }
    }

    /// Whether words and punctuation, separated by blanks, come next.
    fn is(&self, words: &str) -> bool {
        words.split(' ').enumerate().all(|(offset, word)| self.is_at(offset, word))
    }

    fn is_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(word))
    }

    /// Consumes words and punctuation if they come next.
    fn take(&mut self, words: &str) -> bool {
        let found = self.is(words);
        if found {
            for _ in words.split(' ') {
                self.advance();
            }
        }
        found
    }

    /// Consumes words and punctuation that must come next.
    fn expect(&mut self, words: &str) -> Parsed<()> {
        for word in words.split(' ') {
            if !self.take(word) {
                return Err(self.unexpected(&format!("`{word}`")));
            }
        }
        Ok(())
    }

    /// A syntax error with what was expected and what was found.
    fn unexpected(&self, expected: &str) -> Box<Finding> {
        let found = match self.kind() {
            TokenKind::Word(word) => format!("`{word}`"),
            TokenKind::Quoted(name) => format!("the name \"{name}\""),
            TokenKind::Text(_) => "a string".to_owned(),
            TokenKind::Number(number) => format!("`{number}`"),
            TokenKind::Dollar(_) => "a function body".to_owned(),
            TokenKind::Symbol(symbol) => format!("`{symbol}`"),
            TokenKind::End => "the end of the text".to_owned(),
        };
        Box::new(Finding::error(Code::Syntax, self.span(), format!("expected {expected}, found {found}")))
    }

    /// Returns an error at the next token.
    fn fail<T>(&self, code: Code, summary: impl Into<String>, help: &str) -> Parsed<T> {
        Err(Box::new(Finding::error(code, self.span(), summary).help(help)))
    }

    /// Parses a nested part, unless it is too deep.
    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= DEEPEST {
            return self.fail(
                Code::TooDeep,
                format!("nested more than {DEEPEST} levels deep"),
                "move parts of it to WITH",
            );
        }
        self.depth += 1;
        let read = read(self);
        self.depth -= 1;
        read
    }

    /// Counts one more operator, unless there are too many.
    fn chain(&mut self) -> Parsed<()> {
        self.chained += 1;
        if self.chained > LONGEST {
            let summary = format!("more than {LONGEST} operators in a statement");
            return self.fail(Code::TooDeep, summary, "split the statement, or use IN with a list");
        }
        Ok(())
    }

    fn skip_statement(&mut self) {
        self.depth = 0;
        while !self.at_end() && !self.take(";") {
            self.advance();
        }
    }

    fn whole_statement(&mut self) -> Parsed<Statement> {
        let statement = self.statement()?;
        if self.at_end() || self.is(";") { Ok(statement) } else { Err(self.after_statement()) }
    }

    fn text(&mut self) -> Parsed<String> {
        let TokenKind::Text(text) = self.kind() else {
            return Err(self.unexpected("a string in single quotes"));
        };
        let text = text.clone();
        self.advance();
        Ok(text)
    }

    fn whole_number(&mut self) -> Parsed<u64> {
        let number = match self.kind() {
            TokenKind::Number(number) => number.parse().ok(),
            _ => None,
        };
        let Some(number) = number else { return Err(self.unexpected("a whole number")) };
        self.advance();
        Ok(number)
    }

    fn signed_number(&mut self) -> Parsed<i64> {
        let negative = self.take("-");
        let number = i64::try_from(self.whole_number()?).unwrap_or(i64::MAX);
        Ok(if negative { -number } else { number })
    }

    /// A name. A reserved word must be quoted.
    fn ident(&mut self) -> Parsed<Ident> {
        if let TokenKind::Word(word) = self.kind()
            && words::is_reserved(word)
        {
            let summary = format!("`{word}` is a reserved word");
            let help = "put it in double quotes, or choose another name";
            if !words::is_nominal(word) {
                return self.fail(Code::ReservedWord, summary, help);
            }
            self.findings.push(Finding::warning(Code::ReservedWord, self.span(), summary).help(help));
        }
        self.label()
    }

    /// A name after `AS` or a dot, where any word is allowed.
    fn label(&mut self) -> Parsed<Ident> {
        let text = match self.kind() {
            TokenKind::Word(word) => word.to_ascii_lowercase(),
            TokenKind::Quoted(name) => name.clone(),
            _ => return Err(self.unexpected("a name")),
        };
        let span = self.span();
        if text.len() > 127 {
            let summary = format!("name of {} bytes is too long", text.len());
            let finding = Finding::error(Code::NameLength, span, summary);
            self.findings
                .push(finding.help("names have at most 127 bytes; a non-ASCII character takes several"));
        }
        self.advance();
        Ok(Ident { text, span })
    }

    /// A name of one to three parts.
    fn name(&mut self) -> Parsed<Name> {
        let mut parts = vec![self.ident()?];
        while self.take(".") {
            parts.push(self.label()?);
        }
        if parts.len() > 3 {
            let name = Name { parts };
            let finding = Finding::error(Code::Syntax, name.span(), "a name has at most three parts");
            return Err(Box::new(finding.help("use `database.schema.table`")));
        }
        Ok(Name { parts })
    }

    /// One item or more, separated by commas.
    fn list<T>(&mut self, mut read: impl FnMut(&mut Self) -> Parsed<T>) -> Parsed<Vec<T>> {
        let mut all = vec![read(self)?];
        while self.take(",") {
            all.push(read(self)?);
        }
        Ok(all)
    }

    /// A list in parentheses.
    fn in_parentheses<T>(&mut self, read: impl FnMut(&mut Self) -> Parsed<T>) -> Parsed<Vec<T>> {
        self.expect("(")?;
        let all = self.list(read)?;
        self.expect(")")?;
        Ok(all)
    }

    fn columns(&mut self) -> Parsed<Vec<Ident>> {
        self.in_parentheses(Self::ident)
    }

    /// Columns in parentheses, or nothing.
    fn optional_columns(&mut self) -> Parsed<Vec<Ident>> {
        if self.is("(") { self.columns() } else { Ok(Vec::new()) }
    }

    fn if_not_exists(&mut self) -> Existing {
        if self.take("IF NOT EXISTS") { Existing::Skip } else { Existing::Fail }
    }

    fn dependents(&mut self) -> Dependents {
        if self.take("CASCADE") {
            Dependents::Cascade
        } else if self.take("RESTRICT") {
            Dependents::Restrict
        } else {
            Dependents::Unspecified
        }
    }

    fn yes_or_no(&mut self) -> Parsed<Switch> {
        if self.take("YES") {
            Ok(Switch::On)
        } else if self.take("NO") {
            Ok(Switch::Off)
        } else {
            Err(self.unexpected("`YES` or `NO`"))
        }
    }

    fn on_or_off(&mut self) -> Parsed<Switch> {
        if self.take("ON") || self.take("TRUE") {
            Ok(Switch::On)
        } else if self.take("OFF") || self.take("FALSE") {
            Ok(Switch::Off)
        } else {
            Err(self.unexpected("`ON` or `OFF`"))
        }
    }

    /// The finding for text after a statement that no Redshift statement allows.
    fn after_statement(&self) -> Box<Finding> {
        let foreign = [
            ("RETURNING", "INSERT, UPDATE and DELETE return no rows"),
            ("ON CONFLICT", "use MERGE"),
            ("WITH NO DATA", "a view is populated when it is created"),
            ("WITH DATA", "a view is populated when it is created"),
            ("FETCH", "use LIMIT"),
            ("FOR UPDATE", "Redshift has no row locks"),
            ("WINDOW", "define the window in OVER"),
        ];
        for (words, help) in foreign {
            if self.is(words) {
                let summary = format!("`{words}` is not supported by Redshift");
                return Box::new(Finding::error(Code::Clause, self.span(), summary).help(help));
            }
        }
        self.unexpected("the end of the statement")
    }
}

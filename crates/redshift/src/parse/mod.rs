//! Tokens to trees.
//!
//! In: SQL text. Out: every statement that could be read, and a finding for each that could not. Refuses what is not
//! known to be Redshift's, word by word: nothing is skipped, and nothing is taken over as text.
#![allow(clippy::unnecessary_box_returns, reason = "a fault is boxed once, where it is told")]

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

use crate::ast::{Dependants, Existing, Ident, Name, Statement, Switch};
use crate::finding::{Code, Finding};
use crate::lexer::{Token, TokenKind, tokens};
use crate::span::Span;

/// What a text holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    /// The statements that could be read, in order.
    pub statements: Vec<Statement>,
    /// What is wrong with the text, in order.
    pub findings: Vec<Finding>,
}

/// Reads statements, with a semicolon between them. A statement that cannot be read is left out and told.
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

/// A tree, or why there is none.
type Parsed<T> = Result<T, Box<Finding>>;

/// How deep expressions and queries may be nested.
const DEEPEST: usize = 64;

/// How many operators may follow each other in a statement: a tree is as deep as they are many.
const LONGEST: usize = 500;

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    chained: usize,
    /// What is wrong, and does not keep the statement from being read.
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

    /// From a token that was read to the last one that was.
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

    /// Whether the token at an offset is a bare word or punctuation.
    fn is_at(&self, offset: usize, word: &str) -> bool {
        match &self.token(offset).kind {
            TokenKind::Word(found) => found.eq_ignore_ascii_case(word),
            TokenKind::Symbol(found) => *found == word,
            _ => false,
        }
    }

    /// Whether words and punctuation come next; blanks stand between them.
    fn is(&self, words: &str) -> bool {
        words.split(' ').enumerate().all(|(offset, word)| self.is_at(offset, word))
    }

    fn is_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(word))
    }

    /// Reads words and punctuation where they come next.
    fn take(&mut self, words: &str) -> bool {
        let found = self.is(words);
        if found {
            for _ in words.split(' ') {
                self.advance();
            }
        }
        found
    }

    /// Reads words and punctuation that must come next.
    fn expect(&mut self, words: &str) -> Parsed<()> {
        for word in words.split(' ') {
            if !self.take(word) {
                return Err(self.unexpected(&format!("`{word}`")));
            }
        }
        Ok(())
    }

    /// What was expected, and what is there.
    fn unexpected(&self, expected: &str) -> Box<Finding> {
        let found = match self.kind() {
            TokenKind::Word(word) => format!("`{word}`"),
            TokenKind::Quoted(name) => format!("the name \"{name}\""),
            TokenKind::Text(_) => "a text".to_owned(),
            TokenKind::Number(number) => format!("`{number}`"),
            TokenKind::Dollar(_) => "a body".to_owned(),
            TokenKind::Symbol(symbol) => format!("`{symbol}`"),
            TokenKind::End => "the end".to_owned(),
        };
        Box::new(Finding::error(Code::Syntax, self.span(), format!("expected {expected}, found {found}")))
    }

    /// An error at the next token.
    fn fail<T>(&self, code: Code, summary: impl Into<String>, help: &str) -> Parsed<T> {
        Err(Box::new(Finding::error(code, self.span(), summary).help(help)))
    }

    /// A nested part, unless it is too deep.
    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= DEEPEST {
            return self.fail(
                Code::TooDeep,
                format!("nested more than {DEEPEST} deep"),
                "name parts of it with WITH",
            );
        }
        self.depth += 1;
        let read = read(self);
        self.depth -= 1;
        read
    }

    /// One more operator, unless there are too many.
    fn chain(&mut self) -> Parsed<()> {
        self.chained += 1;
        if self.chained > LONGEST {
            let summary = format!("more than {LONGEST} operators in a statement");
            return self.fail(Code::TooDeep, summary, "write several statements, or a list with IN");
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
            return Err(self.unexpected("a text in single quotes"));
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

    /// A name. A bare one is no reserved word.
    fn ident(&mut self) -> Parsed<Ident> {
        if let TokenKind::Word(word) = self.kind()
            && words::is_reserved(word)
        {
            let summary = format!("`{word}` is a reserved word");
            let help = "write it in double quotes, or choose another name";
            if !words::is_nominal(word) {
                return self.fail(Code::ReservedWord, summary, help);
            }
            self.findings.push(Finding::warning(Code::ReservedWord, self.span(), summary).help(help));
        }
        self.label()
    }

    /// A name after `AS`, where any word may stand.
    fn label(&mut self) -> Parsed<Ident> {
        let text = match self.kind() {
            TokenKind::Word(word) => word.to_ascii_lowercase(),
            TokenKind::Quoted(name) => name.clone(),
            _ => return Err(self.unexpected("a name")),
        };
        let span = self.span();
        if text.len() > 127 {
            let summary = format!("a name of {} bytes", text.len());
            let finding = Finding::error(Code::NameLength, span, summary);
            self.findings.push(
                finding.help(
                    "Redshift's names have at most 127 bytes; characters beyond ASCII take more than one",
                ),
            );
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
            let finding = Finding::error(Code::Syntax, name.span(), "a name of more than three parts");
            return Err(Box::new(finding.help("a database, a schema and a table at most")));
        }
        Ok(Name { parts })
    }

    /// One thing or more, with commas between them.
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
        if self.take("IF NOT EXISTS") { Existing::Skip } else { Existing::Refuse }
    }

    fn dependants(&mut self) -> Dependants {
        if self.take("CASCADE") {
            Dependants::Cascade
        } else if self.take("RESTRICT") {
            Dependants::Restrict
        } else {
            Dependants::Unsaid
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

    /// What follows a statement and belongs to none of Redshift's.
    fn after_statement(&self) -> Box<Finding> {
        let foreign = [
            ("RETURNING", "INSERT, UPDATE and DELETE return no rows"),
            ("ON CONFLICT", "merge with MERGE"),
            ("WITH NO DATA", "a view is filled when it is made"),
            ("WITH DATA", "a view is filled when it is made"),
            ("FETCH", "write LIMIT"),
            ("FOR UPDATE", "Redshift locks no rows"),
            ("WINDOW", "write the window in OVER"),
        ];
        for (words, help) in foreign {
            if self.is(words) {
                let summary = format!("Redshift has no `{words}`");
                return Box::new(Finding::error(Code::Clause, self.span(), summary).help(help));
            }
        }
        self.unexpected("the end of the statement")
    }
}

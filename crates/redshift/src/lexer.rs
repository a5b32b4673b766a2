//! The lexer: text to tokens.
//!
//! In: SQL. Out: tokens with their spans, without comments. It reports strings, names and comments that are not closed.
//! A backslash is an escape inside a string, as in Redshift; `PostgreSQL` changed that in 9.1.

use std::iter::Peekable;
use std::str::CharIndices;

use crate::finding::{Code, Finding};
use crate::span::Span;

/// The kind of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// A word without quotes, as written.
    Word(String),
    /// A double-quoted name, without the quotes.
    Quoted(String),
    /// A string literal, decoded.
    Text(String),
    /// A number, as written.
    Number(String),
    /// The text between `$$` and `$$`.
    Dollar(String),
    /// Punctuation.
    Symbol(&'static str),
    /// The end of the text.
    End,
}

/// A token and its span.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) span: Span,
}

/// Longest first.
const SYMBOLS: [&str; 30] = [
    "::", "<=", ">=", "<>", "!=", "||", "!~*", "~*", "!~", "(", ")", "[", "]", ",", ";", ".", "+", "-", "*",
    "/", "%", "^", "<", ">", "=", "~", ":", "@", "&", "|",
];

struct Lexer<'a> {
    source: &'a str,
    at: usize,
    findings: Vec<Finding>,
    tokens: Vec<Token>,
}

/// All tokens, ending with [`TokenKind::End`], and findings for the text that is not a token.
pub(crate) fn tokens(source: &str) -> (Vec<Token>, Vec<Finding>) {
    let mut lexer = Lexer { source, at: 0, findings: Vec::new(), tokens: Vec::new() };
    while lexer.skip() {
        lexer.token();
    }
    let end = Span::new(source.len(), source.len());
    lexer.tokens.push(Token { kind: TokenKind::End, span: end });
    (lexer.tokens, lexer.findings)
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        self.source.get(self.at..).unwrap_or_default()
    }

    fn next_char(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Skips white space and comments; returns whether anything is left.
    fn skip(&mut self) -> bool {
        loop {
            let rest = self.rest();
            let blank = rest.len() - rest.trim_start().len();
            self.at += blank;
            if self.rest().starts_with("--") {
                self.at += self.rest().find('\n').unwrap_or(self.rest().len());
            } else if self.rest().starts_with("/*") {
                self.block_comment();
            } else if blank == 0 {
                return !self.rest().is_empty();
            }
        }
    }

    /// Block comments nest.
    fn block_comment(&mut self) {
        let start = self.at;
        let mut depth = 0_usize;
        loop {
            let rest = self.rest();
            if rest.starts_with("/*") {
                depth += 1;
                self.at += 2;
            } else if rest.starts_with("*/") {
                depth -= 1;
                self.at += 2;
                if depth == 0 {
                    return;
                }
            } else if let Some(next) = rest.chars().next() {
                self.at += next.len_utf8();
            } else {
                return self.endless(start, 2, "comment", "*/");
            }
        }
    }

    fn endless(&mut self, start: usize, opening: usize, what: &str, closing: &str) {
        let finding =
            Finding::error(Code::Endless, Span::new(start, start + opening), format!("unclosed {what}"));
        self.findings.push(finding.help(format!("close it with {closing}")));
        self.at = self.source.len();
    }

    fn push(&mut self, kind: TokenKind, start: usize) {
        self.tokens.push(Token { kind, span: Span::new(start, self.at) });
    }

    fn token(&mut self) {
        let start = self.at;
        let Some(first) = self.next_char() else { return };
        if first.is_alphabetic() || first == '_' || first == '#' {
            let length = self.rest().find(|c| !is_word(c)).unwrap_or(self.rest().len());
            // A temporary table can be named #name.
            let length = if first == '#' {
                1 + self.rest()[1..].find(|c| !is_word(c)).unwrap_or(self.rest().len() - 1)
            } else {
                length
            };
            self.at += length;
            let word = self.source[start..self.at].to_owned();
            return self.push(TokenKind::Word(word), start);
        }
        if first.is_ascii_digit()
            || first == '.' && self.rest()[1..].starts_with(|c: char| c.is_ascii_digit())
        {
            return self.number();
        }
        match first {
            '\'' => self.text(),
            '"' => self.quoted(),
            '$' if self.rest().starts_with("$$") => self.dollar(),
            _ => self.symbol(first),
        }
    }

    fn number(&mut self) {
        let start = self.at;
        let rest = self.rest().as_bytes();
        let digits = |from: usize| rest[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let mut length = digits(0);
        if rest.get(length) == Some(&b'.') {
            length += 1 + digits(length + 1);
        }
        if matches!(rest.get(length), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(rest.get(length + 1), Some(b'+' | b'-')));
            let exponent = rest.get(length + 1 + sign..).map_or(0, |_| digits(length + 1 + sign));
            if exponent > 0 {
                length += 1 + sign + exponent;
            }
        }
        self.at += length;
        if self.next_char().is_some_and(is_word) {
            let word = self.rest().find(|c| !is_word(c)).unwrap_or(self.rest().len());
            self.at += word;
            let span = Span::new(start, self.at);
            let finding = Finding::error(Code::Syntax, span, "missing space between a number and a word");
            self.findings.push(finding.help("a name must begin with a letter or be in double quotes"));
            return;
        }
        let number = self.source[start..self.at].to_owned();
        self.push(TokenKind::Number(number), start);
    }

    fn text(&mut self) {
        let start = self.at;
        let mut text = String::new();
        let mut rest = self.rest().char_indices().peekable();
        rest.next();
        while let Some((at, next)) = rest.next() {
            match next {
                '\'' if rest.next_if(|(_, next)| *next == '\'').is_some() => text.push('\''),
                '\'' => {
                    self.at = start + at + 1;
                    return self.push(TokenKind::Text(text), start);
                }
                '\\' => text.extend(escaped(&mut rest)),
                other => text.push(other),
            }
        }
        self.endless(start, 1, "string", "a single quote");
    }

    fn quoted(&mut self) {
        let start = self.at;
        let mut name = String::new();
        let mut rest = self.rest().char_indices().peekable();
        rest.next();
        while let Some((at, next)) = rest.next() {
            match next {
                '"' if rest.next_if(|(_, next)| *next == '"').is_some() => name.push('"'),
                '"' => {
                    self.at = start + at + 1;
                    if name.is_empty() {
                        let span = Span::new(start, self.at);
                        self.findings.push(Finding::error(Code::Syntax, span, "empty name"));
                    }
                    return self.push(TokenKind::Quoted(name), start);
                }
                other => name.push(other),
            }
        }
        self.endless(start, 1, "name", "a double quote");
    }

    fn dollar(&mut self) {
        let start = self.at;
        let Some(length) = self.rest()[2..].find("$$") else {
            return self.endless(start, 2, "function body", "$$");
        };
        let body = self.rest()[2..2 + length].to_owned();
        self.at += length + 4;
        self.push(TokenKind::Dollar(body), start);
    }

    fn symbol(&mut self, first: char) {
        let start = self.at;
        if let Some(symbol) = SYMBOLS.into_iter().find(|symbol| self.rest().starts_with(symbol)) {
            self.at += symbol.len();
            return self.push(TokenKind::Symbol(symbol), start);
        }
        self.at += first.len_utf8();
        let span = Span::new(start, self.at);
        self.findings.push(Finding::error(Code::Syntax, span, format!("unexpected character {first:?}")));
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

/// The character that an escape sequence stands for.
fn escaped(rest: &mut Peekable<CharIndices<'_>>) -> Option<char> {
    let (_, next) = rest.next()?;
    Some(match next {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'b' => '\u{8}',
        'f' => '\u{c}',
        other => other,
    })
}

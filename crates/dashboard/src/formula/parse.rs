//! The tokens of an expression, and its syntax tree.

use std::ops::Range;

use super::Fault;

/// Maximum nesting depth of an expression, far beyond anything written by hand.
const DEEPEST: usize = 100;

/// Maximum number of operators: each of a chain is a level of the tree.
const MOST_OPERATORS: usize = 1_000;

/// An expression as a tree.
#[derive(Clone, Debug, PartialEq)]
pub struct Formula {
    pub(super) root: Node,
}

/// A node of the tree, with its position.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    pub(super) span: Range<usize>,
    pub(super) kind: Part,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Part {
    Text(String),
    Integer {
        /// Whether it is 0 or 1, the numbers that a truth value can be compared with.
        truth: bool,
    },
    Decimal,
    Null,
    /// `TRUE` or `FALSE`
    Boolean,
    /// An option of a function: `PRE_AGG`, `CASE_INSENSITIVE`, `ASC`.
    Word(String),
    Column(String),
    Parameter(String),
    Call(String, Vec<Node>),
    /// `[a, b]`, or `[a ASC]`
    List(Vec<Node>),
    /// A unary operator and its operand.
    Not(Box<Node>),
    Minus(Box<Node>),
    Binary(Operator, Box<Node>, Box<Node>),
}

/// A binary operator; those with the same typing rules are one variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Or,
    And,
    Compare,
    Add,
    Divide,
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Text(String),
    Number { decimal: bool, truth: bool },
    Column(String),
    Parameter(String),
    Word(String),
    Sign(&'static str),
}

const SIGNS: [&str; 19] =
    ["<>", "<=", ">=", "!=", "!", "(", ")", "[", "]", ",", "+", "-", "*", "/", "%", "^", "=", "<", ">"];
const OPTIONS: [&str; 9] = [
    "pre_filter",
    "pre_agg",
    "post_agg_filter",
    "case_insensitive",
    "case_sensitive",
    "asc",
    "desc",
    "week",
    "lac",
];

impl Formula {
    /// Parses an expression.
    ///
    /// # Errors
    ///
    /// The first syntax error.
    pub fn read(text: &str) -> Result<Self, Fault> {
        let tokens = tokens(text)?;
        let mut parser = Parser { tokens, at: 0, end: text.len(), depth: 0, operators: 0 };
        if parser.tokens.is_empty() {
            return Err(Fault::new(0..text.len(), "the expression is empty"));
        }
        let root = parser.expression(0)?;
        if parser.peek().is_none() {
            return Ok(Self { root });
        }
        let is_case = text.trim_start().get(..5).is_some_and(|word| word.eq_ignore_ascii_case("case "));
        let help = if is_case {
            "QuickSight does not support CASE; use `ifelse(condition, value, …, otherwise)`"
        } else {
            "add an operator before it"
        };
        Err(Fault::new(parser.here(), "expected the end of the expression").help(help))
    }

    /// The columns and calculated fields that it uses, with their positions, in order.
    #[must_use]
    pub fn columns(&self) -> Vec<(&str, Range<usize>)> {
        let mut found = Vec::new();
        self.root.walk(&mut |node| {
            if let Part::Column(name) = &node.kind {
                found.push((name.as_str(), node.span.clone()));
            }
        });
        found
    }

    /// The parameters that it uses, with their positions, in order.
    #[must_use]
    pub fn parameters(&self) -> Vec<(&str, Range<usize>)> {
        let mut found = Vec::new();
        self.root.walk(&mut |node| {
            if let Part::Parameter(name) = &node.kind {
                found.push((name.as_str(), node.span.clone()));
            }
        });
        found
    }
}

impl Node {
    /// Visits it, then the nodes within.
    pub(super) fn walk<'a>(&'a self, see: &mut dyn FnMut(&'a Node)) {
        see(self);
        match &self.kind {
            Part::Call(_, items) | Part::List(items) => items.iter().for_each(|item| item.walk(see)),
            Part::Not(inner) | Part::Minus(inner) => inner.walk(see),
            Part::Binary(_, left, right) => {
                left.walk(see);
                right.walk(see);
            }
            _ => {}
        }
    }
}

fn tokens(text: &str) -> Result<Vec<(Token, Range<usize>)>, Fault> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        let (token, length) = match first {
            _ if first.is_whitespace() => (None, first.len_utf8()),
            '/' if rest.starts_with("//") => (None, rest.find('\n').unwrap_or(rest.len())),
            '/' if rest.starts_with("/*") => match rest.find("*/") {
                Some(end) => (None, end + 2),
                None => return Err(Fault::new(at..text.len(), "unclosed comment")),
            },
            '\'' | '"' => {
                let (value, length) =
                    quoted(rest, first).ok_or_else(|| Fault::new(at..text.len(), "unclosed string"))?;
                (Some(Token::Text(value)), length)
            }
            '$' if rest.starts_with("${") => {
                let (name, length) = braced(rest, 2, at)?;
                (Some(Token::Parameter(name)), length)
            }
            // A placeholder of another tool: the name that it stands for is not known.
            '{' if rest.starts_with("{{") && rest.contains("}}") => {
                let length = rest.find("}}").map_or(rest.len(), |end| end + 2);
                (Some(Token::Column(rest[..length].to_owned())), length)
            }
            '{' => {
                let (name, length) = braced(rest, 1, at)?;
                (Some(Token::Column(name)), length)
            }
            _ if first.is_ascii_digit()
                || (first == '.' && rest[1..].starts_with(|c: char| c.is_ascii_digit())) =>
            {
                let length = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
                let points = rest[..length].matches('.').count();
                if points > 1 {
                    return Err(Fault::new(at..at + length, format!("invalid number `{}`", &rest[..length])));
                }
                let truth = matches!(&rest[..length], "0" | "1");
                (Some(Token::Number { decimal: points == 1, truth }), length)
            }
            _ if first.is_alphabetic() || first == '_' => {
                let belongs = |c: char| c.is_alphanumeric() || c == '_';
                let length = rest.find(|c: char| !belongs(c)).unwrap_or(rest.len());
                (Some(Token::Word(rest[..length].to_owned())), length)
            }
            _ => {
                let Some(sign) = SIGNS.into_iter().find(|sign| rest.starts_with(sign)) else {
                    let span = at..at + first.len_utf8();
                    return Err(Fault::new(span, format!("unexpected character `{first}`")));
                };
                (Some(Token::Sign(sign)), sign.len())
            }
        };
        if let Some(token) = token {
            found.push((token, at..at + length));
        }
        at += length;
    }
    Ok(found)
}

/// A quoted string without its quotes, and its length with them.
fn quoted(rest: &str, quote: char) -> Option<(String, usize)> {
    let mut value = String::new();
    let mut escaped = false;
    for (at, one) in rest.char_indices().skip(1) {
        match one {
            _ if escaped => {
                value.push(one);
                escaped = false;
            }
            '\\' => escaped = true,
            _ if one == quote => return Some((value, at + 1)),
            _ => value.push(one),
        }
    }
    None
}

fn braced(rest: &str, from: usize, at: usize) -> Result<(String, usize), Fault> {
    match rest.find('}') {
        Some(end) if end > from => Ok((rest[from..end].to_owned(), end + 1)),
        Some(end) => Err(Fault::new(at..at + end + 1, "missing name in the braces")),
        None => Err(Fault::new(at..at + rest.len(), "missing `}`")),
    }
}

struct Parser {
    tokens: Vec<(Token, Range<usize>)>,
    at: usize,
    end: usize,
    depth: usize,
    operators: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|(token, _)| token)
    }

    fn here(&self) -> Range<usize> {
        self.tokens.get(self.at).map_or(self.end..self.end, |(_, span)| span.clone())
    }

    fn eat(&mut self, sign: &str) -> bool {
        let is = matches!(self.peek(), Some(Token::Sign(one)) if *one == sign);
        self.at += usize::from(is);
        is
    }

    fn word(&self, word: &str) -> bool {
        matches!(self.peek(), Some(Token::Word(one)) if one.eq_ignore_ascii_case(word))
    }

    /// The operator that comes next, with its precedence.
    fn operator(&self) -> Option<(u8, Operator)> {
        Some(match self.peek()? {
            Token::Word(word) if word.eq_ignore_ascii_case("or") => (1, Operator::Or),
            Token::Word(word) if word.eq_ignore_ascii_case("and") => (2, Operator::And),
            Token::Sign("=" | "<>" | "!=" | "<" | ">" | "<=" | ">=") => (4, Operator::Compare),
            Token::Sign("+" | "-") => (5, Operator::Add),
            // `%` and `*` return an integer for two integers, as `+` does.
            Token::Sign("*" | "%") => (6, Operator::Add),
            Token::Sign("/") => (6, Operator::Divide),
            Token::Sign("^") => (7, Operator::Divide),
            _ => return None,
        })
    }

    fn expression(&mut self, weakest: u8) -> Result<Node, Fault> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Fault::new(self.here(), "the expression is nested too deeply"));
        }
        let mut left = if self.word("not") {
            let start = self.here().start;
            self.at += 1;
            let inner = self.expression(3)?;
            Node { span: start..inner.span.end, kind: Part::Not(Box::new(inner)) }
        } else {
            self.primary()?
        };
        while let Some((strength, operator)) = self.operator() {
            if strength < weakest {
                break;
            }
            self.operators += 1;
            if self.operators > MOST_OPERATORS {
                let summary = format!("more than {MOST_OPERATORS} operators in an expression");
                return Err(Fault::new(self.here(), summary).help("divide it into calculated fields"));
            }
            self.at += 1;
            let right = self.expression(strength + 1)?;
            let span = left.span.start..right.span.end;
            left = Node { span, kind: Part::Binary(operator, Box::new(left), Box::new(right)) };
        }
        self.depth -= 1;
        Ok(left)
    }

    fn primary(&mut self) -> Result<Node, Fault> {
        let Some((token, span)) = self.tokens.get(self.at).cloned() else {
            return Err(Fault::new(self.end.saturating_sub(1)..self.end, "unexpected end of the expression"));
        };
        self.at += 1;
        let kind = match token {
            Token::Text(text) => Part::Text(text),
            Token::Number { decimal: true, .. } => Part::Decimal,
            Token::Number { decimal: false, truth } => Part::Integer { truth },
            Token::Column(name) => Part::Column(name),
            Token::Parameter(name) => Part::Parameter(name),
            Token::Sign("-") => {
                let inner = self.expression(7)?;
                return Ok(Node { span: span.start..inner.span.end, kind: Part::Minus(Box::new(inner)) });
            }
            Token::Sign("(") => {
                let inner = self.expression(0)?;
                self.close(")", &span)?;
                return Ok(inner);
            }
            Token::Sign("[") => {
                let items = self.items("]", &span)?;
                return Ok(Node { span: span.start..self.before(), kind: Part::List(items) });
            }
            Token::Sign(sign) => {
                return Err(Fault::new(span, format!("expected a value, found `{sign}`")));
            }
            Token::Word(word) if self.eat("(") => {
                let items = self.items(")", &span)?;
                return Ok(Node { span: span.start..self.before(), kind: Part::Call(word, items) });
            }
            Token::Word(word) => match word.to_ascii_lowercase().as_str() {
                "null" => Part::Null,
                "true" | "false" => Part::Boolean,
                one if OPTIONS.contains(&one) => Part::Word(one.to_owned()),
                _ => Part::Column(word),
            },
        };
        Ok(Node { span, kind })
    }

    /// Where the last token ends.
    fn before(&self) -> usize {
        self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).map_or(self.end, |(_, span)| span.end)
    }

    fn close(&mut self, sign: &str, open: &Range<usize>) -> Result<(), Fault> {
        if self.eat(sign) {
            return Ok(());
        }
        Err(Fault::new(open.start..self.here().end, format!("missing `{sign}`")))
    }

    fn items(&mut self, end: &str, open: &Range<usize>) -> Result<Vec<Node>, Fault> {
        let mut items = Vec::new();
        if self.eat(end) {
            return Ok(items);
        }
        loop {
            // In the groups of a level-aware aggregate: all fields of the visual except this one.
            if end == "]" {
                self.eat("!");
            }
            items.push(self.expression(0)?);
            // The sort order: `[{day} ASC]`.
            if self.word("asc") || self.word("desc") {
                self.at += 1;
            }
            if !self.eat(",") {
                self.close(end, open)?;
                return Ok(items);
            }
        }
    }
}

//! Patterns of `like`, and regular expressions that mean the same to Java and to POSIX.

use super::Engine;

/// A piece of a `like` pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// `%`
    Any,
    /// `_`
    One,
    Character(char),
}

/// The pieces of a pattern; `None` if the escape precedes anything but `%`, `_` or itself.
pub(super) fn pieces(pattern: &str, escape: char) -> Option<Vec<Piece>> {
    let mut found = Vec::new();
    let mut characters = pattern.chars();
    while let Some(c) = characters.next() {
        found.push(match c {
            _ if c == escape => match characters.next() {
                Some(next) if next == '%' || next == '_' || next == escape => Piece::Character(next),
                _ => return None,
            },
            '%' => Piece::Any,
            '_' => Piece::One,
            _ => Piece::Character(c),
        });
    }
    Some(found)
}

/// A pattern with `^` before each character that is literal, and whether there is any.
pub(super) fn like(pieces: &[Piece]) -> (String, bool) {
    let special = |c: char| matches!(c, '%' | '_' | '\\');
    let escaped = pieces.iter().any(|piece| matches!(piece, Piece::Character(c) if special(*c)));
    let mut out = String::new();
    for piece in pieces {
        match piece {
            Piece::Any => out.push('%'),
            Piece::One => out.push('_'),
            Piece::Character(c) => {
                // A backslash needs no escape when `^` is the escape character, but `^` itself does.
                if escaped && matches!(c, '%' | '_' | '^') {
                    out.push('^');
                }
                out.push(*c);
            }
        }
    }
    (out, escaped)
}

/// What a regular expression is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Only whether there is a match: any way to match will do.
    Test,
    /// Matches are replaced: Java takes the first way to match, POSIX the longest.
    Replace,
}

/// A regular expression as an engine expects it, or why it is refused.
pub(super) fn regex(pattern: &str, engine: Engine, purpose: Purpose) -> Result<String, &'static str> {
    let mut reader =
        Regex { rest: pattern.chars().peekable(), out: String::new(), engine, open: 0, repeats: 0 };
    if pattern.is_empty() {
        return Err("an empty pattern matches everywhere");
    }
    let mut before = Part::Other;
    while let Some(c) = reader.rest.next() {
        before = reader.part(c, before, purpose)?;
    }
    if reader.open > 0 {
        return Err("unclosed group");
    }
    if purpose == Purpose::Replace && reader.repeats > 1 {
        return Err("with two repetitions, Java takes the first match and POSIX the longest");
    }
    Ok(reader.out)
}

/// What a part of a pattern is, as far as the parts after it depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// A character, a class or a group, which a repetition may follow.
    Atom,
    /// Anything else, and the beginning.
    Other,
}

struct Regex<'a> {
    rest: std::iter::Peekable<std::str::Chars<'a>>,
    out: String,
    engine: Engine,
    open: usize,
    repeats: usize,
}

impl Regex<'_> {
    /// Writes one part; returns what it is.
    fn part(&mut self, c: char, before: Part, purpose: Purpose) -> Result<Part, &'static str> {
        let searching = purpose == Purpose::Test;
        match c {
            '*' | '+' | '?' | '{' => {
                if before != Part::Atom {
                    return Err("a repetition must follow one character, class or group");
                }
                self.repeats += 1;
                self.repetition(c)?;
                return Ok(Part::Other);
            }
            '(' | ')' | '|' | '^' | '$' if !searching => {
                return Err("Java and POSIX replace groups, alternatives and anchors differently");
            }
            '(' => {
                if self.rest.peek() == Some(&'?') {
                    return Err("only Java supports groups with `(?`");
                }
                self.open += 1;
                self.out.push('(');
                return Ok(Part::Other);
            }
            ')' => {
                self.open = self.open.checked_sub(1).ok_or("unmatched `)`")?;
                if self.out.ends_with(['(', '|']) {
                    return Err("empty group or alternative");
                }
                self.out.push(')');
            }
            '|' => {
                if self.out.is_empty()
                    || self.out.ends_with(['(', '|'])
                    || matches!(self.rest.peek(), None | Some(')'))
                {
                    return Err("empty alternative");
                }
                self.out.push('|');
                return Ok(Part::Other);
            }
            '^' => {
                self.out.push('^');
                return Ok(Part::Other);
            }
            '$' => {
                // Java's `$` also matches before a last line break.
                self.out.push_str(if self.engine == Engine::Spark { "\\z" } else { "$" });
                return Ok(Part::Other);
            }
            '.' => self.out.push_str("[^\n]"),
            '[' => self.class()?,
            ']' | '}' => return Err("unmatched closing bracket"),
            '\\' => self.escape()?,
            _ => self.out.push(c),
        }
        Ok(Part::Atom)
    }

    fn escape(&mut self) -> Result<(), &'static str> {
        match self.rest.next() {
            Some('d') => self.out.push_str("[0-9]"),
            Some('w') => self.out.push_str("[A-Za-z0-9_]"),
            Some(c) if c.is_ascii_punctuation() => {
                if !matches!(
                    c,
                    '_' | '-'
                        | '/'
                        | ','
                        | ':'
                        | ';'
                        | '@'
                        | '#'
                        | '%'
                        | '&'
                        | '~'
                        | '='
                        | '!'
                        | '<'
                        | '>'
                        | '"'
                        | '\''
                        | '`'
                ) {
                    self.out.push('\\');
                }
                self.out.push(c);
            }
            _ => return Err("Java and POSIX share only the escapes `\\d`, `\\w` and those of punctuation"),
        }
        Ok(())
    }

    fn class(&mut self) -> Result<(), &'static str> {
        self.out.push('[');
        if self.rest.next_if_eq(&'^').is_some() {
            self.out.push('^');
        }
        let mut members: Vec<char> = Vec::new();
        loop {
            match self.rest.next().ok_or("unclosed character class")? {
                ']' if members.is_empty() => return Err("empty character class"),
                ']' => break,
                '[' | '\\' | '&' | '^' | '~' => {
                    return Err(
                        "Java and POSIX read `[`, `\\`, `&`, `^` and `~` differently in a character class",
                    );
                }
                c => members.push(c),
            }
        }
        for (at, c) in members.iter().enumerate() {
            if *c != '-' || at == 0 || at + 1 == members.len() {
                continue;
            }
            let (from, to) = (members[at - 1], members[at + 1]);
            let same = |test: fn(&char) -> bool| test(&from) && test(&to);
            let known = same(char::is_ascii_digit)
                || same(char::is_ascii_lowercase)
                || same(char::is_ascii_uppercase);
            if !known || from > to {
                return Err("a range must ascend from digit to digit or from letter to letter");
            }
        }
        self.out.extend(members);
        self.out.push(']');
        Ok(())
    }

    fn repetition(&mut self, c: char) -> Result<(), &'static str> {
        self.out.push(c);
        if c != '{' {
            return Ok(());
        }
        let mut inner = String::new();
        while let Some(next) = self.rest.next_if(|next| next.is_ascii_digit() || *next == ',') {
            inner.push(next);
        }
        let (least, most) = inner.split_once(',').unwrap_or((&inner, &inner));
        let number = |text: &str| text.parse::<u32>().ok().filter(|value| *value <= 255);
        let right = number(least)
            .is_some_and(|least| most.is_empty() || number(most).is_some_and(|most| most >= least));
        if !right || self.rest.next() != Some('}') {
            return Err("braces must contain `{n}`, `{n,}` or `{n,m}` with numbers up to 255");
        }
        self.out.push_str(&inner);
        self.out.push('}');
        Ok(())
    }
}

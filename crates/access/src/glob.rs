//! Text with the wildcards `*` and `?`, as IAM matches it.
//!
//! In: text, in which `${…}` stands for text that is not known here. Out: whether one pattern matches all that another
//! matches ([`covers`]), or could match something that another matches ([`overlaps`]). Both err on the side of the
//! reader: `covers` is true only if it is certain, `overlaps` is false only if it is certain.
//!
//! It refuses to look into a placeholder: it equals only itself, contains no wildcard, and could be of any length.

/// One element of a pattern.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Token {
    /// This character.
    Char(char),
    /// `?`
    One,
    /// `*`
    Many,
    /// A placeholder such as `${RawBucket.Arn}`.
    Opaque(String),
}

/// Whether `*` and `?` are wildcards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wildcards {
    Read,
    Literal,
}

/// The tokens of a text. `*?` becomes `?*`, so that equal patterns have equal tokens.
pub(crate) fn parse(text: &str, wildcards: Wildcards) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if let Some((inner, after)) = rest.strip_prefix("${").and_then(|open| open.split_once('}')) {
            tokens.push(placeholder(inner));
            rest = after;
            continue;
        }
        rest = &rest[first.len_utf8()..];
        match (first, wildcards) {
            ('*', Wildcards::Read) => {
                if tokens.last() != Some(&Token::Many) {
                    tokens.push(Token::Many);
                }
            }
            ('?', Wildcards::Read) => {
                let place = tokens.len() - usize::from(tokens.last() == Some(&Token::Many));
                tokens.insert(place, Token::One);
            }
            (other, Wildcards::Read | Wildcards::Literal) => tokens.push(Token::Char(other)),
        }
    }
    tokens
}

/// `${*}`, `${?}` and `${$}` are how a policy writes these characters themselves.
fn placeholder(inner: &str) -> Token {
    match inner {
        "*" => Token::Char('*'),
        "?" => Token::Char('?'),
        "$" => Token::Char('$'),
        other => Token::Opaque(other.to_owned()),
    }
}

/// The pattern without regard to case.
pub(crate) fn lower(tokens: &[Token]) -> Vec<Token> {
    let lowered = tokens.iter().flat_map(|token| match token {
        Token::Char(c) => c.to_lowercase().map(Token::Char).collect(),
        Token::One | Token::Many | Token::Opaque(_) => vec![token.clone()],
    });
    lowered.collect()
}

/// Whether `wide` matches everything that `narrow` matches.
pub(crate) fn covers(wide: &[Token], narrow: &[Token]) -> bool {
    let (wide, narrow) = without_ends(wide, narrow);
    match (wide, narrow) {
        ([], _) | (_, []) => return wide.iter().all(|token| *token == Token::Many) && narrow.is_empty(),
        ([Token::Many], _) => return true,
        // What is left begins, or ends, with tokens that differ; only a wildcard can cover another token.
        ([first, ..], _) if !is_wild(first) => return false,
        ([.., last], _) if !is_wild(last) => return false,
        _ => {}
    }
    // `row[j]` tells whether the rest of `wide` covers `narrow[j..]`.
    let mut row = vec![false; narrow.len() + 1];
    row[narrow.len()] = true;
    for token in wide.iter().rev() {
        let mut next = vec![false; narrow.len() + 1];
        for j in (0..=narrow.len()).rev() {
            next[j] = match (token, narrow.get(j)) {
                (Token::Many, None) => row[j],
                (Token::Many, Some(_)) => row[j] || next[j + 1],
                (Token::One, Some(Token::Char(_) | Token::One)) => row[j + 1],
                (Token::Char(_) | Token::Opaque(_), Some(other)) => token == other && row[j + 1],
                (Token::One, Some(Token::Many | Token::Opaque(_)))
                | (Token::Char(_) | Token::One | Token::Opaque(_), None) => false,
            };
        }
        row = next;
    }
    row[0]
}

/// Whether some text could match both; a placeholder could be anything.
pub(crate) fn overlaps(one: &[Token], other: &[Token]) -> bool {
    if let ([Token::Char(first), ..], [Token::Char(second), ..]) = (one, other)
        && first != second
    {
        return false;
    }
    let (one, other) = without_ends(one, other);
    let mut row = vec![true; other.len() + 1];
    for j in (0..other.len()).rev() {
        row[j] = row[j + 1] && is_any(&other[j]);
    }
    for token in one.iter().rev() {
        let mut next = vec![false; other.len() + 1];
        for j in (0..=other.len()).rev() {
            next[j] = match other.get(j) {
                None => is_any(token) && row[j],
                Some(_) if is_any(token) => row[j] || next[j + 1],
                Some(second) if is_any(second) => row[j] || next[j + 1],
                Some(second) => {
                    (token == second || *token == Token::One || *second == Token::One) && row[j + 1]
                }
            };
        }
        row = next;
    }
    row[0]
}

/// Both patterns without the tokens that they begin and end with alike, wildcards excepted.
fn without_ends<'a>(mut one: &'a [Token], mut other: &'a [Token]) -> (&'a [Token], &'a [Token]) {
    while let ([first, left @ ..], [second, right @ ..]) = (one, other)
        && first == second
        && !is_wild(first)
    {
        (one, other) = (left, right);
    }
    while let ([left @ .., first], [right @ .., second]) = (one, other)
        && first == second
        && !is_wild(first)
    {
        (one, other) = (left, right);
    }
    (one, other)
}

fn is_wild(token: &Token) -> bool {
    match token {
        Token::One | Token::Many => true,
        Token::Char(_) | Token::Opaque(_) => false,
    }
}

fn is_any(token: &Token) -> bool {
    match token {
        Token::Many | Token::Opaque(_) => true,
        Token::Char(_) | Token::One => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Wildcards, covers, overlaps, parse};

    #[test]
    fn a_pattern_covers_what_it_matches() {
        let cases = [
            ("*", "", true),
            ("*", "a*?", true),
            ("a*", "a", true),
            ("a*", "ab?c*", true),
            ("*?", "?*", true),
            ("?", "a", true),
            ("?", "*", false),
            ("a?", "a", false),
            ("a*c", "abbc", true),
            ("a*c", "abbcd", false),
            ("a", "a*", false),
            ("${X}/*", "${X}/a", true),
            ("${X}/*", "${Y}/a", false),
            ("*/a", "${Y}/a", true),
            ("?", "${Y}", false),
            ("${X}", "*", false),
            ("${X", "${X", true),
            ("a${*}b", "a*b", false),
            ("a*b", "a${*}b", true),
        ];
        for (wide, narrow, expected) in cases {
            let (one, other) = (parse(wide, Wildcards::Read), parse(narrow, Wildcards::Read));
            assert_eq!(covers(&one, &other), expected, "{wide} covers {narrow}");
        }
    }

    #[test]
    fn patterns_overlap_unless_no_text_matches_both() {
        let cases = [
            ("a*", "*b", true),
            ("a*", "b*", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("", "*", true),
            ("", "a", false),
            ("${X}/a", "${Y}/b", false),
            ("${X}/a", "${Y}/a", true),
            ("x${X}", "y", false),
        ];
        for (one, other, expected) in cases {
            let (left, right) = (parse(one, Wildcards::Read), parse(other, Wildcards::Read));
            assert_eq!(overlaps(&left, &right), expected, "{one} overlaps {other}");
            assert_eq!(overlaps(&right, &left), expected, "{other} overlaps {one}");
        }
    }
}

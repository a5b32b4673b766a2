//! Patterns of the registry schemas as regular expressions in the syntax of Rust.

use fancy_regex::Regex;
use strataform_schema::facts::Shape;

/// Sets the pattern of a shape, and its regular expression.
pub(super) fn set(shape: &mut Shape, pattern: Option<String>) {
    shape.regex = pattern.as_deref().map(regex).filter(|regex| pattern.as_ref() != Some(regex));
    shape.pattern = pattern;
}

/// A pattern as a regular expression in the syntax of Rust. An automaton that counts to thousands is too large; such a
/// bound is left to the length limit.
pub(super) fn regex(pattern: &str) -> String {
    let exact = translate(pattern);
    if Regex::new(&exact).is_ok() { exact } else { uncounted(&exact) }
}

/// The pattern without upper bounds of three digits and more: `{1,1024}` → `{1,}`.
fn uncounted(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some((before, tail)) = rest.split_once('{') {
        out.push_str(before);
        let (count, after) = tail.split_once('}').unwrap_or((tail, ""));
        let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        match count.split_once(',') {
            Some((least, most)) if number(least) && number(most) && most.len() > 2 => {
                let least = if least.len() > 2 { "1" } else { least };
                out.push_str(&["{", least, ",}"].concat());
            }
            _ => out.push_str(&["{", count, "}"].concat()),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Converts syntax of Java, JavaScript and Python that differs from Rust's.
fn translate(pattern: &str) -> String {
    let mut translation =
        Translation { letters: pattern.chars().peekable(), out: String::with_capacity(pattern.len()) };
    translation.run();
    translation.out
}

/// What precedes a hyphen in a class; it decides whether the hyphen makes a range.
#[derive(Clone, Copy, PartialEq)]
enum Before {
    /// Nothing that can start a range: the opening bracket, the end of a range, `\w`.
    Nothing,
    /// One character.
    Letter,
}

struct Translation<'a> {
    letters: std::iter::Peekable<std::str::Chars<'a>>,
    out: String,
}

impl Translation<'_> {
    fn run(&mut self) {
        while let Some(letter) = self.letters.next() {
            match letter {
                '\\' => {
                    self.escape();
                }
                '[' => self.class(),
                _ => self.out.push(letter),
            }
        }
    }

    /// A class, after its opening bracket.
    fn class(&mut self) {
        self.out.push('[');
        if self.letters.peek() == Some(&'^') {
            self.out.extend(self.letters.next());
        }
        let mut before = Before::Nothing;
        let mut first = true;
        while let Some(letter) = self.letters.next() {
            match letter {
                // Directly after the opening bracket, a closing one is a literal.
                ']' if !first => {
                    self.out.push(']');
                    return;
                }
                '-' => before = self.hyphen(before),
                _ => before = self.member(letter),
            }
            first = false;
        }
    }

    /// One character or escape of a class.
    fn member(&mut self, letter: char) -> Before {
        match letter {
            '\\' => self.escape(),
            '[' if self.letters.peek() == Some(&':') => {
                self.out.push('[');
                for letter in self.letters.by_ref() {
                    self.out.push(letter);
                    if letter == ']' {
                        break;
                    }
                }
                Before::Nothing
            }
            _ => {
                // Rust gives brackets and doubled punctuation in a class a meaning that other dialects do not have.
                if matches!(letter, '[' | ']' | '&' | '~') {
                    self.out.push('\\');
                }
                self.out.push(letter);
                Before::Letter
            }
        }
    }

    /// A hyphen makes a range between two characters; anywhere else it is a literal.
    fn hyphen(&mut self, before: Before) -> Before {
        let mut ahead = self.letters.clone();
        let next = ahead.next();
        let set = next == Some('\\') && ahead.next().is_some_and(is_set);
        if before == Before::Letter && next.is_some_and(|next| next != ']') && !set {
            self.out.push('-');
            let end = self.letters.next().unwrap_or('-');
            self.member(end);
            return Before::Nothing;
        }
        self.out.push_str("\\-");
        Before::Letter
    }

    /// An escape, after its backslash.
    fn escape(&mut self) -> Before {
        match self.letters.next() {
            Some('Z') => self.out.push_str("\\z"),
            Some('u') if self.letters.peek() != Some(&'{') => {
                let digits: String = self.letters.by_ref().take(4).collect();
                return self.unicode(&digits);
            }
            Some(letter @ ('p' | 'P')) => {
                self.out.extend(['\\', letter]);
                self.property();
                return Before::Nothing;
            }
            Some('/') => self.out.push('/'),
            Some(letter @ ('w' | 'W' | 'd' | 'D' | 's' | 'S')) => {
                self.out.push_str(ascii(letter));
                return Before::Nothing;
            }
            Some('-') => self.out.push_str("\\-"),
            Some(letter) => {
                self.out.push('\\');
                self.out.push(letter);
                return if is_set(letter) { Before::Nothing } else { Before::Letter };
            }
            None => self.out.push_str("\\\\"),
        }
        Before::Letter
    }
}

impl Translation<'_> {
    /// A character by its four hex digits. Halves of surrogate pairs stand for everything beyond them.
    fn unicode(&mut self, digits: &str) -> Before {
        let is_half = |digits: &str| {
            matches!(digits.as_bytes(), [b'D' | b'd', b'8' | b'9' | b'A'..=b'F' | b'a'..=b'f', ..])
        };
        if !is_half(digits) {
            self.out.push_str(&["\\u{", digits, "}"].concat());
            return Before::Letter;
        }
        loop {
            let ahead: String = self.letters.clone().take(7).collect();
            let skip = usize::from(ahead.starts_with('-'));
            match ahead[skip..].strip_prefix("\\u") {
                Some(next) if is_half(next) => {
                    self.letters.by_ref().take(skip + 6).for_each(drop);
                }
                _ => break,
            }
        }
        self.out.push_str("\\u{10000}-\\u{10FFFF}");
        Before::Nothing
    }

    /// The name of a Unicode property: in braces, or one letter.
    fn property(&mut self) {
        if self.letters.peek() != Some(&'{') {
            self.out.extend(self.letters.next());
            return;
        }
        for letter in self.letters.by_ref() {
            self.out.push(letter);
            if letter == '}' {
                return;
            }
        }
    }
}

/// The schemas target Java, where `\\w`, `\\d` and `\\s` are ASCII; that also keeps the automata small.
fn ascii(letter: char) -> &'static str {
    match letter {
        'w' => "[0-9A-Za-z_]",
        'W' => "[^0-9A-Za-z_]",
        'd' => "[0-9]",
        'D' => "[^0-9]",
        's' => "[ \\t\\n\\x0B\\f\\r]",
        _ => "[^ \\t\\n\\x0B\\f\\r]",
    }
}

/// Whether the letter of an escape stands for a set: `\w`, `\p{L}`.
fn is_set(letter: char) -> bool {
    matches!(letter, 'w' | 'W' | 'd' | 'D' | 's' | 'S' | 'p' | 'P' | 'h' | 'H')
}

#[cfg(test)]
mod tests {
    use strataform_schema::matches;

    use super::translate;

    #[test]
    fn hyphens_in_classes_mean_the_same_as_in_other_dialects() {
        for (pattern, expected) in [
            (r"[\w-\.\+]", r"[[0-9A-Za-z_]\-\.\+]"),
            (r"[a-z0-9-\\.]", r"[a-z0-9\-\\.]"),
            (r"[a-z-]", r"[a-z\-]"),
            (r"[-a]", r"[\-a]"),
            (r"[]a]", r"[\]a]"),
            (r"[a&&b]", r"[a\&\&b]"),
            (r"^a\/b\Z", r"^a/b\z"),
            (r"[\p{L}\p{Z}-_]", r"[\p{L}\p{Z}\-_]"),
            (r"[\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\t]", r"[\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}\t]"),
            (r"\u0020-x", r"\u{0020}-x"),
        ] {
            assert_eq!(translate(pattern), expected, "{pattern}");
        }
        assert_eq!(matches(&translate(r"^\w+$"), "stra\u{df}e"), Some(false));
        assert_eq!(matches(&translate(r"^[\w- &]+$"), "a-b & c"), Some(true));
    }
}

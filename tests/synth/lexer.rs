//! Splits SQL into tokens like Redshift, to check that a text stays one token.

/// The tokens of a SQL file outside of texts, quoted names and comments: `'…'` and `"…"` become one
/// token each, comments none, and a `;` is a token.
pub(super) fn words(sql: &str) -> Vec<String> {
    let letters: Vec<char> = sql.chars().collect();
    let mut words: Vec<String> = Vec::new();
    let mut at = 0;
    while let Some(&letter) = letters.get(at) {
        let next = letters.get(at + 1).copied();
        match (letter, next) {
            ('\'', _) => {
                at = closing(&letters, at, '\'', Some('\\'));
                words.push("'text'".to_owned());
            }
            ('"', _) => {
                at = closing(&letters, at, '"', None);
                words.push("\"name\"".to_owned());
            }
            ('-', Some('-')) => {
                at +=
                    letters[at..].iter().position(|letter| matches!(letter, '\n' | '\r')).expect("lines end");
            }
            ('/', Some('*')) => {
                let rest: String = letters[at + 2..].iter().collect();
                let end = rest.find("*/").expect("a comment ends");
                at += 4 + rest[..end].chars().count();
            }
            // The body of a procedure is tokenized like the rest.
            ('$', Some('$')) => {
                at += 2;
                words.push("$$".to_owned());
            }
            _ if letter.is_alphanumeric() || letter == '_' => {
                let word: String =
                    letters[at..].iter().take_while(|one| one.is_alphanumeric() || **one == '_').collect();
                at += word.chars().count();
                words.push(word);
            }
            _ => {
                if !letter.is_whitespace() {
                    words.push(letter.to_string());
                }
                at += 1;
            }
        }
    }
    words
}

/// The position after the quote that closes the one at `at`.
fn closing(letters: &[char], mut at: usize, quote: char, escape: Option<char>) -> usize {
    loop {
        at += 1;
        let letter = letters.get(at).copied().expect("every quote is closed");
        // The character after an escape sign, and the second of two quotes, do not close the text.
        if Some(letter) == escape || (letter == quote && letters.get(at + 1) == Some(&quote)) {
            at += 1;
        } else if letter == quote {
            return at + 1;
        }
    }
}

#[test]
fn texts_and_names_are_one_token_each_and_comments_none() {
    let sql = "SELECT 'a''; b\\'c' AS \"x\"\"y\" -- ; 'z\n/* ; ' */ FROM t;";
    assert_eq!(words(sql), ["SELECT", "'text'", "AS", "\"name\"", "FROM", "t", ";"]);
    assert_ne!(words("SELECT 'a'; DROP 'b'"), words("SELECT 'a; DROP b'"));
}

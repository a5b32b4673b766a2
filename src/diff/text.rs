//! [`compact`]: a text of SQL without its layout, so that only what it says is compared.

/// The text with one space where white space separates two words, and none elsewhere. What is quoted stays as it is.
pub(super) fn compact(text: &str) -> String {
    let is_word = |one: char| one.is_alphanumeric() || one == '_';
    let mut found = String::with_capacity(text.len());
    let mut quote: Option<char> = None;
    let mut spaced = false;
    for one in text.trim().chars() {
        if quote.is_none() && one.is_whitespace() {
            spaced = true;
            continue;
        }
        if spaced && found.ends_with(is_word) && is_word(one) {
            found.push(' ');
        }
        spaced = false;
        found.push(one);
        quote = match quote {
            Some(open) if open == one => None,
            None if one == '\'' || one == '"' => Some(one),
            open => open,
        };
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_layout_goes() {
        assert_eq!(compact("  sum( amount )  *  2 "), "sum(amount)*2");
        assert_eq!(compact("not  is_new and\n a"), "not is_new and a");
        assert_eq!(compact("a = 'x  y'"), "a='x  y'");
        assert_ne!(compact("a b"), compact("ab"));
        assert_ne!(compact("'a b'"), compact("'a  b'"));
        assert_eq!(compact("'it''s  so'  || x"), "'it''s  so'||x");
    }
}

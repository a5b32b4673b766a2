//! The steps of a JSON pointer (RFC 6901).

/// A key as a step of a pointer: `a/b` is `a~1b`.
#[must_use]
pub fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// The key that a step of a pointer stands for.
#[must_use]
pub fn unescaped(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_the_same_after_a_pointer() {
        for (key, step) in [("a/b", "a~1b"), ("~1", "~01"), ("~/~", "~0~1~0"), ("plain", "plain")] {
            assert_eq!(escaped(key), step);
            assert_eq!(unescaped(step), key);
        }
    }
}

//! Logical IDs: readable and stable, derived from a path.

use std::fmt;

use crate::node::Text;

/// The name of a resource, parameter, condition, mapping or output inside one template.
///
/// It is derived from a path, so that the same part of a platform has the same ID in every run and a reader can find
/// it: `orders/raw-stream` is `OrdersRawStream`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogicalId(Text);

/// The maximum length of a logical ID, in characters.
const LONGEST: usize = 255;

impl LogicalId {
    /// The ID for a path: its words (runs of ASCII letters and digits), each capitalized, without separators.
    ///
    /// Any text is accepted; one without letters or digits, or one that is too long, gives an ID for which
    /// [`LogicalId::fault`] says what is wrong, and which a template refuses to render.
    #[must_use]
    pub fn from_path(path: impl Into<Text>) -> Self {
        let path = path.into();
        if is_plain(&path) {
            return Self(path);
        }
        let mut id = String::with_capacity(path.len());
        push_words(&mut id, &path);
        Self(id.into())
    }

    /// The ID as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The ID as template text; static text is not copied.
    #[must_use]
    pub fn text(&self) -> Text {
        self.0.clone()
    }

    /// Why `CloudFormation` would reject this ID; `None` if it is valid.
    #[must_use]
    pub fn fault(&self) -> Option<&'static str> {
        if self.0.is_empty() {
            Some("it has no letter or digit")
        } else if self.0.len() > LONGEST {
            Some("it is longer than 255 characters")
        } else if !self.0.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            Some("it has a letter outside A-Z, a-z and 0-9")
        } else {
            None
        }
    }
}

/// Appends the words of a path, each capitalized.
fn push_words(id: &mut String, path: &str) {
    let separator = |byte: &u8| byte.is_ascii() && !byte.is_ascii_alphanumeric();
    let mut rest = path;
    while !rest.is_empty() {
        // Separators are ASCII, so both positions are on character boundaries.
        let (word, tail) =
            rest.split_at(rest.bytes().position(|byte| separator(&byte)).unwrap_or(rest.len()));
        let start = id.len();
        id.push_str(word);
        if let Some(first) = id.get_mut(start..=start) {
            first.make_ascii_uppercase();
        }
        rest = tail.get(1..).unwrap_or_default();
    }
}

/// Whether the text is already an ID.
fn is_plain(path: &str) -> bool {
    path.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && path.bytes().next().is_none_or(|first| !first.is_ascii_lowercase())
}

impl fmt::Display for LogicalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&'static str> for LogicalId {
    fn from(path: &'static str) -> Self {
        Self::from_path(path)
    }
}

impl From<String> for LogicalId {
    fn from(path: String) -> Self {
        Self::from_path(path)
    }
}

impl<const N: usize> From<[&str; N]> for LogicalId {
    fn from(path: [&str; N]) -> Self {
        let mut id = String::with_capacity(path.iter().map(|part| part.len()).sum());
        for part in path {
            push_words(&mut id, part);
        }
        Self(id.into())
    }
}

#[cfg(test)]
mod tests {
    use super::LogicalId;

    #[test]
    fn a_path_becomes_words() {
        for (path, id) in [
            ("orders/raw-stream", "OrdersRawStream"),
            ("OrdersStream", "OrdersStream"),
            ("stream", "Stream"),
            ("page_view.daily sales", "PageViewDailySales"),
            ("7days", "7days"),
            ("a//b", "AB"),
        ] {
            assert_eq!(LogicalId::from_path(path).as_str(), id, "{path}");
            assert_eq!(LogicalId::from_path(path).fault(), None, "{path}");
        }
        assert_eq!(LogicalId::from(["orders", "raw", "stream"]).as_str(), "OrdersRawStream");
    }

    #[test]
    fn invalid_ids_are_kept_and_have_a_fault() {
        assert!(LogicalId::from_path("--").fault().is_some());
        assert!(LogicalId::from_path("straße").fault().is_some());
        assert!(LogicalId::from_path("x".repeat(256)).fault().is_some());
        assert_eq!(LogicalId::from_path("x".repeat(255)).fault(), None);
    }
}

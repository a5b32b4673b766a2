//! Names that a user can give to platforms, environments, datasets and columns.

use std::fmt;
use std::sync::Arc;

/// The name of a dataset, a column, an aggregate or a visual: lower-case words that are a valid identifier in Spark,
/// in the Glue Data Catalog and, quoted, in Redshift.
///
/// It starts with a letter, contains letters, digits and underscores, and has at most [`Identifier::LONGEST`] bytes.
/// Reserved words of an engine (`select`, `user`) are allowed: the renderers quote them.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identifier(Arc<str>);

impl Identifier {
    /// Bytes; leaves room for the prefixes and suffixes of physical names within 127 bytes.
    pub const LONGEST: usize = 60;

    /// Validates a text as an identifier.
    ///
    /// # Errors
    /// Why the text is not a valid name.
    pub fn new(text: &str) -> Result<Self, NameFault> {
        check(text, Self::LONGEST, '_')?;
        Ok(Self(text.into()))
    }

    /// The name of the column that says when a record arrived. No column of a platform file can have it.
    pub const ARRIVED: &'static str = "arrived__at";

    /// Validates a text as the name of a column that dashboards can show: one of a platform file, or
    /// [`Identifier::ARRIVED`].
    ///
    /// # Errors
    /// Why the text is not a valid name.
    pub fn of_shown(text: &str) -> Result<Self, NameFault> {
        if text == Self::ARRIVED { Ok(Self(text.into())) } else { Self::new(text) }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name in the form of other services' IDs: `page_view` becomes `page-view`.
    #[must_use]
    pub fn kebab(&self) -> String {
        self.0.replace('_', "-")
    }

    /// The name in words: `page_view` becomes `page view`.
    #[must_use]
    pub fn words(&self) -> String {
        words(&self.0)
    }

    /// The name as a path, from which logical IDs are derived: `page_view` becomes `page/view`.
    #[must_use]
    pub fn path(&self) -> String {
        self.0.replace('_', "/")
    }
}

/// The words of a name, which can have two underscores in a row if `gen` gave it.
pub(super) fn words(name: &str) -> String {
    name.split('_').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The name of a platform or of an environment: lower-case words with hyphens.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(Arc<str>);

impl Slug {
    /// The maximum bytes of a platform's name.
    pub const LONGEST_PLATFORM: usize = 24;
    /// The maximum bytes of an environment's name.
    pub const LONGEST_ENVIRONMENT: usize = 12;

    /// Validates a text as a name of at most `longest` bytes.
    ///
    /// # Errors
    /// Why the text is not a valid name.
    pub fn new(text: &str, longest: usize) -> Result<Self, NameFault> {
        check(text, longest, '-')?;
        Ok(Self(text.into()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name with underscores, as the Data Catalog and Redshift require.
    #[must_use]
    pub fn snake(&self) -> String {
        self.0.replace('-', "_")
    }
}

macro_rules! shown_as_text {
    ($($name:ident),*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&*self.0, f)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                &*self.0 == other
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                &*self.0 == *other
            }
        }
    )*};
}
shown_as_text!(Identifier, Slug);

/// Why a text is not a valid name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameFault {
    /// It is empty.
    #[error("a name must have at least one character")]
    Empty,
    /// The first character is not a lower-case letter.
    #[error("a name must start with a lower-case letter")]
    Start,
    /// A character is neither a lower-case letter, a digit, nor the separator.
    #[error("a name can contain only lower-case letters, digits and `{separator}`, not {found:?}")]
    Character {
        /// The first such character.
        found: char,
        /// `_` or `-`.
        separator: char,
    },
    /// The separator is last, or twice in a row.
    #[error("`{separator}` must be between two letters or digits")]
    Separator {
        /// `_` or `-`.
        separator: char,
    },
    /// It is too long.
    #[error("a name can have at most {longest} characters")]
    Long {
        /// The maximum number of characters.
        longest: usize,
    },
}

fn check(text: &str, longest: usize, separator: char) -> Result<(), NameFault> {
    let first = text.chars().next().ok_or(NameFault::Empty)?;
    if !first.is_ascii_lowercase() {
        return Err(NameFault::Start);
    }
    let foreign = |c: &char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || *c == separator);
    if let Some(found) = text.chars().find(foreign) {
        return Err(NameFault::Character { found, separator });
    }
    let mut before = ' ';
    for c in text.chars().chain([separator]) {
        if c == separator && before == separator {
            return Err(NameFault::Separator { separator });
        }
        before = c;
    }
    if text.len() > longest {
        return Err(NameFault::Long { longest });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_names_have_a_fault() {
        let identifier = |text| Identifier::new(text).map(|name| name.to_string());
        assert_eq!(identifier("page_view2"), Ok("page_view2".to_owned()));
        assert_eq!(identifier("select"), Ok("select".to_owned()));
        assert_eq!(identifier(""), Err(NameFault::Empty));
        assert_eq!(identifier("_a"), Err(NameFault::Start));
        assert_eq!(identifier("Page"), Err(NameFault::Start));
        assert_eq!(identifier("a\"b"), Err(NameFault::Character { found: '"', separator: '_' }));
        assert_eq!(identifier("a__b"), Err(NameFault::Separator { separator: '_' }));
        assert_eq!(identifier("a_"), Err(NameFault::Separator { separator: '_' }));
        assert_eq!(identifier(&"a".repeat(61)), Err(NameFault::Long { longest: 60 }));
        assert!(Slug::new("prod-eu", Slug::LONGEST_ENVIRONMENT).is_ok());
        assert!(Slug::new("prod_eu", Slug::LONGEST_ENVIRONMENT).is_err());
    }
}

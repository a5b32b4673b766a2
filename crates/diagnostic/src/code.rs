//! [`Code`], its [`Explanation`], and [`codes!`](crate::codes), which declares codes.

use std::fmt;
use std::hash::{Hash, Hasher};

/// The severity of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is written or sent until it is fixed.
    Error,
    /// It works, but probably not as intended.
    Warning,
}

impl Severity {
    /// The name in messages and in JSON: `error` or `warning`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// The documentation of a code.
#[derive(Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The code as users read it, such as `GEN0103`.
    pub code: &'static str,
    /// The name of the constant or variant that declares it.
    pub name: &'static str,
    /// The severity of its findings.
    pub severity: Severity,
    /// What it means, in one sentence.
    pub meaning: &'static str,
    /// Why that is wrong and what to do, in a few sentences.
    pub reason: &'static str,
    /// An example that causes it.
    pub example: Example,
}

/// An example that causes a code. A test runs every example except [`Situation`](Self::Situation): the bad text causes
/// exactly its code, and the good text causes none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "json", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum Example {
    /// Sections of a platform file; each replaces the section with the same header in the example platform, `shop`.
    Platform {
        /// Sections that cause the code.
        bad: &'static str,
        /// Sections that cause no code.
        good: &'static str,
    },
    /// Whole platform files.
    PlatformFile {
        /// A file that causes the code.
        bad: &'static str,
        /// A file that causes no code.
        good: &'static str,
    },
    /// Expressions over the columns of the dataset `orders` of `shop`.
    Expression {
        /// An expression that causes the code.
        bad: &'static str,
        /// An expression that causes no code.
        good: &'static str,
    },
    /// Redshift SQL.
    Sql {
        /// Statements that cause the code.
        bad: &'static str,
        /// Statements that cause no code.
        good: &'static str,
    },
    /// `CloudFormation` templates.
    Template {
        /// A template that causes the code.
        bad: &'static str,
        /// A template that causes no code.
        good: &'static str,
    },
    /// Hand-written SQL of the platform `shop`: the name of a file and its text.
    SqlFile {
        /// A file that causes the code.
        bad: (&'static str, &'static str),
        /// A file that causes no code.
        good: (&'static str, &'static str),
    },
    /// JSON at a place in a QuickSight definition or template.
    Dashboard {
        /// A JSON pointer into `crates/dashboard/tests/everything.json`.
        place: &'static str,
        /// A value that causes the code.
        bad: &'static str,
        /// A value that causes no code.
        good: &'static str,
    },
    /// Whole JSON documents.
    Document {
        /// A document that causes the code.
        bad: &'static str,
        /// A document that causes no code.
        good: &'static str,
    },
    /// A description, for a code that no short text can show.
    Situation(&'static str),
}

/// A stable code such as `GEN0103`, which is never reused. Only [`codes!`](crate::codes) makes one.
#[derive(Clone, Copy)]
pub struct Code(&'static Explanation);

impl Code {
    /// Makes the code of an explanation; for [`codes!`](crate::codes), which also lists it.
    #[doc(hidden)]
    #[must_use]
    pub const fn declared(explanation: &'static Explanation) -> Self {
        Self(explanation)
    }

    /// The code as users read it.
    #[must_use]
    pub const fn text(self) -> &'static str {
        self.0.code
    }

    /// The documentation of the code.
    #[must_use]
    pub const fn explanation(self) -> &'static Explanation {
        self.0
    }
}

impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

impl Eq for Code {}

impl PartialOrd for Code {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Code {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.text().cmp(other.text())
    }
}

impl Hash for Code {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text().hash(state);
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

/// Declares the codes of a module: constants and a list `CODES`, or the variants of an enum.
///
/// An entry is a name, the code, its severity, its meaning, its reason and an [`Example`].
///
/// ```
/// mod room {
///     strataform_diagnostic::codes! {
///         pub COLOR "XY0101" Error "The text is not a color."
///             "Colors are written as `#` and six hexadecimal digits."
///             Situation("`accent = \"red\"`");
///     }
/// }
/// assert_eq!(room::COLOR.text(), "XY0101");
/// assert_eq!(room::CODES[0].explanation().name, "COLOR");
/// ```
#[macro_export]
macro_rules! codes {
    (
        $(#[$attribute:meta])*
        pub enum $Enum:ident {
            $($name:ident $code:literal $severity:ident $meaning:literal $reason:literal $example:expr;)*
        }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $Enum {
            $(#[doc = $meaning] $name,)*
        }

        impl $Enum {
            /// Every variant, in order.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Every variant as a `Code`, in order.
            pub const CODES: &'static [$crate::Code] = &[$(Self::$name.code()),*];

            /// The variant as a `Code`.
            #[must_use]
            pub const fn code(self) -> $crate::Code {
                match self {
                    $(Self::$name => $crate::code_entry!($name $code $severity $meaning $reason $example),)*
                }
            }

            /// The code as users read it.
            #[must_use]
            pub const fn text(self) -> &'static str {
                self.code().text()
            }
        }

        impl From<$Enum> for $crate::Code {
            fn from(code: $Enum) -> Self {
                code.code()
            }
        }

        impl std::fmt::Display for $Enum {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.text())
            }
        }
    };
    ($($vis:vis $name:ident $code:literal $severity:ident $meaning:literal $reason:literal $example:expr;)*) => {
        $(
            #[doc = $meaning]
            $vis const $name: $crate::Code =
                $crate::code_entry!($name $code $severity $meaning $reason $example);
        )*

        /// Every code of this module, in order.
        pub const CODES: &[$crate::Code] = &[$($name),*];
    };
}

/// An entry of [`codes!`], as a constant expression.
#[doc(hidden)]
#[macro_export]
macro_rules! code_entry {
    ($name:ident $code:literal $severity:ident $meaning:literal $reason:literal $example:expr) => {{
        #[allow(unused_imports, reason = "an entry names one of the examples")]
        use $crate::Example::*;
        const EXPLANATION: &$crate::Explanation = &$crate::Explanation {
            code: $code,
            name: stringify!($name),
            severity: $crate::Severity::$severity,
            meaning: $meaning,
            reason: $reason,
            example: $example,
        };
        $crate::Code::declared(EXPLANATION)
    }};
}

//! [`Code`] and what is known about each, and [`codes!`](crate::codes), which declares them.

use std::fmt;
use std::hash::{Hash, Hasher};

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is written or sent until it is corrected.
    Error,
    /// It works, but hardly as intended.
    Warning,
}

impl Severity {
    /// The word in messages and in JSON: `error`, `warning`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// Everything that is known about a code.
#[derive(Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The code as users read it, such as `GEN0103`.
    pub code: &'static str,
    /// The name of the constant or variant that declares it.
    pub name: &'static str,
    /// How bad its findings are.
    pub severity: Severity,
    /// What it means, in one sentence.
    pub meaning: &'static str,
    /// Why that is wrong and what to do, in a few sentences.
    pub reason: &'static str,
    /// How it arises.
    pub example: Example,
}

/// How a code arises. Every example but a [`Situation`](Self::Situation) is run by a test: the bad text gives exactly
/// its code, and the good text gives none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "json", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum Example {
    /// Sections of a platform file; each replaces the section of the same header in the example platform, `shop`.
    Platform {
        /// Sections that give the code.
        bad: &'static str,
        /// Sections that give no code.
        good: &'static str,
    },
    /// Whole platform files.
    PlatformFile {
        /// A file that gives the code.
        bad: &'static str,
        /// A file that gives no code.
        good: &'static str,
    },
    /// Expressions over the columns of the dataset `orders` of `shop`.
    Expression {
        /// An expression that gives the code.
        bad: &'static str,
        /// An expression that gives no code.
        good: &'static str,
    },
    /// Redshift SQL.
    Sql {
        /// Statements that give the code.
        bad: &'static str,
        /// Statements that give no code.
        good: &'static str,
    },
    /// Hand-written SQL of the platform `shop`, each a file's name and its text.
    SqlFile {
        /// A file that gives the code.
        bad: (&'static str, &'static str),
        /// A file that gives no code.
        good: (&'static str, &'static str),
    },
    /// JSON at a place of a definition or template of QuickSight.
    Dashboard {
        /// A JSON pointer into `crates/dashboard/tests/everything.json`.
        place: &'static str,
        /// A value that gives the code.
        bad: &'static str,
        /// A value that gives no code.
        good: &'static str,
    },
    /// Whole documents of JSON.
    Document {
        /// A document that gives the code.
        bad: &'static str,
        /// A document that gives no code.
        good: &'static str,
    },
    /// What no short text can show: the circumstances, in words.
    Situation(&'static str),
}

/// A stable code such as `GEN0103`, never reused for anything else. [`codes!`](crate::codes) is the only way to one.
#[derive(Clone, Copy)]
pub struct Code(&'static Explanation);

impl Code {
    /// For [`codes!`](crate::codes), which also lists the code.
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

    /// Everything that is known about it.
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

/// Declares the codes of a room: constants with a list `CODES`, or the variants of an enum.
///
/// An entry is a name, the code, its severity, what it means, why it is wrong and what to do, and an [`Example`].
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
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// All of them, as codes of any room.
            pub const CODES: &'static [$crate::Code] = &[$(Self::$name.code()),*];

            /// The code, as any room's.
            #[must_use]
            pub const fn code(self) -> $crate::Code {
                match self {
                    $(Self::$name => $crate::code_entry!($name $code $severity $meaning $reason $example),)*
                }
            }

            /// As users read it.
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

        /// Every code of this room, in order.
        pub const CODES: &[$crate::Code] = &[$($name),*];
    };
}

/// One entry of [`codes!`], as a constant expression.
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

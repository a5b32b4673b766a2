//! Operators, tests, and functions without parentheses.

/// A unary operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOperator {
    /// `-`
    Minus,
    /// `+`
    Plus,
    /// `NOT`
    Not,
}

/// A binary operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOperator {
    /// `OR`
    Or,
    /// `AND`
    And,
    /// `=`
    Equal,
    /// `<>`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `||`
    Concatenate,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Modulo,
    /// `^`
    Power,
}

impl BinaryOperator {
    /// The operator as text.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Or => "OR",
            Self::And => "AND",
            Self::Equal => "=",
            Self::NotEqual => "<>",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Concatenate => "||",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Modulo => "%",
            Self::Power => "^",
        }
    }

    /// The precedence; a greater number binds more tightly. `NOT` has 3; `IS`, `IN`, `LIKE` and `BETWEEN` have 5.
    #[must_use]
    pub const fn binding(self) -> u8 {
        match self {
            Self::Or => 1,
            Self::And => 2,
            Self::Equal
            | Self::NotEqual
            | Self::Less
            | Self::LessOrEqual
            | Self::Greater
            | Self::GreaterOrEqual => 4,
            Self::Concatenate => 6,
            Self::Add | Self::Subtract => 7,
            Self::Multiply | Self::Divide | Self::Modulo => 8,
            Self::Power => 9,
        }
    }
}

/// A test with `IS`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IsTest {
    /// `NULL`
    Null,
    /// `TRUE`
    True,
    /// `FALSE`
    False,
    /// `UNKNOWN`
    Unknown,
}

/// A pattern language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LikeKind {
    /// `LIKE`
    Like,
    /// `ILIKE`
    ILike,
    /// `SIMILAR TO`
    Similar,
    /// `~`, a POSIX regular expression.
    Posix,
}

/// The side that `TRIM` trims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrimSide {
    /// `BOTH`
    Both,
    /// `LEADING`
    Leading,
    /// `TRAILING`
    Trailing,
}

/// A function called without parentheses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Niladic {
    /// `SYSDATE`
    Sysdate,
    /// `CURRENT_DATE`
    CurrentDate,
    /// `CURRENT_TIME`
    CurrentTime,
    /// `CURRENT_TIMESTAMP`
    CurrentTimestamp,
    /// `CURRENT_USER`
    CurrentUser,
    /// `SESSION_USER`
    SessionUser,
    /// `USER`
    User,
}

impl Niladic {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Sysdate,
        Self::CurrentDate,
        Self::CurrentTime,
        Self::CurrentTimestamp,
        Self::CurrentUser,
        Self::SessionUser,
        Self::User,
    ];

    /// The keyword.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Sysdate => "SYSDATE",
            Self::CurrentDate => "CURRENT_DATE",
            Self::CurrentTime => "CURRENT_TIME",
            Self::CurrentTimestamp => "CURRENT_TIMESTAMP",
            Self::CurrentUser => "CURRENT_USER",
            Self::SessionUser => "SESSION_USER",
            Self::User => "USER",
        }
    }
}

macro_rules! date_fields {
    ($($name:ident $text:literal $($other:literal)*;)*) => {
        /// A date part.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum DateField {
            $(#[doc = concat!("`", $text, "`")] $name,)*
        }

        impl DateField {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Its canonical name.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// Finds a date part by any of its names, ignoring case.
            #[must_use]
            pub fn find(word: &str) -> Option<Self> {
                match word.to_ascii_lowercase().as_str() {
                    $($text $(| $other)* => Some(Self::$name),)*
                    _ => None,
                }
            }
        }
    };
}

date_fields! {
    Millennium "millennium" "millennia" "mil" "mils";
    Century "century" "centuries" "c" "cent" "cents";
    Decade "decade" "decades" "dec" "decs";
    Epoch "epoch";
    Year "year" "years" "y" "yr" "yrs";
    Quarter "quarter" "quarters" "qtr" "qtrs";
    Month "month" "months" "mon" "mons";
    Week "week" "weeks" "w";
    DayOfWeek "dayofweek" "dow" "dw" "weekday";
    DayOfYear "dayofyear" "doy" "dy" "yearday";
    Day "day" "days" "d";
    Hour "hour" "hours" "h" "hr" "hrs";
    Minute "minute" "minutes" "m" "min" "mins";
    Second "second" "seconds" "s" "sec" "secs";
    Millisecond "millisecond" "milliseconds" "ms" "msec" "msecs" "msecond" "mseconds" "millisec" "millisecs" "millisecon";
    Microsecond "microsecond" "microseconds" "us" "usec" "usecs" "usecond" "useconds" "microsec" "microsecs";
    Timezone "timezone" "timezone_hour" "timezone_minute";
}

//! [`Expression`]: what has a value.

use super::{DataType, Ident, Name, Query};
use crate::span::Span;

/// An expression and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression {
    /// What it is.
    pub kind: ExpressionKind,
    /// Where it stands.
    pub span: Span,
}

/// What an expression is. Parentheses that a tree needs are written anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExpressionKind {
    /// `NULL`
    Null,
    /// `TRUE` and `FALSE`
    Boolean(bool),
    /// A number, as it was written.
    Number(String),
    /// A text.
    Text(String),
    /// `DATE '2026-01-01'`, `TIMESTAMP '…'`, `INTERVAL '1 day'`
    Typed {
        /// The type.
        data_type: DataType,
        /// The text.
        text: String,
    },
    /// `INTERVAL '1 day'`, whose unit is in the text.
    Interval(String),
    /// A column, or a way into a `SUPER` column: one name or more.
    Column(Vec<Ident>),
    /// A field of what an index gave.
    Field(Box<Expression>, Ident),
    /// An element of a `SUPER` value.
    Index(Box<Expression>, Box<Expression>),
    /// An operator before its operand.
    Unary(UnaryOperator, Box<Expression>),
    /// An operator between two operands.
    Binary(Box<Expression>, BinaryOperator, Box<Expression>),
    /// `IS NULL` and its kin.
    Is {
        /// What is looked at.
        operand: Box<Expression>,
        /// `NOT`
        negated: bool,
        /// What it may be.
        test: IsTest,
    },
    /// `IN (1, 2)`
    InList {
        /// What is looked for.
        operand: Box<Expression>,
        /// `NOT`
        negated: bool,
        /// Where.
        list: Vec<Expression>,
    },
    /// `IN (SELECT …)`
    InQuery {
        /// What is looked for.
        operand: Box<Expression>,
        /// `NOT`
        negated: bool,
        /// Where.
        query: Box<Query>,
    },
    /// `BETWEEN`
    Between {
        /// What is looked at.
        operand: Box<Expression>,
        /// `NOT`
        negated: bool,
        /// The least.
        low: Box<Expression>,
        /// The greatest.
        high: Box<Expression>,
    },
    /// `LIKE` and its kin.
    Like {
        /// What is looked at.
        operand: Box<Expression>,
        /// `NOT`
        negated: bool,
        /// Which language the pattern is in.
        kind: LikeKind,
        /// The pattern.
        pattern: Box<Expression>,
        /// `ESCAPE`
        escape: Option<String>,
    },
    /// `EXISTS (SELECT …)`
    Exists(Box<Query>),
    /// `(SELECT …)` as a value.
    Query(Box<Query>),
    /// `CASE`
    Case(Box<Case>),
    /// `CAST(… AS …)`, `…::…`
    Cast {
        /// What is cast.
        operand: Box<Expression>,
        /// To what.
        data_type: DataType,
    },
    /// `TRY_CAST(… AS …)`
    TryCast {
        /// What is cast.
        operand: Box<Expression>,
        /// To what.
        data_type: DataType,
    },
    /// `EXTRACT(part FROM …)`
    Extract(DateField, Box<Expression>),
    /// `TRIM(BOTH 'x' FROM …)`
    Trim {
        /// Where.
        side: TrimSide,
        /// Which characters; blanks where none are named.
        characters: Option<Box<Expression>>,
        /// Of what.
        operand: Box<Expression>,
    },
    /// A function without parentheses.
    Niladic(Niladic),
    /// A function.
    Call(Box<Call>),
    /// `… AT TIME ZONE …`
    AtTimeZone(Box<Expression>, Box<Expression>),
}

/// A function's call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// `APPROXIMATE`
    pub approximate: bool,
    /// The function.
    pub name: Name,
    /// `DISTINCT`
    pub distinct: bool,
    /// The arguments.
    pub arguments: Vec<Argument>,
    /// `WITHIN GROUP (ORDER BY …)`
    pub within_group: Vec<OrderItem>,
    /// `IGNORE NULLS`
    pub ignore_nulls: bool,
    /// `OVER (…)`
    pub over: Option<Window>,
}

/// An argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Argument {
    /// `*`, of `COUNT`.
    Star,
    /// A bare word that names a part of a date: `DATEADD(day, …)`.
    Part(DateField, Span),
    /// A value.
    Value(Expression),
}

/// `CASE`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// What is compared; none where each branch has a condition.
    pub operand: Option<Expression>,
    /// Conditions and values.
    pub branches: Vec<(Expression, Expression)>,
    /// `ELSE`
    pub otherwise: Option<Expression>,
}

/// `OVER (…)`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// `PARTITION BY`
    pub partition: Vec<Expression>,
    /// `ORDER BY`
    pub order: Vec<OrderItem>,
    /// `ROWS …`
    pub frame: Option<Frame>,
}

/// `ROWS BETWEEN … AND …`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// What is counted.
    pub unit: FrameUnit,
    /// From where.
    pub start: FrameBound,
    /// To where; the current row where none is said.
    pub end: Option<FrameBound>,
}

/// What a frame counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameUnit {
    /// `ROWS`
    Rows,
    /// `RANGE`
    Range,
}

/// An end of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameBound {
    /// `UNBOUNDED PRECEDING`
    UnboundedPreceding,
    /// `n PRECEDING`
    Preceding(u64),
    /// `CURRENT ROW`
    CurrentRow,
    /// `n FOLLOWING`
    Following(u64),
    /// `UNBOUNDED FOLLOWING`
    UnboundedFollowing,
}

/// An item of `ORDER BY`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderItem {
    /// By what.
    pub expression: Expression,
    /// `DESC`
    pub descending: bool,
    /// `NULLS FIRST` or `NULLS LAST`
    pub nulls_first: Option<bool>,
}

/// Operators before their operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOperator {
    /// `-`
    Minus,
    /// `+`
    Plus,
    /// `NOT`
    Not,
}

/// Operators between operands.
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
    /// As it is written.
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

    /// How tightly it binds; greater is tighter. `NOT` stands at 3, `IS`, `IN`, `LIKE` and `BETWEEN` at 5.
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

/// What `IS` asks.
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

/// The language of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LikeKind {
    /// `LIKE`
    Like,
    /// `ILIKE`
    ILike,
    /// `SIMILAR TO`
    Similar,
    /// `~`, a POSIX expression.
    Posix,
}

/// Where `TRIM` looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrimSide {
    /// `BOTH`
    Both,
    /// `LEADING`
    Leading,
    /// `TRAILING`
    Trailing,
}

/// Functions without parentheses.
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

    /// As it is written.
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
        /// A part of a date or a time.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum DateField {
            $(#[doc = concat!("`", $text, "`")] $name,)*
        }

        impl DateField {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Its name.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// By any of its names, in whatever case.
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

//! The forms of strings.

use super::shape::{Words, words};
use super::{Form, Shape};
use crate::model::{Aggregation, Expression, Identifier, Slug, VisualSource};

const fn form(id: &'static str, about: &'static str, pattern: &'static str) -> Form {
    Form { id, about, pattern, longest: None }
}

/// The name of a dataset, a column, an aggregate, a dashboard or a visual.
pub(in crate::spec) const IDENTIFIER: Shape = Shape::Text(&Form {
    id: "identifier",
    about: "a name: lower-case words with `_`",
    pattern: "^[a-z][a-z0-9]*(_[a-z0-9]+)*$",
    longest: Some(Identifier::LONGEST),
});

/// The name of data that dashboards show, or of a column of it. Names that `gen` gives have two underscores in a row:
/// `page_view__live`.
pub(in crate::spec) const SHOWN: Shape = Shape::Text(&Form {
    id: "shown",
    about: "a name: lower-case words with `_`, as in the warehouse",
    pattern: "^[a-z][a-z0-9]*(__?[a-z0-9]+)*$",
    longest: Some(Identifier::LONGEST + VisualSource::LIVE.len()),
});

/// The name of a platform.
pub(in crate::spec) const PLATFORM_NAME: Shape = Shape::Text(&Form {
    id: "platformName",
    about: "lower-case words with `-`",
    pattern: "^[a-z][a-z0-9]*(-[a-z0-9]+)*$",
    longest: Some(Slug::LONGEST_PLATFORM),
});

/// The name of an environment.
pub(in crate::spec) const ENVIRONMENT_NAME: Shape = Shape::Text(&Form {
    id: "environmentName",
    about: "lower-case words with `-`",
    pattern: "^[a-z][a-z0-9]*(-[a-z0-9]+)*$",
    longest: Some(Slug::LONGEST_ENVIRONMENT),
});

/// The team that owns a platform: a value of a tag.
pub(in crate::spec) const OWNER: Shape = Shape::Text(&Form {
    id: "owner",
    about: "letters, digits, spaces and `_.:/=+-@`",
    pattern: "^[^\\x00-\\x1f\\x7f-\\x9f]*\\S[^\\x00-\\x1f\\x7f-\\x9f]*$",
    longest: Some(64),
});

/// A volume.
pub(in crate::spec) const VOLUME: Shape = Shape::Text(&form(
    "volume",
    "bytes per day or hour before compression, such as `10 GB/day`",
    "^\\s*[0-9]+(\\.[0-9]{1,3})?\\s*([KMGkmg][Bb])\\s*/\\s*(day|hour)\\s*$",
));

/// A schedule of a dataset; that of a platform or an environment cannot be `on arrival`.
pub(in crate::spec) const SCHEDULE: Shape = Shape::Text(&form(
    "schedule",
    "`every 15 minutes`, `hourly`, `daily at 03:00` (UTC) or `on arrival`",
    "^\\s*(hourly|on arrival|every\\s+([0-9]+\\s*)?(minute|hour|day|week|month|year)s?|daily at\\s+([01][0-9]|2[0-3]):[0-5][0-9])\\s*$",
));

/// A schedule of all datasets.
pub(in crate::spec) const CLOCK: Shape = Shape::Text(&form(
    "clock",
    "`every 15 minutes`, `hourly` or `daily at 03:00` (UTC)",
    "^\\s*(hourly|every\\s+([0-9]+\\s*)?(minute|hour|day|week|month|year)s?|daily at\\s+([01][0-9]|2[0-3]):[0-5][0-9])\\s*$",
));

/// A day.
pub(in crate::spec) const DATE: Shape =
    Shape::Text(&form("date", "a date, such as `2027-03-01`", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"));

/// A SQL expression.
pub(in crate::spec) const SQL: Shape = Shape::Text(&Form {
    id: "sql",
    about: "a SQL expression, see `docs/expressions.md`",
    pattern: "\\S",
    longest: Some(Expression::LONGEST),
});

/// A `QuickSight` expression.
pub(in crate::spec) const CALCULATION: Shape = Shape::Text(&Form {
    id: "calculation",
    about: "a QuickSight expression",
    pattern: "\\S",
    longest: Some(4_000),
});

/// A color.
pub(in crate::spec) const COLOR: Shape =
    Shape::Text(&form("color", "a color, such as `#1F6FB2`", "^#[0-9A-Fa-f]{6}$"));

/// The format of a number.
pub(in crate::spec) const NUMBER_FORMAT: Shape = Shape::Text(&form(
    "numberFormat",
    "`number 0`, `percent 1` or `currency EUR 2`, with 0 to 9 decimal places",
    "^\\s*(currency\\s+[A-Z]{3}|percent|number)\\s+[0-9]\\s*$",
));

/// How a visual combines the rows of a mark.
pub(in crate::spec) const AGGREGATIONS: Words<Aggregation> = words![
    "sum" => Aggregation::Sum,
    "average" => Aggregation::Average,
    "min" => Aggregation::Min,
    "max" => Aggregation::Max,
    "count" => Aggregation::Count,
    "distinct_count" => Aggregation::DistinctCount,
];

/// A calendar date, or a parameter.
pub(in crate::spec) const DAY_OR_PARAMETER: Shape = Shape::Text(&form(
    "dayOrParameter",
    "`2026-01-31`, or a parameter, `\"${name}\"`",
    "^(\\$\\{.*\\}|[0-9]{4}-[0-9]{2}-[0-9]{2})$",
));

/// A reference to a parameter.
pub(in crate::spec) const REFERENCE: Shape =
    Shape::Text(&form("reference", "a parameter, `\"${name}\"`", "^\\$\\{[a-z0-9_]+\\}$"));

/// A time of day.
pub(in crate::spec) const TIME: Shape = Shape::Text(&form(
    "time",
    "a time of day in UTC, such as `02:30`",
    "^\\s*([01][0-9]|2[0-3]):[0-5][0-9]\\s*$",
));

/// An email address.
pub(in crate::spec) const EMAIL: Shape = Shape::Text(&Form {
    id: "email",
    about: "an email address",
    pattern: "^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$",
    longest: Some(254),
});

/// A `QuickSight` group.
pub(in crate::spec) const GROUP: Shape = Shape::Text(&Form {
    id: "group",
    about: "the name of a QuickSight group",
    pattern: "^[A-Za-z0-9_.+=@-]+$",
    longest: Some(128),
});

/// A `QuickSight` namespace.
pub(in crate::spec) const NAMESPACE: Shape = Shape::Text(&Form {
    id: "namespace",
    about: "the name of a QuickSight namespace",
    pattern: "^[A-Za-z0-9._-]+$",
    longest: Some(64),
});

/// A role or user of IAM.
pub(in crate::spec) const PRINCIPAL: Shape = Shape::Text(&Form {
    id: "principal",
    about: "`role/Analyst` or `user/ana`, with the path and `*` for a part",
    pattern: "^(role|user)/([A-Za-z0-9_+=,.@*-]+/)*[*]*[A-Za-z0-9_+=,.@-][A-Za-z0-9_+=,.@*-]*$",
    longest: Some(300),
});

/// The name of an IAM role, without its path.
pub(in crate::spec) const ROLE_NAME: Shape = Shape::Text(&Form {
    id: "roleName",
    about: "the name of an IAM role, without its path",
    pattern: "^[A-Za-z0-9_+=,.@-]+$",
    longest: Some(64),
});

/// An AWS account.
pub(in crate::spec) const ACCOUNT: Shape =
    Shape::Text(&form("account", "twelve digits, in quotes", "^[0-9]{12}$"));

/// An IPv4 CIDR block.
pub(in crate::spec) const CIDR: Shape = Shape::Text(&form(
    "cidr",
    "an IPv4 CIDR block with a mask of 16 to 24 bits",
    "^[0-9]{1,3}(\\.[0-9]{1,3}){3}/(1[6-9]|2[0-4])$",
));

/// The ID of a VPC.
pub(in crate::spec) const VPC: Shape =
    Shape::Text(&form("vpc", "the ID of a VPC", "^vpc-([0-9a-f]{8}|[0-9a-f]{17})$"));

/// The ID of a subnet.
pub(in crate::spec) const SUBNET: Shape =
    Shape::Text(&form("subnet", "the ID of a subnet", "^subnet-([0-9a-f]{8}|[0-9a-f]{17})$"));

/// The key of a tag.
pub(in crate::spec) const TAG: Shape = Shape::Text(&Form {
    id: "tag",
    about: "a key that does not start with `aws:`",
    pattern: "^(?![Aa][Ww][Ss]:)[^\\x00-\\x1f]+$",
    longest: Some(128),
});

/// The value of a tag.
pub(in crate::spec) const TAG_VALUE: Shape = Shape::Text(&Form {
    id: "tagValue",
    about: "letters, digits, spaces and `_.:/=+-@`",
    pattern: "",
    longest: Some(256),
});

/// A font.
pub(in crate::spec) const FONT: Shape = Shape::Text(&Form {
    id: "font",
    about: "the name of a font",
    pattern: "^[A-Za-z0-9 -]*[A-Za-z0-9-][A-Za-z0-9 -]*$",
    longest: Some(80),
});

/// A text that a highlight compares a value with.
pub(in crate::spec) const PLAIN: Shape = Shape::Text(&Form {
    id: "plain",
    about: "a text without quotes and backslashes",
    pattern: "^[^'\"\\\\\\x00-\\x1f]*[^'\"\\\\\\x00-\\x1f\\s][^'\"\\\\\\x00-\\x1f]*$",
    longest: Some(500),
});

/// Any text, including an empty one.
pub(in crate::spec) const TEXT: Shape = Shape::Text(&form("text", "text", ""));

/// The logical ID of a resource in a template.
pub(in crate::spec) const LOGICAL_ID: Shape = Shape::Text(&Form {
    id: "logicalId",
    about: "a logical ID",
    pattern: "^[A-Za-z0-9]+$",
    longest: Some(255),
});

/// The path of a property of a resource.
pub(in crate::spec) const PROPERTY_PATH: Shape =
    Shape::Text(&form("propertyPath", "the path of a property", "^[^.\\x00-\\x1f]+(\\.[^.\\x00-\\x1f]+)*$"));

//! `[platform]`, the settings, `[environment]`, `[override]`, and the file as a whole.

use super::super::region::REGIONS;
use super::super::warehouse::{Kind, NODES};
use super::{
    ACCOUNT, AGGREGATE, CIDR, CLOCK, DASHBOARD, DATA_SET, DATASET, DATE, EMAIL, ENVIRONMENT_NAME, GROUP,
    IDENTIFIER, Key, LOGICAL_ID, NAMESPACE, OWNER, PLATFORM_NAME, PRINCIPAL, PROPERTY_PATH, ROLE_NAME, SHOWN,
    SUBNET, Section, Shape, TAG, TAG_VALUE, THEME, VOLUME, VPC, Words, words,
};

/// The longest retention in days: a hundred years.
const CENTURY: u32 = 36_500;
/// Titles, on one line.
pub(super) const TITLE: Shape = Shape::Line(140);
/// Descriptions.
pub(super) const DESCRIPTION: Shape = Shape::Paragraph(1_000);

/// The kinds of warehouses.
pub(in crate::spec) const WAREHOUSE_KINDS: Words<Kind> =
    words!["serverless" => Kind::Serverless, "provisioned" => Kind::Provisioned];

/// The last day of a retention, S3 keeps noncurrent versions.
const KEPT: Shape = Shape::Period { least: 2, most: CENTURY };
/// A day more: snapshots of an Iceberg table.
const KEPT_CURATED: Shape = Shape::Period { least: 3, most: CENTURY };

const RETENTION_KEY: Key = Key::optional(
    "retention",
    Shape::Either(&[KEPT_CURATED, Shape::Table(RETENTION)]),
    "How long data is kept: a period for curated data, or a table.",
);
const ALARMS_KEY: Key = Key::optional("alarms", Shape::Table(ALARMS), "Who is notified of alarms.");
const NETWORK_KEY: Key = Key::optional(
    "network",
    Shape::Table(NETWORK),
    "The network of the warehouse: one of its own, or an existing one.",
);
const WAREHOUSE_KEY: Key = Key::optional("warehouse", Shape::Table(WAREHOUSE), "The Redshift warehouse.");
const PRINCIPALS_KEY: Key = Key::optional(
    "principals",
    Shape::Table(PRINCIPALS),
    "QuickSight groups, and where the account keeps them.",
);
const TAGS_KEY: Key = Key::optional(
    "tags",
    Shape::Names { name: &TAG, of: &TAG_VALUE, least: 0 },
    "Tags of every resource whose tags can change, at most 45.",
);
const OVERRIDE_KEY: Key = Key::optional(
    "override",
    Shape::Names {
        name: &Shape::Words(&["storage", "ingestion", "aggregation", "processing", "visualization"]),
        of: &Shape::Names {
            name: &LOGICAL_ID,
            of: &Shape::Names { name: &PROPERTY_PATH, of: &Shape::Any, least: 0 },
            least: 0,
        },
        least: 0,
    },
    "Properties of resources, by stage and logical ID.",
);

const SUPPRESS_KEY: Key = Key::optional(
    "suppress",
    Shape::List { of: &Shape::Table(SUPPRESS), least: 0, most: None },
    "Findings of rules that the team accepts until a day.",
);

const fn named(name: &'static str, entry: &'static Shape, about: &'static str) -> Key {
    Key::optional(name, Shape::Names { name: &IDENTIFIER, of: entry, least: 0 }, about)
}

/// The file itself.
pub(in crate::spec) const ROOT: &Section = &Section {
    name: "file",
    id: "file",
    about: "A data platform, as Strataform reads it. Expressions and references between sections are checked by `gen synth`.",
    any_of: &[],
    keys: &[
        Key::required("platform", Shape::Table(PLATFORM), "The platform itself."),
        RETENTION_KEY,
        ALARMS_KEY,
        NETWORK_KEY,
        WAREHOUSE_KEY,
        PRINCIPALS_KEY,
        TAGS_KEY,
        Key::required(
            "environment",
            Shape::Names { name: &ENVIRONMENT_NAME, of: &Shape::Table(ENVIRONMENT), least: 1 },
            "Where the platform runs; each environment can override the settings of the platform.",
        ),
        Key::required(
            "dataset",
            Shape::Names { name: &IDENTIFIER, of: &Shape::Table(DATASET), least: 1 },
            "The data that comes in.",
        ),
        named("aggregate", &Shape::Table(AGGREGATE), "Measures that the warehouse keeps up to date."),
        named("dashboard", &Shape::Table(DASHBOARD), "The QuickSight dashboards."),
        Key::optional(
            "data_set",
            Shape::Names { name: &SHOWN, of: &Shape::Table(DATA_SET), least: 0 },
            "The QuickSight data sets of dashboards: import mode, refreshes, and who sees which rows.",
        ),
        Key::optional("theme", Shape::Table(THEME), "Colors and font of the dashboards."),
        OVERRIDE_KEY,
        Key::optional(
            "policy",
            Shape::Table(POLICY),
            "The team's own Guard rules, and which rules are errors.",
        ),
        SUPPRESS_KEY,
    ],
};

/// `[platform]`
pub(in crate::spec) const PLATFORM: &Section = &Section {
    name: "[platform]",
    id: "platform",
    about: "The platform itself.",
    any_of: &[],
    keys: &[
        Key::required(
            "name",
            PLATFORM_NAME,
            "The first word of the name of every resource, and the folder of the output.",
        ),
        Key::optional("title", TITLE, "The title.").unless("derived from `name`"),
        Key::optional("description", DESCRIPTION, "A description."),
        Key::required("owner", OWNER, "The team that owns the platform: a tag of every resource."),
        Key::required(
            "volume",
            VOLUME,
            "The volume of all data that comes in, `10 MB/day` to `100 GB/day`; it sizes every resource.",
        ),
        Key { about: "How long curated data is kept.", ..RETENTION_KEY }.default("\"13 months\""),
        Key::optional("schedule", CLOCK, "When data is processed.").default("\"hourly\""),
        Key::optional(
            "divisions",
            Shape::Integers(&[1, 2, 4, 8, 16, 32, 64, 128, 256]),
            "The number of stacks that the resources of the datasets are divided into.",
        )
        .unless("chosen"),
    ],
};

/// `[retention]`
pub(in crate::spec) const RETENTION: &Section = &Section {
    name: "[retention]",
    id: "retention",
    about: "How long data is kept.",
    any_of: &[],
    keys: &[
        Key::optional("stream", Shape::Period { least: 1, most: 365 }, "Records in the stream.")
            .default("\"1 day\""),
        Key::optional("raw", KEPT, "Raw records, the last day as noncurrent versions in S3.").default("\"90 days\""),
        Key::optional(
            "curated",
            KEPT_CURATED,
            "Curated data, by event time in an Iceberg table; the same as `retention` in `[platform]`, so set one of them.",
        )
        .default("\"13 months\""),
        Key::optional("quarantine", KEPT, "Rejected records.").default("\"30 days\""),
        Key::optional("logs", Shape::Period { least: 2, most: 3_650 }, "Logs.").default("\"90 days\""),
    ],
};

/// `[alarms]`
pub(in crate::spec) const ALARMS: &Section = &Section {
    name: "[alarms]",
    id: "alarms",
    about: "Who is notified of alarms.",
    any_of: &[],
    keys: &[Key::optional(
        "emails",
        Shape::List { of: &EMAIL, least: 0, most: None },
        "Email addresses that alarms are sent to.",
    )],
};

/// `[network]`
pub(in crate::spec) const NETWORK: &Section = &Section {
    name: "[network]",
    id: "network",
    about: "The network of the warehouse: one of its own (`cidr`, `zones`), or an existing one (`vpc`, `subnets`).",
    any_of: &[],
    keys: &[
        Key::optional("cidr", CIDR, "The CIDR block of a network of its own.").default("\"10.20.0.0/16\""),
        Key::optional(
            "zones",
            Shape::Integer { least: 2, most: 6 },
            "The number of Availability Zones of a network of its own; the Region must have as many, and Redshift Serverless requires three.",
        )
        .default("3"),
        Key::optional("vpc", VPC, "The existing network."),
        Key::optional(
            "subnets",
            Shape::List { of: &SUBNET, least: 3, most: None },
            "Subnets of the existing network, in different Availability Zones; required with `vpc`.",
        ),
    ],
};

/// `[warehouse]`
pub(in crate::spec) const WAREHOUSE: &Section = &Section {
    name: "[warehouse]",
    id: "warehouse",
    about: "The Redshift warehouse.",
    any_of: &[],
    keys: &[
        Key::optional("kind", Shape::Words(WAREHOUSE_KINDS.names), "Redshift Serverless, or a provisioned cluster.")
            .default("\"serverless\""),
        Key::optional("database", IDENTIFIER, "The database.").default("\"analytics\""),
        Key::optional("base", UNITS, "Serverless: Redshift processing units (RPUs) at rest: 4, or a multiple of 8.")
            .unless("chosen"),
        Key::optional("most", UNITS, "Serverless: the maximum number of RPUs.").unless("chosen"),
        Key::optional(
            "daily_limit",
            Shape::Integer { least: 1, most: 1_000_000 },
            "Serverless: RPU hours a day. An alarm is raised at three quarters; beyond the limit, queries are rejected until the next day (UTC).",
        )
        .unless("chosen"),
        Key::optional("node_type", Shape::Words(NODES.names), "Provisioned: the node type.")
            .unless("`\"ra3.large\"`"),
        Key::optional(
            "nodes",
            Shape::Integer { least: 1, most: 128 },
            "Provisioned: the number of nodes; at most 16 of `ra3.large` and 32 of `ra3.xlplus`.",
        )
        .unless("2"),
    ],
};

const UNITS: Shape = Shape::Integer { least: 4, most: 512 };

/// `[principals]`
pub(in crate::spec) const PRINCIPALS: &Section = &Section {
    name: "[principals]",
    id: "principals",
    about: "QuickSight groups, and where the account keeps them.",
    any_of: &[],
    keys: &[
        Key::optional("authors", GROUPS, "Groups that can edit dashboards."),
        Key::optional("readers", GROUPS, "Groups that can view dashboards."),
        Key::optional(
            "identity_region",
            Shape::Words(REGIONS),
            "The Region in which the account's QuickSight keeps users and groups, which an account has once.",
        )
        .unless("the environment's Region"),
        Key::optional("namespace", NAMESPACE, "The QuickSight namespace of the groups.").default("\"default\""),
        Key::optional(
            "analysts",
            Shape::List { of: &PRINCIPAL, least: 0, most: None },
            "IAM roles and users of the account that can query the views of dashboards: they can assume a role of their own.",
        ),
        Key::optional(
            "secrets_role",
            ROLE_NAME,
            "The IAM role with which the account's QuickSight reads secrets, usually `aws-quicksight-secretsmanager-role-v0`: it gets the policy to read the dashboard user's secret. It must exist.",
        )
        .unless("the policy is attached to no role"),
    ],
};

const GROUPS: Shape = Shape::List { of: &GROUP, least: 0, most: None };

/// `[environment.<name>]`
pub(in crate::spec) const ENVIRONMENT: &Section = &Section {
    name: "[environment.<name>]",
    id: "environment",
    about: "An environment: where the platform runs.",
    any_of: &[],
    keys: &[
        Key::optional("account", ACCOUNT, "The AWS account.").unless("any"),
        Key::required("region", Shape::Words(REGIONS), "The AWS Region."),
        Key::optional(
            "protected",
            Shape::Boolean,
            "Whether resources that store data (buckets, streams, the warehouse, keys, secrets, logs) are kept when they are removed from the template or replaced; otherwise they are deleted.",
        )
        .default("false"),
        Key::optional("volume", VOLUME, "As in `[platform]`.").unless("the platform's"),
        Key::optional("schedule", CLOCK, "As in `[platform]`.").unless("the platform's"),
        RETENTION_KEY.unless("the platform's"),
        ALARMS_KEY.unless("the platform's"),
        NETWORK_KEY.unless("the platform's"),
        WAREHOUSE_KEY.unless("the platform's"),
        PRINCIPALS_KEY.unless("the platform's"),
        TAGS_KEY.unless("the platform's"),
        OVERRIDE_KEY,
        SUPPRESS_KEY,
    ],
};

/// `[policy]`
pub(in crate::spec) const POLICY: &Section = &Section {
    name: "[policy]",
    id: "policy",
    about: "Policies in Guard: the team's own rules in addition to those of `gen`, and which rules are errors.",
    any_of: &[],
    keys: &[
        Key::optional(
            "rules",
            Shape::List { of: &NAME, least: 0, most: None },
            "Folders of rule files (`.guard`), relative to the platform file.",
        ),
        Key::optional(
            "errors",
            Shape::List { of: &NAME, least: 0, most: None },
            "Names of rules whose findings are errors, of `gen` or of the team: nothing is written or deployed that breaks one.",
        )
        .unless("every finding is a warning"),
    ],
};

/// `[[suppress]]`
pub(in crate::spec) const SUPPRESS: &Section = &Section {
    name: "[[suppress]]",
    id: "suppress",
    about: "A finding of a rule that the team accepts until a day; under `[[environment.<name>.suppress]]` for one environment.",
    any_of: &[],
    keys: &[
        Key::required(
            "rule",
            NAME,
            "The name of a Guard rule, or the code of a rule between resources that gives warnings.",
        ),
        Key::required("resource", NAME, "The logical ID of the resource, as in the template."),
        Key::optional("stack", NAME, "The stack of the resource.").unless("every stack"),
        Key::required("reason", Shape::Line(500), "Why the team accepts it; every report shows it."),
        Key::required("until", DATE, "The last day on which it is accepted."),
    ],
};

/// Names of rules, folders, stacks, resources.
const NAME: Shape = Shape::Line(255);

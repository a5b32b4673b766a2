//! Rules for Glue.

use super::super::impact::Impact::{BreaksConsumers, DestroysData, Interrupts};
use super::super::impact::Moment::Now;
use super::Rule;
use super::When::{Changes, EndsWith, Replaced, With};

const TABLE: &str =
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-glue-table.html";
const UPDATES: &str = "https://docs.aws.amazon.com/athena/latest/ug/handling-schema-updates-chapter.html";
const PARTITIONS: &str = "https://docs.aws.amazon.com/athena/latest/ug/partitions.html";
const ICEBERG: &str = "https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1919";
const BOOKMARKS: &str = "https://docs.aws.amazon.com/glue/latest/dg/monitor-continuations.html";
const DATABASE: &str = "https://docs.aws.amazon.com/glue/latest/webapi/API_DeleteDatabase.html";

/// The rules.
pub(super) const RULES: &[Rule] = &[
    Rule {
        kind: "AWS::Glue::Table",
        path: "",
        when: EndsWith("TableInput/PartitionKeys", "TableInput/Parameters/projection.enabled"),
        impact: DestroysData,
        moment: Now,
        reason: "the partitions that are registered go with the old table: without them, it has no rows",
        source: TABLE,
    },
    Rule {
        kind: "AWS::Glue::Table",
        path: "TableInput/StorageDescriptor/Location",
        when: Changes,
        impact: BreaksConsumers,
        moment: Now,
        reason: "the table reads another folder; registered partitions keep the old one",
        source: TABLE,
    },
    Rule {
        kind: "AWS::Glue::Table",
        path: "TableInput/PartitionKeys",
        when: Changes,
        impact: BreaksConsumers,
        moment: Now,
        reason: "folders of the old keys do not match the new ones, and registered partitions keep their values",
        source: PARTITIONS,
    },
    Rule {
        kind: "AWS::Glue::Table",
        path: "TableInput/StorageDescriptor/SerdeInfo/SerializationLibrary",
        when: Changes,
        impact: BreaksConsumers,
        moment: Now,
        reason: "files that exist are read as another format",
        source: UPDATES,
    },
    Rule {
        kind: "AWS::Glue::Table",
        path: "TableInput",
        when: With("OpenTableFormatInput"),
        impact: BreaksConsumers,
        moment: Now,
        reason: "an update by CloudFormation removes table_type and metadata_location: nothing reads the Iceberg table any more",
        source: ICEBERG,
    },
    Rule {
        kind: "AWS::Glue::Job",
        path: "",
        when: Replaced,
        impact: Interrupts,
        moment: Now,
        reason: "its bookmark and its runs go with the old job: with a bookmark, files are processed again",
        source: BOOKMARKS,
    },
    Rule {
        kind: "AWS::Glue::Database",
        path: "",
        when: EndsWith("DatabaseInput", ""),
        impact: BreaksConsumers,
        moment: Now,
        reason: "its tables go with it",
        source: DATABASE,
    },
];

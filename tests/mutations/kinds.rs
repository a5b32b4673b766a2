//! The kinds of faults.

use super::edits::Change::{Again, Append, Remove, Rename, Replace, Set};
use super::edits::{Change, Edit, Kind};

const fn property(name: &'static str, kind: &'static str, path: &'static str, change: Change) -> Kind {
    Kind { name, edit: Edit::Property(kind, path, change) }
}

const fn text(
    name: &'static str,
    place: (&'static str, &'static str),
    from: &'static str,
    to: &'static str,
) -> Kind {
    Kind { name, edit: Edit::Text(place.0, place.1, from, to) }
}

const DELIVERY: &str = "AWS::KinesisFirehose::DeliveryStream";
const TABLE: &str = "AWS::Glue::Table";
const JOB: &str = "AWS::Glue::Job";
const ROLE: &str = "AWS::IAM::Role";
const POLICY: &str = "AWS::IAM::ManagedPolicy";
const BUCKET: &str = "AWS::S3::Bucket";
const MACHINE: &str = "AWS::StepFunctions::StateMachine";
const ALARM: &str = "AWS::CloudWatch::Alarm";
const WORKGROUP: &str = "AWS::RedshiftServerless::Workgroup";
const NAMESPACE: &str = "AWS::RedshiftServerless::Namespace";
const DATA_SET: &str = "AWS::QuickSight::DataSet";
const STAGING: (&str, &str) = ("aggregation/sql/020", ".sql");
const TABLES: (&str, &str) = ("aggregation/sql/010", ".sql");
const VIEWS: (&str, &str) = ("aggregation/sql/040", ".sql");
const GRANTS: (&str, &str) = ("aggregation/sql/090", ".sql");
const SCRIPTS: (&str, &str) = ("processing/jobs", ".py");

/// Every kind.
pub(super) const KINDS: &[Kind] = &[
    // Schema: one resource alone.
    property(
        "a property with a typing mistake",
        BUCKET,
        "VersioningConfiguration",
        Rename("VersioningConfigration"),
    ),
    property("a value outside of its words", BUCKET, "VersioningConfiguration/Status", Set("\"On\"")),
    property(
        "a number outside of its range",
        DELIVERY,
        "ExtendedS3DestinationConfiguration/BufferingHints/IntervalInSeconds",
        Set("9000"),
    ),
    property(
        "a buffer that is too small",
        DELIVERY,
        "ExtendedS3DestinationConfiguration/BufferingHints/SizeInMBs",
        Set("0"),
    ),
    property("a text in place of a number", JOB, "Timeout", Set("\"soon\"")),
    property(
        "a required property is missing",
        DATA_SET,
        "PhysicalTableMap/*/RelationalTable/InputColumns",
        Remove,
    ),
    property("an object in place of a text", JOB, "Role", Set("{\"Name\": \"x\"}")),
    property("an unknown type", JOB, "Command", Set("[]")),
    property("a name that is too long", TABLE, "TableInput/PartitionKeys/0/Name", Set("\"\"")),
    // Names and order.
    property(
        "a reference to nothing",
        DELIVERY,
        "KinesisStreamSourceConfiguration/KinesisStreamARN",
        Set("{\"Fn::GetAtt\": [\"Nothing\", \"Arn\"]}"),
    ),
    property("an unknown attribute", JOB, "Role", Set("{\"Ref\": \"AWS::Acount\"}")),
    property(
        "a placeholder of nothing",
        TABLE,
        "TableInput/StorageDescriptor/Location",
        Set("{\"Fn::Sub\": \"s3://${Rawbucket}/event/\"}"),
    ),
    Kind { name: "a parameter that the template lacks", edit: Edit::Template("Parameters/*", Remove) },
    Kind { name: "an output that is gone", edit: Edit::Template("Outputs/*", Remove) },
    Kind {
        name: "a dependency on nothing",
        edit: Edit::Template("Resources/*/DependsOn/0", Set("\"Nothing\"")),
    },
    // Streams and storage.
    property(
        "a prefix that points elsewhere",
        DELIVERY,
        "ExtendedS3DestinationConfiguration/Prefix",
        Replace("year=!{timestamp:yyyy}/", ""),
    ),
    property(
        "an error prefix without the type of error",
        DELIVERY,
        "ExtendedS3DestinationConfiguration/ErrorOutputPrefix",
        Set("\"_errors/\""),
    ),
    property(
        "a partition key that nothing finds",
        DELIVERY,
        "ExtendedS3DestinationConfiguration/Prefix",
        Replace("year=", "country=!{partitionKeyFromQuery:country}/year="),
    ),
    property(
        "a conversion of compressed objects",
        DELIVERY,
        "ExtendedS3DestinationConfiguration/CustomTimeZone",
        Rename("DataFormatConversionConfiguration"),
    ),
    property(
        "a delivery stream that is not logged",
        DELIVERY,
        "ExtendedS3DestinationConfiguration/CloudWatchLoggingOptions/Enabled",
        Set("false"),
    ),
    property("a source that the type excludes", DELIVERY, "DeliveryStreamType", Set("\"DirectPut\"")),
    property(
        "shards of a stream on demand",
        "AWS::Kinesis::Stream",
        "RetentionPeriodHours",
        Rename("ShardCount"),
    ),
    // The Data Catalog.
    property(
        "a narrower type in the catalog",
        TABLE,
        "TableInput/StorageDescriptor/Columns/*/Type",
        Replace("decimal(12,2)", "decimal(6,0)"),
    ),
    property(
        "another type in the catalog",
        TABLE,
        "TableInput/StorageDescriptor/Columns/*/Type",
        Replace("timestamp", "date"),
    ),
    property(
        "an invalid type in the catalog",
        TABLE,
        "TableInput/StorageDescriptor/Columns/0/Type",
        Set("\"varchar2\""),
    ),
    property(
        "a column renamed in the catalog",
        TABLE,
        "TableInput/StorageDescriptor/Columns/1/Name",
        Append("_id2"),
    ),
    property("a column that is there twice", TABLE, "TableInput/StorageDescriptor/Columns", Again),
    property(
        "a partition key that doubles a column",
        TABLE,
        "TableInput/PartitionKeys",
        Set("[{\"Name\": \"reason\", \"Type\": \"string\"}, {\"Name\": \"event_id\", \"Type\": \"string\"}]"),
    ),
    property(
        "a partition key without a projection",
        TABLE,
        "TableInput/Parameters/projection.month.type",
        Remove,
    ),
    property("a projection without a range", TABLE, "TableInput/Parameters/projection.year.range", Remove),
    property(
        "a projection of no key",
        TABLE,
        "TableInput/Parameters/projection.run.type",
        Rename("projection.runs.type"),
    ),
    property(
        "a location template without a key",
        TABLE,
        "TableInput/Parameters/storage.location.template/Fn::Sub",
        Replace("month=${!month}/", ""),
    ),
    property(
        "a format that does not fit its reader",
        TABLE,
        "TableInput/StorageDescriptor/InputFormat",
        Set("\"org.apache.hadoop.hive.ql.io.orc.OrcInputFormat\""),
    ),
    // Access.
    property("a grant is dropped from a role", POLICY, "PolicyDocument/Statement/0", Remove),
    property("the second grant is dropped", POLICY, "PolicyDocument/Statement/1", Remove),
    property("a policy is detached", POLICY, "Roles", Remove),
    property(
        "a role that trusts another service",
        ROLE,
        "AssumeRolePolicyDocument/Statement/0/Principal/Service",
        Set("\"ec2.amazonaws.com\""),
    ),
    property(
        "a policy with an unknown effect",
        POLICY,
        "PolicyDocument/Statement/0/Effect",
        Set("\"Permit\""),
    ),
    // Keys.
    property(
        "a key that does not admit its services",
        "AWS::KMS::Key",
        "KeyPolicy/Statement/*/Principal/Service",
        Set("\"ec2.amazonaws.com\""),
    ),
    property("a key that nobody manages", "AWS::KMS::Key", "KeyPolicy/Statement/0", Remove),
    // Jobs and flows.
    property("workers without a number", JOB, "NumberOfWorkers", Remove),
    property("a timeout of more than a week", JOB, "Timeout", Set("20000")),
    property("a job without a timeout", JOB, "Timeout", Remove),
    property("a next state that does not exist", MACHINE, "Definition/States/*/Next", Append("s")),
    property("a state machine that starts nowhere", MACHINE, "Definition/StartAt", Append("s")),
    property("a substitution without a value", MACHINE, "DefinitionSubstitutions/*", Remove),
    // Alarms and logs.
    property("an alarm of nothing", ALARM, "Dimensions/0/Name", Append("s")),
    property("an alarm of a period that does not exist", ALARM, "Period", Set("45")),
    property("a log that is kept for ever", "AWS::Logs::LogGroup", "RetentionInDays", Remove),
    // The warehouse.
    property("a workgroup of another namespace", WORKGROUP, "NamespaceName", Set("\"another\"")),
    property("a capacity that does not exist", WORKGROUP, "BaseCapacity", Set("13")),
    property("a role that the warehouse does not have", NAMESPACE, "IamRoles/0", Remove),
    property("subnets in two zones", WORKGROUP, "SubnetIds/0", Remove),
    property("a public workgroup", WORKGROUP, "PubliclyAccessible", Set("true")),
    text("a column renamed in the staging table", STAGING, "    \"", "    \"x_"),
    text("a column renamed in the table", TABLES, "    \"", "    \"x_"),
    text("a narrower number in the table", TABLES, "DECIMAL(12,2)", "DECIMAL(6,2)"),
    text("a narrower text in the staging table", STAGING, "VARCHAR(256)", "VARCHAR(4)"),
    text("another type in the table", TABLES, "TIMESTAMP", "DATE"),
    text("a view whose column has another name", VIEWS, " AS \"", " AS \"x_"),
    text("a view of another relation", VIEWS, "FROM \"mart\".\"", "FROM \"mart\".\"x_"),
    text(
        "a grant to readers is dropped",
        GRANTS,
        "GRANT USAGE ON SCHEMA \"report\" TO",
        "GRANT USAGE ON SCHEMA \"staging\" TO",
    ),
    text(
        "a grant of SELECT is dropped",
        GRANTS,
        "GRANT SELECT ON ALL TABLES IN SCHEMA \"report\"",
        "GRANT SELECT ON ALL TABLES IN SCHEMA \"staging\"",
    ),
    text("SQL that Redshift does not know", TABLES, "VARCHAR(", "CLOB("),
    text(
        "a load of another table",
        ("aggregation/load/", ".sql"),
        "INSERT INTO \"core\".\"",
        "INSERT INTO \"core\".\"x_",
    ),
    // Scripts.
    text("a column renamed in the job", SCRIPTS, "    Stored(\"", "    Stored(\"x\", \"x_"),
    text("another type in the job", SCRIPTS, "\"TIMESTAMP\")", "\"DATE\")"),
    text("a narrower type in the job", SCRIPTS, "\"DECIMAL(12,2)\")", "\"DECIMAL(6,2)\")"),
    // Dashboards.
    property(
        "a data set of an unknown column",
        DATA_SET,
        "PhysicalTableMap/*/RelationalTable/InputColumns/0/Name",
        Append("_x"),
    ),
    property(
        "a data set with another type",
        DATA_SET,
        "PhysicalTableMap/*/RelationalTable/InputColumns/0/Type",
        Set("\"DECIMAL\""),
    ),
    property(
        "a data set of an unknown relation",
        DATA_SET,
        "PhysicalTableMap/*/RelationalTable/Name",
        Append("_x"),
    ),
    property(
        "a data set of no source",
        DATA_SET,
        "PhysicalTableMap/*/RelationalTable/DataSourceArn",
        Set("{\"Fn::GetAtt\": [\"Source\", \"Arn\"]}"),
    ),
    property(
        "a dashboard on an unknown data set",
        "AWS::QuickSight::Dashboard",
        "Definition/DataSetIdentifierDeclarations/0/Identifier",
        Append("_x"),
    ),
    property(
        "a refresh of nothing",
        "AWS::QuickSight::RefreshSchedule",
        "DataSetId",
        Set("{\"Ref\": \"Nothing\"}"),
    ),
    text(
        "a definition that was edited",
        ("visualization/dashboards/", ".json"),
        "\"PlainText\": \"",
        "\"PlainText\": \"New ",
    ),
];

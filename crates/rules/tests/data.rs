//! Rules of streams, catalog and storage: what functions decide breaks none, and each form of a fault is found.

#![allow(clippy::expect_used, reason = "a test")]

use std::collections::BTreeSet;

use strataform_rules::{World, check};
use strataform_template::Template;

/// The codes of a template with a resource of a type, whose name begins with `AWS::`, and its properties.
fn codes(kind: &str, properties: &str) -> BTreeSet<String> {
    let text = format!(
        "Parameters: {{P: {{Type: String}}}}\nConditions: {{C: !Equals [!Ref P, x]}}\nResources:\n  One:\n    Type: AWS::{kind}\n    Properties: {properties}\n"
    );
    let template = Template::parse(&text).unwrap_or_else(|errors| panic!("{errors:?}\n{text}"));
    let json = template.to_json().expect("it can be rendered");
    let world = World::of_template(serde_json::from_str(&json).expect("it is JSON"));
    check(&world).into_iter().map(|one| one.code.to_string()).collect()
}

fn delivery(destination: &str) -> BTreeSet<String> {
    let ends = "BucketARN: 'arn:aws:s3:::lake', RoleARN: 'arn:aws:iam::111122223333:role/r'";
    codes(
        "KinesisFirehose::DeliveryStream",
        &format!("{{ExtendedS3DestinationConfiguration: {{{ends}, {destination}}}}}"),
    )
}

fn table(input: &str) -> BTreeSet<String> {
    codes("Glue::Table", &format!("{{CatalogId: '1', DatabaseName: lake, TableInput: {{Name: t, {input}}}}}"))
}

fn column(kind: &str) -> BTreeSet<String> {
    table(&format!("StorageDescriptor: {{Columns: [{{Name: a, Type: \"{kind}\"}}]}}"))
}

fn bucket(rule: &str) -> BTreeSet<String> {
    codes("S3::Bucket", &format!("{{LifecycleConfiguration: {{Rules: [{{Status: Enabled, {rule}}}]}}}}"))
}

#[test]
fn what_a_function_decides_breaks_no_rule() {
    for destination in [
        "DataFormatConversionConfiguration: !If [C, {Enabled: true}, !Ref AWS::NoValue]",
        "DataFormatConversionConfiguration: {SchemaConfiguration: !If [C, {}, {}], InputFormatConfiguration: {}, OutputFormatConfiguration: {}}",
        "Prefix: !Sub 'events/${P}'",
        "Prefix: 'logs-'",
        "BufferingHints: {SizeInMBs: !Ref P, IntervalInSeconds: !If [C, 60, 9000]}",
        "DynamicPartitioningConfiguration: {Enabled: true}, Prefix: 'a=!{partitionKeyFromQuery:a}/', ErrorOutputPrefix: 'e/!{firehose:error-output-type}/', ProcessingConfiguration: {Processors: [!If [C, {Type: Lambda}, {Type: Lambda}]]}",
        "Prefix: '!{timestamp:YYYY}/!{timestamp:ww}/', ErrorOutputPrefix: 'e/!{firehose:error-output-type}/'",
        "Prefix: '!{timestamp:yyyy}/!{timestamp:DDD}/', ErrorOutputPrefix: 'e/!{firehose:error-output-type}/'",
    ] {
        assert_eq!(delivery(destination), BTreeSet::new(), "{destination}");
    }
    for input in [
        "StorageDescriptor: {Location: !Ref P, Columns: [{Name: a, Type: !Ref P}]}",
        "StorageDescriptor: {Location: !Sub 's3://lake/${P}'}",
        "StorageDescriptor: {Location: 'arn:aws:dynamodb:eu-west-1:111122223333:table/t'}",
        "PartitionKeys: [{Name: m, Type: int}], Parameters: {projection.enabled: 'true', projection.m.type: integer, projection.m.range: !Ref P}",
        "PartitionKeys: [{Name: m, Type: int}], Parameters: {projection.enabled: 'false', projection.m.type: integer}",
        "PartitionKeys: [{Name: d, Type: string}], Parameters: {projection.enabled: 'true', projection.d.type: ' Date ', projection.d.format: yyyy-MM-dd, projection.d.range: 'NOW-3YEARS,NOW'}",
    ] {
        assert_eq!(table(input), BTreeSet::new(), "{input}");
    }
    for rule in [
        "ExpirationInDays: !Ref P, Transitions: [{StorageClass: GLACIER, TransitionInDays: 90}]",
        "Transitions: [{StorageClass: !Ref P, TransitionInDays: 1}]",
        "Transitions: [{StorageClass: GLACIER, TransitionInDays: 0}]",
    ] {
        assert_eq!(bucket(rule), BTreeSet::new(), "{rule}");
    }
    assert_eq!(codes("S3::Bucket", "{AccessControl: !Ref P}"), BTreeSet::new());
}

#[test]
fn types_of_columns_are_read_as_hive_reads_them() {
    for good in [
        "array<struct<id:string,tags:map<string,array<decimal(12,2)>>>>",
        "STRUCT<a:INT, b:array <string>>",
        "decimal",
        "decimal(38,38)",
        "varchar(10)",
        "struct<a:int comment 'less < more'>",
    ] {
        assert_eq!(column(good), BTreeSet::new(), "{good}");
    }
    for bad in [
        "array<string",
        "array<string>>",
        "map<string>",
        "map<string,int,int>",
        "struct<a int>",
        "array<int,int>",
        "decimal(39,2)",
        "decimal(4,6)",
        "decimal(4",
    ] {
        assert_eq!(column(bad), BTreeSet::from(["GEN0538".to_owned()]), "{bad}");
    }
}

#[test]
fn each_form_of_a_fault_is_found() {
    let one = |code: &str| BTreeSet::from([code.to_owned()]);
    for (destination, code) in [
        (
            "DataFormatConversionConfiguration: {SchemaConfiguration: {RoleARN: r, DatabaseName: d}, InputFormatConfiguration: {}, OutputFormatConfiguration: {}}",
            "GEN0509",
        ),
        ("Prefix: /events/", "GEN0512"),
        ("ErrorOutputPrefix: /events/", "GEN0512"),
        (
            "DynamicPartitioningConfiguration: {Enabled: true}, Prefix: 'a=!{partitionKeyFromQuery:a}/', ErrorOutputPrefix: 'e/!{firehose:error-output-type}/', ProcessingConfiguration: {Processors: [{Type: MetadataExtraction, Parameters: [{ParameterName: MetadataExtractionQuery, ParameterValue: '{b: .b}'}]}]}",
            "GEN0515",
        ),
        (
            "Prefix: '!{timestamp:yyyy/MM/DD}/', ErrorOutputPrefix: 'e/!{firehose:error-output-type}/'",
            "GEN0517",
        ),
    ] {
        assert_eq!(delivery(destination), one(code), "{destination}");
    }
    for (values, code) in [
        ("projection.m.type: int", "GEN0539"),
        ("projection.m.type: integer, projection.m.range: '12,1'", "GEN0539"),
        ("projection.m.type: date, projection.m.format: yyyy, projection.m.range: '2024'", "GEN0539"),
    ] {
        let input = format!(
            "PartitionKeys: [{{Name: m, Type: string}}], Parameters: {{projection.enabled: 'true', {values}}}"
        );
        assert_eq!(table(&input), one(code), "{values}");
    }
    for (location, code) in
        [("https://lake.s3.eu-west-1.amazonaws.com/events/", "GEN0544"), ("s3://lake/events.csv", "GEN0545")]
    {
        assert_eq!(table(&format!("StorageDescriptor: {{Location: '{location}'}}")), one(code), "{location}");
    }
    for (rule, code) in [
        ("NoncurrentVersionTransitions: [{StorageClass: ONEZONE_IA, TransitionInDays: 29}]", "GEN0551"),
        (
            "NoncurrentVersionExpiration: {NoncurrentDays: 30}, NoncurrentVersionTransitions: [{StorageClass: GLACIER, TransitionInDays: 30}]",
            "GEN0552",
        ),
        ("ExpirationInDays: 30, Transition: {StorageClass: GLACIER, TransitionInDays: 30}", "GEN0552"),
    ] {
        assert_eq!(bucket(rule), one(code), "{rule}");
    }
}

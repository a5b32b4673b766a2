//! The table of a conversion is one of the templates.

use crate::finding::{Report, words};
use crate::rules::catalog::TABLE;
use crate::rules::delivery::{DESTINATION, STREAM, conversion};
use crate::world::{Resource, World};

strataform_diagnostic::codes! {
    pub(crate) CONVERSION_TABLE "GEN0510" Warning
        "A delivery stream converts records with a table that the templates do not declare in its database."
        "Usually a name has a typing mistake. Firehose then fails each record: it reads the schema from the table at run time (Firehose developer guide, \"Enable record format conversion\"). Correct the name; `!Ref` of the table is its name."
        Template {
            bad: r#"
Resources:
  Lake: {Type: AWS::Glue::Database, Properties: {CatalogId: "111122223333", DatabaseInput: {Name: lake}}}
  Table:
    Type: AWS::Glue::Table
    Properties: {CatalogId: "111122223333", DatabaseName: !Ref Lake, TableInput: {Name: events}}
  Delivery:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      ExtendedS3DestinationConfiguration:
        BucketARN: "arn:aws:s3:::lake-raw"
        RoleARN: "arn:aws:iam::111122223333:role/delivery"
        DataFormatConversionConfiguration:
          SchemaConfiguration: {RoleARN: "arn:aws:iam::111122223333:role/delivery", DatabaseName: !Ref Lake, TableName: event}
          InputFormatConfiguration: {Deserializer: {OpenXJsonSerDe: {}}}
          OutputFormatConfiguration: {Serializer: {ParquetSerDe: {}}}
"#,
            good: r#"
Resources:
  Lake: {Type: AWS::Glue::Database, Properties: {CatalogId: "111122223333", DatabaseInput: {Name: lake}}}
  Table:
    Type: AWS::Glue::Table
    Properties: {CatalogId: "111122223333", DatabaseName: !Ref Lake, TableInput: {Name: events}}
  Delivery:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      ExtendedS3DestinationConfiguration:
        BucketARN: "arn:aws:s3:::lake-raw"
        RoleARN: "arn:aws:iam::111122223333:role/delivery"
        DataFormatConversionConfiguration:
          SchemaConfiguration: {RoleARN: "arn:aws:iam::111122223333:role/delivery", DatabaseName: !Ref Lake, TableName: !Ref Table}
          InputFormatConfiguration: {Deserializer: {OpenXJsonSerDe: {}}}
          OutputFormatConfiguration: {Serializer: {ParquetSerDe: {}}}
"#,
        };
}

const DATABASE: &str = "AWS::Glue::Database";

pub(crate) fn check(world: &World, report: &mut Report) {
    for stream in world.of_type(STREAM).filter(|one| conversion(one).is_some()) {
        let schema = format!("{DESTINATION}/DataFormatConversionConfiguration/SchemaConfiguration");
        let path = format!("{schema}/TableName");
        let Some(name) = stream.literal(&path) else { continue };
        let database = stream.text(&format!("{schema}/DatabaseName"));
        let Some(database) = database.and_then(|text| world.target(DATABASE, text)) else { continue };
        // A crawler or a job may make tables of the database, and a table elsewhere may be one of it.
        let is_open =
            world.of_type("AWS::Glue::Crawler").chain(world.of_type("AWS::Glue::Job")).next().is_some();
        let mut tables = world.of_type(TABLE).filter(|one| is_of(world, one, database)).peekable();
        if is_open || tables.peek().is_none() {
            continue;
        }
        let is_named = |one: &Resource| one.name().is_none_or(|own| own.eq_ignore_ascii_case(name));
        if !tables.any(is_named) {
            let about = words(
                format!(
                    "`{}` converts records with the table `{name}`, which no template declares",
                    stream.id
                ),
                format!("the templates declare other tables of the database `{}`", database.id),
                "correct the name of the table, or declare it",
            );
            report.property(CONVERSION_TABLE, stream, &path, about);
        }
    }
}

/// Whether a table may be one of a database.
fn is_of(world: &World, table: &Resource, database: &Resource) -> bool {
    let name = table.text("DatabaseName");
    name.is_none_or(|name| world.target(DATABASE, name).is_none_or(|one| one == database))
}

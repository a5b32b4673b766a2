//! The format of a table fits its serializer.

use super::TABLE;
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) FORMAT "GEN0536" Error
        "The input format of a table and its serialization library read different formats."
        "Every query of the table fails, or reads nonsense: Parquet and ORC need both the input format and the library of their own, and text formats neither (Athena user guide, \"Choose a SerDe for your data\")."
        Template {
            bad: r#"
Resources:
  Table:
    Type: AWS::Glue::Table
    Properties:
      CatalogId: "111122223333"
      DatabaseName: lake
      TableInput:
        Name: events
        StorageDescriptor: {Location: "s3://lake/events/", Columns: [{Name: id, Type: string}], InputFormat: org.apache.hadoop.mapred.TextInputFormat, SerdeInfo: {SerializationLibrary: org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe}}
"#,
            good: r#"
Resources:
  Table:
    Type: AWS::Glue::Table
    Properties:
      CatalogId: "111122223333"
      DatabaseName: lake
      TableInput:
        Name: events
        StorageDescriptor: {Location: "s3://lake/events/", Columns: [{Name: id, Type: string}], InputFormat: org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat, SerdeInfo: {SerializationLibrary: org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe}}
"#,
        };
}

/// The format of a class, by a part of its name; `None` for a class that is not known.
fn format(class: &str) -> Option<&'static str> {
    let class = class.to_ascii_lowercase();
    let all = [("parquet", "Parquet"), ("orc", "ORC"), ("avro", "Avro")];
    let found = all.into_iter().find(|(part, _)| class.contains(part)).map(|(_, name)| name);
    let texts = ["textinputformat", "lazysimpleserde", "opencsvserde", "jsonserde", "regexserde"];
    found.or_else(|| texts.iter().any(|part| class.contains(part)).then_some("text"))
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for table in world.of_type(TABLE) {
        let path = "TableInput/StorageDescriptor/InputFormat";
        let library = "TableInput/StorageDescriptor/SerdeInfo/SerializationLibrary";
        let (Some(input), Some(serde)) = (table.literal(path), table.literal(library)) else { continue };
        let (Some(of_input), Some(of_serde)) = (format(input), format(serde)) else { continue };
        // Avro is read from text containers by some libraries.
        if of_input != of_serde {
            let about = words(
                format!("`{}` reads {of_input} with a library of {of_serde}", table.id),
                format!("{input} and {serde} do not fit"),
                "set both to the classes of one format",
            );
            report.property(FORMAT, table, path, about);
        }
    }
}

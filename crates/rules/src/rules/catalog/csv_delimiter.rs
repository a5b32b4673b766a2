//! A table of CSV divides its lines at commas.

use super::{TABLE, parameter};
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) CSV_DELIMITER "GEN0548" Warning
        "A table of CSV does not say what divides the values."
        "`LazySimpleSerDe` divides lines at the character Ctrl-A by default: the first column gets the whole line, and the others nothing (Athena user guide, \"Lazy Simple SerDe for CSV, TSV, and custom-delimited files\"). Set `field.delim` in `SerdeInfo.Parameters`."
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
        Parameters: {classification: csv}
        StorageDescriptor: {Location: "s3://lake/events/", Columns: [{Name: id, Type: string}, {Name: country, Type: string}], SerdeInfo: {SerializationLibrary: org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe}}
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
        Parameters: {classification: csv}
        StorageDescriptor: {Location: "s3://lake/events/", Columns: [{Name: id, Type: string}, {Name: country, Type: string}], SerdeInfo: {SerializationLibrary: org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe, Parameters: {field.delim: ","}}}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    let path = "TableInput/StorageDescriptor/SerdeInfo";
    for table in world.of_type(TABLE) {
        let library = table.literal(&format!("{path}/SerializationLibrary"));
        let is_lazy = library.is_some_and(|name| name.ends_with(".LazySimpleSerDe"));
        let is_csv = parameter(table, "classification").is_some_and(|one| one == "csv");
        // A function may return the delimiter; Hive takes `serialization.format` for it, too.
        let says = match table.get(&format!("{path}/Parameters")) {
            None => false,
            Some(all) => all.as_object().is_none_or(|all| {
                let names = ["field.delim", "serialization.format", "Fn::"];
                all.keys().any(|key| names.iter().any(|name| key.starts_with(name)))
            }),
        };
        if is_lazy && is_csv && !says {
            let about = words(
                format!("`{}` does not say what divides the values of a line", table.id),
                "the default is Ctrl-A, not a comma",
                "set `field.delim` in `SerdeInfo.Parameters`",
            );
            report.property(CSV_DELIMITER, table, &format!("{path}/Parameters"), about);
        }
    }
}

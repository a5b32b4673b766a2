//! [`Layout`]: how files are read as rows.

use strataform_resources::glue::{Column, SerdeInfo, TableStorageDescriptor};
use strataform_template::{Expression, Node};

use crate::platform::processing::json;

/// How files are read as rows: the classes of Hive that do it, and what they are told.
pub(super) struct Layout {
    /// What crawlers and jobs call the format.
    pub(super) classification: &'static str,
    input: &'static str,
    output: &'static str,
    library: &'static str,
    options: Vec<(&'static str, Node)>,
    /// What the table says of the files, beside its partitions.
    pub(super) parameters: Vec<(&'static str, Node)>,
}

const TEXT_INPUT: &str = "org.apache.hadoop.mapred.TextInputFormat";
const TEXT_OUTPUT: &str = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat";

impl Layout {
    /// One JSON object a line, compressed or not. A line that is no JSON is a row of nulls: one of them would
    /// else make every query fail, and the job sends it to quarantine anyway.
    pub(super) fn json() -> Self {
        Self {
            classification: "json",
            input: TEXT_INPUT,
            output: TEXT_OUTPUT,
            library: "org.openx.data.jsonserde.JsonSerDe",
            options: vec![("ignore.malformed.json", "true".into())],
            parameters: Vec::new(),
        }
    }

    /// Lines of JSON that Firehose or Spark compressed.
    pub(super) fn compressed_json() -> Self {
        Self { parameters: vec![("compressionType", "gzip".into())], ..Self::json() }
    }

    /// Text with a header line.
    pub(super) fn csv(delimiter: char) -> Self {
        Self {
            classification: "csv",
            input: TEXT_INPUT,
            output: TEXT_OUTPUT,
            library: "org.apache.hadoop.hive.serde2.OpenCSVSerde",
            // Without an escape character of its own, a doubled quote is one quote, as in the job.
            options: vec![("separatorChar", delimiter.to_string().into()), ("quoteChar", "\"".into())],
            parameters: vec![("skip.header.line.count", "1".into())],
        }
    }

    /// Parquet.
    pub(super) fn parquet() -> Self {
        Self {
            classification: "parquet",
            input: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
            output: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
            library: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
            options: vec![("serialization.format", "1".into())],
            parameters: Vec::new(),
        }
    }

    /// The storage of a table of such files in a folder.
    pub(super) fn storage(&self, location: Expression, columns: Vec<Column>) -> TableStorageDescriptor {
        let library = SerdeInfo::new()
            .serialization_library(self.library)
            .parameters(json(self.options.iter().cloned()));
        TableStorageDescriptor::new()
            .location(location)
            .columns(columns)
            .input_format(self.input)
            .output_format(self.output)
            .serde_info(library)
    }
}

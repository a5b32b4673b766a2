//! [`Layout`]: the file format of a table.

use strataform_resources::glue::{Column, SerdeInfo, TableStorageDescriptor};
use strataform_template::{Expression, Node};

use crate::platform::processing::json;

/// The file format of a table: the Hive classes that read it, and their parameters.
pub(super) struct Layout {
    /// The name of the format for crawlers and jobs.
    pub(super) classification: &'static str,
    input: &'static str,
    output: &'static str,
    library: &'static str,
    options: Vec<(&'static str, Node)>,
    /// The table properties that describe the files, in addition to those of its partitions.
    pub(super) parameters: Vec<(&'static str, Node)>,
}

const TEXT_INPUT: &str = "org.apache.hadoop.mapred.TextInputFormat";
const TEXT_OUTPUT: &str = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat";

impl Layout {
    /// One JSON object per line, compressed or not. A line that is not valid JSON becomes a row of nulls: otherwise, a
    /// single one would fail every query, and the job quarantines it anyway.
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
            // Without an explicit escape character, a doubled quote is a single quote, as in the job.
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

    /// The storage descriptor of a table with such files in a folder.
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

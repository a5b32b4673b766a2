//! Rules of Data Firehose.

pub(super) mod conversion_buffer;
pub(super) mod conversion_compression;
pub(super) mod conversion_schema;
pub(super) mod conversion_table;
pub(super) mod delimiter;
pub(super) mod error_folder;
pub(super) mod error_prefix;
pub(super) mod extraction;
pub(super) mod logging;
pub(super) mod one_destination;
pub(super) mod partition_buffer;
pub(super) mod partition_key;
pub(super) mod prefix_end;
pub(super) mod redshift_compression;
pub(super) mod source_encryption;
pub(super) mod source_type;
pub(super) mod table_partitions;
pub(super) mod timestamp_pattern;

use serde_json::Value;

use crate::world::Resource;

/// The type of delivery streams.
pub(crate) const STREAM: &str = "AWS::KinesisFirehose::DeliveryStream";
/// The destination that converts and partitions.
pub(crate) const DESTINATION: &str = "ExtendedS3DestinationConfiguration";

/// The conversion of a delivery stream, if it is enabled, as it is by default where there is one.
pub(crate) fn conversion(stream: &Resource) -> Option<&Value> {
    let path = format!("{DESTINATION}/DataFormatConversionConfiguration");
    stream.get(&path).filter(|_| stream.flag(&format!("{path}/Enabled")) != Some(false))
}

/// Whether a delivery stream partitions dynamically.
pub(crate) fn is_partitioned(stream: &Resource) -> bool {
    stream.flag(&format!("{DESTINATION}/DynamicPartitioningConfiguration/Enabled")) == Some(true)
}

//! A nested property of another resource, and a single item where a list is expected.

use strataform_resources::kinesis::{Stream, StreamMode, StreamModeDetails};
use strataform_resources::s3::{BucketEncryption, ServerSideEncryptionRule, VersioningConfiguration};
use strataform_resources::s3::{Bucket, VersioningConfigurationStatus};
use strataform_template::Template;

fn main() {
    let mut template = Template::new();
    let mode = StreamModeDetails::new(StreamMode::OnDemand);
    let _ = Bucket::new().versioning_configuration(mode);
    let versions = VersioningConfiguration::new(VersioningConfigurationStatus::Enabled);
    let _ = Stream::new().stream_mode_details(versions);
    let _ = BucketEncryption::new(ServerSideEncryptionRule::new());
    template.add("orders", Stream::new().tags(("team", "growth")));
}

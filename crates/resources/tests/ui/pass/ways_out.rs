//! Escape hatches for what the facts do not know yet: a new value, a new property, an assumed value.

use strataform_resources::kinesis::{Stream, StreamEncryption, StreamMode, StreamModeDetails};
use strataform_resources::s3::Bucket;
use strataform_resources::secretsmanager::Secret;
use strataform_resources::redshift::{Cluster, ClusterArgs};
use strataform_template::{DynamicReference, Resource, Template, select, split};

fn main() {
    let mut template = Template::new();
    let bucket = template.add("raw", Bucket::new());
    let secret = template.add("password", Secret::new());
    let stream = Stream::new()
        .stream_mode_details(StreamModeDetails::new(StreamMode::Other("ELASTIC".into())))
        .stream_encryption(StreamEncryption::new(
            strataform_resources::kinesis::EncryptionType::Kms,
            bucket.arn().assume(),
        ))
        .shard_count(select(1, split(":", "shards:2")).assume())
        .with_property("Colour", "green");
    template.add("orders", stream);
    let cluster = Cluster::new(ClusterArgs {
        cluster_type: "single-node",
        db_name: "orders",
        master_username: "admin",
        node_type: "ra3.large",
    })
    .master_user_password(DynamicReference::secret_key(&secret, "password"));
    template.add("warehouse", cluster);
    assert!(template.to_json().is_ok());
}

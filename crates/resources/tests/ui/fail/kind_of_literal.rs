//! A number for text, text for an integer, a fraction for an integer, text for a boolean.

use strataform_resources::kinesis::Stream;
use strataform_resources::s3::PublicAccessBlockConfiguration;
use strataform_template::Template;

fn main() {
    let mut template = Template::new();
    let _ = Stream::new().name(7);
    let _ = Stream::new().shard_count("2");
    let _ = Stream::new().shard_count(2.5);
    let _ = PublicAccessBlockConfiguration::new().block_public_acls("true");
    template.add("orders", Stream::new());
}

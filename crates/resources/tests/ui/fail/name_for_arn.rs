//! The name of a resource (its `Ref`) where its ARN is expected.

use strataform_resources::kinesisfirehose::KinesisStreamSourceConfiguration;
use strataform_resources::kinesis::Stream;
use strataform_template::Template;

fn main() {
    let mut template = Template::new();
    let stream = template.add("orders", Stream::new());
    let role = "arn:aws:iam::111122223333:role/deliver";
    let _ = KinesisStreamSourceConfiguration::new(&stream, role);
    let _ = KinesisStreamSourceConfiguration::new(stream.reference(), role);
}

//! A missing required property.

use strataform_resources::kinesis::Stream;
use strataform_resources::kinesisfirehose::KinesisStreamSourceConfiguration;
use strataform_template::Template;

fn main() {
    let stream = Template::new().add("orders", Stream::new());
    let _ = KinesisStreamSourceConfiguration::new(stream.arn());
}

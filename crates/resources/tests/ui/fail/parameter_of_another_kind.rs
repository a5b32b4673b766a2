//! A parameter of the wrong type.

use strataform_resources::kinesis::Stream;
use strataform_resources::kind;
use strataform_resources::kinesisfirehose::KinesisStreamSourceConfiguration;
use strataform_template::{Arn, Parameter, Secret, Template, Text};

fn main() {
    let mut template = Template::new();
    let bucket = template.parameter("bucket", Parameter::<Arn<kind::S3Bucket>>::new());
    let shards = template.parameter("shards", Parameter::<Text>::new());
    let role = "arn:aws:iam::111122223333:role/deliver";
    let _ = KinesisStreamSourceConfiguration::new(&bucket, role);
    let _ = Stream::new().shard_count(&shards);
    let _ = Parameter::<Secret>::new().default_value("hunter2");
}

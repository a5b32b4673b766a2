//! The ARN of a bucket where that of a stream is expected.

use strataform_resources::iam::Role;
use strataform_resources::kinesisfirehose::KinesisStreamSourceConfiguration;
use strataform_resources::s3::Bucket;
use strataform_policy::PolicyDocument;
use strataform_template::Template;

fn main() {
    let mut template = Template::new();
    let bucket = template.add("raw", Bucket::new());
    let role = template.add("deliver", Role::new(PolicyDocument::default()));
    let _ = KinesisStreamSourceConfiguration::new(bucket.arn(), role.arn());
}

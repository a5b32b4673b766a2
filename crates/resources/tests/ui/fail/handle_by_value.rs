//! A handle itself, not a reference to it.

use strataform_resources::s3::{Bucket, BucketPolicy};
use strataform_policy::PolicyDocument;
use strataform_template::Template;

fn main() {
    let mut template = Template::new();
    let bucket = template.add("raw", Bucket::new());
    let _ = BucketPolicy::new(bucket, PolicyDocument::default());
}

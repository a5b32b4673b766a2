//! A value without a placeholder.

use strataform_template::sub;

fn main() {
    let _ = sub!("s3://${bucket}/raw/", bucket = "orders", prefix = "raw");
}

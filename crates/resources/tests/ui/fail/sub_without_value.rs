//! A placeholder without a value.

use strataform_template::sub;

fn main() {
    let _ = sub!("s3://${bucket}/${prefix}/", bucket = "orders");
}

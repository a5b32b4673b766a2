//! A placeholder that is given no value.

use strataform_template::sub;

fn main() {
    let _ = sub!("s3://${bucket}/${prefix}/", bucket = "orders");
}

//! An IAM action that does not exist.

use strataform_policy::action;

fn main() {
    let _ = action!("s3:GetObjetc");
}

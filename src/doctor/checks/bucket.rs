//! The bucket of versions belongs to the account, or its name is free.

use strataform_sdk::{Bucket, Fault};

use super::super::check::{Account, Check, Cost, Verdict, When};
use super::super::needs::Needs;
use crate::deploy::bucket_name;
use crate::diagnostic::account::BUCKET;

pub(super) const CHECK: Check = Check {
    code: BUCKET,
    name: "bucket of versions",
    actions: &["s3:ListBucket"],
    cost: Cost::Cheap,
    when: When::Always,
    ask,
};

fn ask(account: Account<'_>, _needs: &Needs) -> Result<Verdict, Fault> {
    let name = bucket_name(account.id, account.aws.region());
    Ok(match account.aws.bucket(account.id, &name)? {
        Bucket::Own => Verdict::Passed(format!("{name} exists")),
        Bucket::Free => Verdict::Passed(format!("{name} is free; the first deployment creates it")),
        Bucket::Foreign => Verdict::failed(
            format!("another account owns {name}, or the identity may not see it"),
            "allow `s3:ListBucket` on it if it is yours; otherwise, deploy in another Region",
        ),
    })
}

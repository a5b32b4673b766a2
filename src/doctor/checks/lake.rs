//! IAM, not Lake Formation, decides who can use new databases and tables.

use strataform_sdk::{DefaultPermissions, Fault};

use super::super::check::{Account, Check, Cost, Verdict, When};
use super::super::needs::Needs;
use crate::diagnostic::account::LAKE;

pub(super) const CHECK: Check = Check {
    code: LAKE,
    name: "lake permissions",
    actions: &["lakeformation:GetDataLakeSettings"],
    cost: Cost::Thorough,
    when: When::Always,
    ask,
};

fn ask(account: Account<'_>, needs: &Needs) -> Result<Verdict, Fault> {
    if !needs.has("AWS::Glue::Database") {
        return Ok(Verdict::NotNeeded("the platform has no database in the Data Catalog"));
    }
    let (databases, tables) = account.aws.lake_defaults()?;
    let governed = match (databases, tables) {
        (DefaultPermissions::Iam, DefaultPermissions::Iam) => {
            return Ok(Verdict::Passed("IAM decides who can use new databases and tables".to_owned()));
        }
        (DefaultPermissions::LakeFormation, DefaultPermissions::Iam) => "databases",
        (DefaultPermissions::Iam, DefaultPermissions::LakeFormation) => "tables",
        (DefaultPermissions::LakeFormation, DefaultPermissions::LakeFormation) => "databases and tables",
    };
    Ok(Verdict::failed(
        format!("Lake Formation decides who can use new {governed}"),
        "let an administrator of Lake Formation grant `IAM_ALLOWED_PRINCIPALS` Super on the database of the \
         platform and on all its tables after the storage stack is deployed, or turn on \"Use only IAM access \
         control\" for new databases and tables",
    ))
}

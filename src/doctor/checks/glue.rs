//! A job in the Region uses the Glue version of the platform, which proves that the Region has it.

use strataform_sdk::Fault;

use super::super::check::{Account, Check, Cost, Problem, Verdict, When};
use super::super::needs::Needs;
use crate::diagnostic::account::GLUE;
use crate::platform::sizing::GLUE_VERSION;

pub(super) const CHECK: Check = Check {
    code: GLUE,
    name: "glue version",
    actions: &["glue:GetJobs"],
    cost: Cost::Thorough,
    when: When::Always,
    ask,
};

fn ask(account: Account<'_>, needs: &Needs) -> Result<Verdict, Fault> {
    if !needs.has("AWS::Glue::Job") {
        return Ok(Verdict::NotNeeded("the platform has no job"));
    }
    // Assumes `glue-version-by-job`.
    let versions = account.aws.job_versions()?;
    if versions.iter().any(|version| version == GLUE_VERSION) {
        return Ok(Verdict::Passed(format!("a job in {} uses Glue {GLUE_VERSION}", needs.region)));
    }
    Ok(Verdict::Warned(Problem {
        found: format!("no job in {} uses Glue {GLUE_VERSION} yet", needs.region),
        help: "AWS lists the versions of a Region nowhere: if the Region lacks this one, the processing stack fails \
               and rolls back, and nothing else is lost"
            .to_owned(),
        origin: None,
    }))
}

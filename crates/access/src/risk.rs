//! [`Risk`]: why a grant deserves to be read first.
//!
//! In: a grant, and the account that the template is for. Out: its risks, the worst first.
//!
//! It refuses to weigh what is removed from access: only a grant that gives something has risks, and a block of public
//! access that is gone.

use serde::Serialize;

use crate::glob::{self, Wildcards};
use crate::grant::{Change, Condition, Effect, Grant, Patterns};
use crate::item;
use crate::network::Network;

/// Why a grant deserves attention, the worst first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Risk {
    /// Everyone has it, and no condition names who.
    Everyone,
    /// All actions on all resources.
    Admin,
    /// Public access is no longer kept out.
    PublicPossible,
    /// Principals of this account have it.
    OtherAccount(String),
    /// Its principals can give themselves more with these actions.
    Escalation(Vec<&'static str>),
}

/// An action with which a principal can gain permissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Escalation {
    /// The action.
    pub action: &'static str,
    /// What it makes possible.
    pub why: &'static str,
    /// Where that is documented.
    pub source: &'static str,
    /// Whether that holds for any resource, or only for all of them.
    pub on: Reach,
}

/// On which resources an action is an escalation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// Any.
    Any,
    /// All at once.
    Everything,
}

const IAM: &str = "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html";
const RHINO: &str = "https://rhinosecuritylabs.com/aws/aws-privilege-escalation-methods-mitigation/";
const PASS_ROLE: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html";
const STS: &str = "https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html";
const KMS: &str = "https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html";
const GRANTS: &str = "https://docs.aws.amazon.com/kms/latest/developerguide/grants.html";
const S3: &str = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html";
const LAMBDA: &str = "https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html";
const SECRETS: &str =
    "https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_resource-policies.html";
const LAKE: &str = "https://docs.aws.amazon.com/lake-formation/latest/dg/lf-permissions-reference.html";

const fn any(action: &'static str, why: &'static str, source: &'static str) -> Escalation {
    Escalation { action, why, source, on: Reach::Any }
}

const ESCALATIONS: [Escalation; 35] = [
    any("iam:PassRole", "give a role to a service that it controls", PASS_ROLE),
    any("iam:PutRolePolicy", "write a policy of a role", RHINO),
    any("iam:PutUserPolicy", "write a policy of a user", RHINO),
    any("iam:PutGroupPolicy", "write a policy of a group", RHINO),
    any("iam:AttachRolePolicy", "attach any policy to a role", RHINO),
    any("iam:AttachUserPolicy", "attach any policy to a user", RHINO),
    any("iam:AttachGroupPolicy", "attach any policy to a group", RHINO),
    any("iam:CreatePolicyVersion", "rewrite a policy that is attached", RHINO),
    any("iam:SetDefaultPolicyVersion", "go back to a wider version of a policy", RHINO),
    any("iam:UpdateAssumeRolePolicy", "let itself assume a role", RHINO),
    any("iam:AddUserToGroup", "join a group", RHINO),
    any("iam:CreateAccessKey", "act as another user", RHINO),
    any("iam:CreateLoginProfile", "sign in as another user", RHINO),
    any("iam:UpdateLoginProfile", "sign in as another user", RHINO),
    any("iam:PutRolePermissionsBoundary", "widen a boundary of a role", IAM),
    any("iam:PutUserPermissionsBoundary", "widen a boundary of a user", IAM),
    any("iam:DeleteRolePermissionsBoundary", "remove a boundary of a role", IAM),
    any("iam:DeleteUserPermissionsBoundary", "remove a boundary of a user", IAM),
    any("iam:DetachRolePolicy", "remove a policy that denies", IAM),
    any("iam:DeleteRolePolicy", "remove a policy that denies", IAM),
    Escalation {
        action: "sts:AssumeRole",
        why: "assume every role that trusts the account",
        source: STS,
        on: Reach::Everything,
    },
    any("kms:PutKeyPolicy", "give itself a key", KMS),
    any("kms:CreateGrant", "give others a key", GRANTS),
    any("s3:PutBucketPolicy", "give anyone a bucket", S3),
    any("s3:PutBucketAcl", "give anyone a bucket", S3),
    any("s3:PutBucketPublicAccessBlock", "open a bucket to the public", S3),
    any("secretsmanager:PutResourcePolicy", "give anyone a secret", SECRETS),
    any("lambda:UpdateFunctionCode", "run code with the role of a function", RHINO),
    any("lambda:AddPermission", "let anyone invoke a function", LAMBDA),
    any("glue:UpdateJob", "run a script with the role of a job", RHINO),
    any("glue:UpdateDevEndpoint", "run code with the role of an endpoint", RHINO),
    any("cloudformation:UpdateStack", "change resources with the role of a stack", RHINO),
    any("lakeformation:PutDataLakeSettings", "become an administrator of the data lake", LAKE),
    any("lakeformation:GrantPermissions", "give itself tables", LAKE),
    any("ssm:SendCommand", "run commands with the role of an instance", RHINO),
];

/// The actions that are an escalation, each with its reason and its source.
#[must_use]
pub fn escalations() -> &'static [Escalation] {
    &ESCALATIONS
}

/// Policies of AWS with which their holder is, or can become, an administrator.
const ADMIN_POLICIES: [&str; 2] = ["AdministratorAccess", "IAMFullAccess"];

/// Keys that make a policy for everyone one for a known set of callers, as S3 defines "public".
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html>
const CALLERS: [&str; 12] = [
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceowner",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:sourceip",
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:userid",
    "kms:calleraccount",
];

impl Grant {
    /// Whether it gives access, rather than takes it away.
    #[must_use]
    pub fn is_given(&self) -> bool {
        match self.change {
            Change::Added => self.effect.is_giving(),
            Change::Removed => false,
        }
    }

    /// Whether everyone has it: any principal without a condition that names callers, or any address.
    #[must_use]
    pub fn is_to_everyone(&self) -> bool {
        match (self.effect, &self.principals) {
            (Effect::Allow, Patterns::AllBut(_)) => {
                self.is_given() && !self.conditions.iter().any(names_callers)
            }
            (Effect::Reach, Patterns::Only(sources)) => {
                self.is_given() && sources.iter().any(|source| is_internet(source))
            }
            (Effect::Reach, Patterns::AllBut(_)) => self.is_given(),
            (
                Effect::Allow
                | Effect::Attach
                | Effect::ReachOut
                | Effect::Deny
                | Effect::Boundary
                | Effect::Block,
                _,
            ) => false,
        }
    }

    /// Whether it is all actions on all resources, or a policy of AWS that leads there.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        match (self.effect, &self.actions) {
            (Effect::Allow, actions) => self.is_given() && is_all(actions) && is_all(&self.resources),
            (Effect::Attach, Patterns::Only(policies)) => {
                let is_admin = |arn: &String| {
                    let name = arn.rsplit('/').next().unwrap_or(arn);
                    arn.contains(":iam::aws:policy/") && ADMIN_POLICIES.contains(&name)
                };
                self.is_given() && policies.iter().any(is_admin)
            }
            (
                Effect::Attach
                | Effect::Reach
                | Effect::ReachOut
                | Effect::Deny
                | Effect::Boundary
                | Effect::Block,
                _,
            ) => false,
        }
    }

    /// The accounts, other than `own`, whose principals have it. Without `own`, every account that is written out.
    #[must_use]
    pub fn other_accounts(&self, own: Option<&str>) -> Vec<String> {
        let Patterns::Only(principals) = &self.principals else { return Vec::new() };
        if !self.is_given() {
            return Vec::new();
        }
        let found = principals.iter().filter_map(|one| item::account(one));
        let mut accounts: Vec<String> =
            found.filter(|account| Some(*account) != own).map(str::to_owned).collect();
        accounts.sort();
        accounts.dedup();
        accounts
    }

    /// The actions in it with which its principals can gain permissions.
    #[must_use]
    pub fn escalations(&self) -> Vec<&'static Escalation> {
        if self.effect != Effect::Allow || !self.is_given() {
            return Vec::new();
        }
        let is_found = |one: &&Escalation| match one.on {
            Reach::Any => has(&self.actions, one.action),
            Reach::Everything => has(&self.actions, one.action) && is_all_roles(&self.resources),
        };
        ESCALATIONS.iter().filter(is_found).collect()
    }

    /// Why it deserves attention, the worst first; empty if nothing stands out.
    #[must_use]
    pub fn risks(&self, own_account: Option<&str>) -> Vec<Risk> {
        let mut risks = Vec::new();
        if self.is_to_everyone() {
            risks.push(Risk::Everyone);
        }
        if self.is_admin() {
            risks.push(Risk::Admin);
        }
        if self.effect == Effect::Block
            && self.change == Change::Removed
            && self.path.contains("PublicAccess")
        {
            risks.push(Risk::PublicPossible);
        }
        risks.extend(self.other_accounts(own_account).into_iter().map(Risk::OtherAccount));
        let actions: Vec<&str> = self.escalations().iter().map(|one| one.action).collect();
        if !actions.is_empty() {
            risks.push(Risk::Escalation(actions));
        }
        risks
    }
}

fn names_callers(condition: &Condition) -> bool {
    let is_positive = !condition.operator.contains("Not") && !condition.operator.ends_with("IfExists");
    let is_single = !condition.operator.starts_with("ForAllValues") && condition.operator != "Null";
    let is_open = |value: &String| value == "*" || is_internet(value) || value.starts_with("arn:*:*:*:*");
    is_positive
        && is_single
        && CALLERS.contains(&condition.key.to_lowercase().as_str())
        && !condition.values.iter().any(is_open)
}

fn is_internet(source: &str) -> bool {
    source == "the internet" || Network::parse(source).is_some_and(Network::is_everything)
}

/// Everything, also as `*:*` or with exceptions.
fn is_all(patterns: &Patterns) -> bool {
    match patterns {
        Patterns::AllBut(_) => true,
        Patterns::Only(patterns) => patterns.iter().any(|one| one == "*:*" || one == "arn:*" || one == "**"),
    }
}

fn is_all_roles(resources: &Patterns) -> bool {
    let ends = |one: &String| one.ends_with(":role/*") || one.ends_with(":iam::*") || one == "arn:*";
    match resources {
        Patterns::AllBut(_) => true,
        Patterns::Only(patterns) => patterns.iter().any(ends),
    }
}

fn has(actions: &Patterns, action: &str) -> bool {
    let tokens = |text: &str| glob::lower(&glob::parse(text, Wildcards::Read));
    let is_in = |patterns: &[String]| patterns.iter().any(|one| glob::covers(&tokens(one), &tokens(action)));
    match actions {
        Patterns::Only(patterns) => is_in(patterns),
        Patterns::AllBut(excluded) => !is_in(excluded),
    }
}

#[cfg(test)]
mod tests {
    use super::escalations;

    #[test]
    fn every_escalation_has_one_entry_with_a_source() {
        let mut actions: Vec<&str> = escalations().iter().map(|one| one.action).collect();
        assert!(escalations().iter().all(|one| one.source.starts_with("https://") && !one.why.is_empty()));
        let length = actions.len();
        actions.sort_unstable();
        actions.dedup();
        assert_eq!(actions.len(), length);
    }
}

//! The account: roles, limits and simulated permissions of IAM, and the settings of Lake Formation.

use std::collections::{BTreeMap, BTreeSet};

use roxmltree::{Document, Node};
use serde_json::json;

use crate::plain::{Parameters, Question, Service};
use crate::{Aws, Fault, Kind};

const IAM: &str = "2010-05-08";

/// An IAM role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Its ARN, with its path.
    pub arn: String,
}

/// What IAM counts in the account, and its quotas: `Roles` and `RolesQuota`, `Policies` and `PoliciesQuota`,
/// `AttachedPoliciesPerRoleQuota`.
pub type AccountLimits = BTreeMap<String, u64>;

/// Whom Lake Formation gives permissions on what is created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefaultPermissions {
    /// `IAM_ALLOWED_PRINCIPALS`: IAM alone decides.
    Iam,
    /// Nobody, or named principals: Lake Formation decides.
    LakeFormation,
}

/// What is simulated.
#[derive(Clone, Debug)]
pub struct Simulation<'a> {
    /// The ARN of the user or the role.
    pub principal: &'a str,
    /// The actions.
    pub actions: &'a BTreeSet<String>,
    /// The ARN of the resource; all resources if `None`.
    pub resource: Option<&'a str>,
    /// Condition keys that a request would have, with their values. The Region is always one of them.
    pub context: &'a [(&'a str, &'a str)],
}

/// The actions that are not allowed, by the reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Denied {
    /// A policy denies it, of the identity, its boundary or its organization.
    pub explicitly: BTreeSet<String>,
    /// No policy allows it.
    pub implicitly: BTreeSet<String>,
    /// No policy allows it without a condition key whose value the simulation does not know.
    pub conditionally: BTreeSet<String>,
}

impl Denied {
    fn add(&mut self, result: Node<'_, '_>) {
        let word = |name: &str| inner(result, name).unwrap_or_default();
        let unknown = result.descendants().find(|one| one.tag_name().name() == "MissingContextValues");
        let is_conditional = unknown.is_some_and(|one| one.children().any(|child| child.is_element()));
        let action = word("EvalActionName");
        match word("EvalDecision").as_str() {
            "allowed" => return,
            "explicitDeny" => self.explicitly.insert(action),
            _ if is_conditional => self.conditionally.insert(action),
            _ => self.implicitly.insert(action),
        };
    }
}

/// Whether an element is the result of one simulated action.
fn is_result(node: Node<'_, '_>) -> bool {
    node.tag_name().name() == "member" && node.children().any(|one| one.tag_name().name() == "EvalActionName")
}

impl Simulation<'_> {
    fn parameters(&self, actions: &[&String], region: &str) -> Vec<(String, String)> {
        let mut all = vec![("PolicySourceArn".to_owned(), self.principal.to_owned())];
        let named = (1..).zip(actions);
        all.extend(named.map(|(at, action)| (format!("ActionNames.member.{at}"), (*action).clone())));
        if let Some(resource) = self.resource {
            all.push(("ResourceArns.member.1".to_owned(), resource.to_owned()));
        }
        let region = ("aws:RequestedRegion", region);
        for (at, (key, value)) in (1..).zip(std::iter::once(&region).chain(self.context)) {
            let entry = format!("ContextEntries.member.{at}");
            all.push((format!("{entry}.ContextKeyName"), (*key).to_owned()));
            all.push((format!("{entry}.ContextKeyType"), "string".to_owned()));
            all.push((format!("{entry}.ContextKeyValues.member.1"), (*value).to_owned()));
        }
        all
    }
}

impl Aws {
    /// A role, by its name without the path; `None` if it does not exist: `iam:GetRole`.
    ///
    /// # Errors
    /// AWS rejects the request.
    pub fn role(&self, name: &str) -> Result<Option<Role>, Fault> {
        let parameters = vec![("RoleName".to_owned(), name.to_owned())];
        let operation = "iam:GetRole";
        match self.ask_iam(operation, parameters) {
            Ok(text) => Ok(Some(Role { arn: first(&parse(operation, &text)?, "Arn") })),
            Err(fault) if fault.kind == Kind::Missing => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    /// The ARNs of the managed policies that are attached to a role: `iam:ListAttachedRolePolicies`.
    ///
    /// # Errors
    /// The role does not exist, or AWS rejects the request.
    pub fn attached_policies(&self, role: &str) -> Result<Vec<String>, Fault> {
        let parameters = vec![("RoleName".to_owned(), role.to_owned())];
        self.pages("iam:ListAttachedRolePolicies", &parameters, "PolicyArn")
    }

    /// What IAM counts in the account, with its quotas: `iam:GetAccountSummary`.
    ///
    /// # Errors
    /// AWS rejects the request.
    pub fn account_limits(&self) -> Result<AccountLimits, Fault> {
        let operation = "iam:GetAccountSummary";
        let text = self.ask_iam(operation, Vec::new())?;
        let document = parse(operation, &text)?;
        let entries = document.descendants().filter(|node| node.tag_name().name() == "entry");
        Ok(entries
            .filter_map(|entry| Some((inner(entry, "key")?, inner(entry, "value")?.parse().ok()?)))
            .collect())
    }

    /// Those of the actions that are not allowed to a user or a role: `iam:SimulatePrincipalPolicy`. The policies of the
    /// organization and the boundary are part of it.
    ///
    /// # Errors
    /// AWS rejects the request.
    pub fn denied(&self, simulation: &Simulation<'_>) -> Result<Denied, Fault> {
        let mut denied = Denied::default();
        let operation = "iam:SimulatePrincipalPolicy";
        let all: Vec<&String> = simulation.actions.iter().collect();
        for some in all.chunks(SIMULATED) {
            let parameters = simulation.parameters(some, self.region());
            let mut more = Vec::new();
            loop {
                let text = self.ask_iam(operation, [parameters.clone(), more].concat())?;
                let document = parse(operation, &text)?;
                document.descendants().filter(|node| is_result(*node)).for_each(|one| denied.add(one));
                match next(&document) {
                    Some(marker) => more = vec![("Marker".to_owned(), marker)],
                    None => break,
                }
            }
        }
        Ok(denied)
    }

    /// Whom new databases and new tables of the Data Catalog are open to: `lakeformation:GetDataLakeSettings`.
    ///
    /// # Errors
    /// AWS rejects the request.
    pub fn lake_defaults(&self) -> Result<(DefaultPermissions, DefaultPermissions), Fault> {
        let found = self.ask_json(&Question {
            service: Service::LakeFormation,
            operation: "lakeformation:GetDataLakeSettings",
            region: self.region(),
            parameters: Parameters::Post("/GetDataLakeSettings", json!({})),
        })?;
        let of = |name: &str| {
            let listed = found["DataLakeSettings"][name].as_array().into_iter().flatten();
            let mut principals = listed
                .map(|one| one["Principal"]["DataLakePrincipalIdentifier"].as_str().unwrap_or_default());
            if principals.any(|one| one == "IAM_ALLOWED_PRINCIPALS") {
                DefaultPermissions::Iam
            } else {
                DefaultPermissions::LakeFormation
            }
        };
        Ok((of("CreateDatabaseDefaultPermissions"), of("CreateTableDefaultPermissions")))
    }

    fn ask_iam(&self, operation: &'static str, parameters: Vec<(String, String)>) -> Result<String, Fault> {
        self.ask(&Question {
            service: Service::Iam,
            operation,
            region: self.region(),
            parameters: Parameters::Form(IAM, parameters),
        })
    }

    /// The texts of the elements with this name, of all pages.
    fn pages(
        &self,
        operation: &'static str,
        parameters: &[(String, String)],
        element: &str,
    ) -> Result<Vec<String>, Fault> {
        let mut all = Vec::new();
        let mut more = Vec::new();
        loop {
            let text = self.ask_iam(operation, [parameters, &more].concat())?;
            let document = parse(operation, &text)?;
            all.extend(texts(&document, element));
            match next(&document) {
                Some(marker) => more = vec![("Marker".to_owned(), marker)],
                None => return Ok(all),
            }
        }
    }
}

/// The actions of one simulation: the API names no limit, and a response of this size is one page.
const SIMULATED: usize = 100;

/// Reads XML.
pub(crate) fn parse<'a>(operation: &'static str, text: &'a str) -> Result<Document<'a>, Fault> {
    Document::parse(text).map_err(|error| Fault::ours(operation, &format!("the response is no XML: {error}")))
}

/// The text of the first element below with this name.
pub(crate) fn inner(node: Node<'_, '_>, name: &str) -> Option<String> {
    let found = node.descendants().find(|one| one.tag_name().name() == name)?;
    Some(found.text().unwrap_or_default().trim().to_owned())
}

/// The texts of all elements with this name.
pub(crate) fn texts(document: &Document<'_>, name: &str) -> Vec<String> {
    let found = document.descendants().filter(|one| one.tag_name().name() == name);
    found.map(|one| one.text().unwrap_or_default().trim().to_owned()).collect()
}

fn first(document: &Document<'_>, name: &str) -> String {
    inner(document.root(), name).unwrap_or_default()
}

/// The marker of the next page.
fn next(document: &Document<'_>) -> Option<String> {
    inner(document.root(), "Marker").filter(|marker| !marker.is_empty())
}

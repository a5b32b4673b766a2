//! Amazon QuickSight: the subscription of the account, and its groups.

use crate::plain::{Parameters, Question, Service};
use crate::{Aws, Fault, Kind};

/// The subscription of the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// `STANDARD`, `ENTERPRISE` or `ENTERPRISE_AND_Q`.
    pub edition: String,
    /// `ACCOUNT_CREATED`, or a status on the way to it or away from it.
    pub status: String,
}

/// Whether a group exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Group {
    /// It does.
    Found,
    /// It does not.
    Missing,
    /// Users and groups of the account are in another Region: this one.
    Elsewhere(String),
}

impl Aws {
    /// The subscription; `None` without one: `quicksight:DescribeAccountSubscription`.
    ///
    /// # Errors
    /// AWS rejects the request.
    pub fn subscription(&self, account: &str, region: &str) -> Result<Option<Subscription>, Fault> {
        let found = self.ask_json(&Question {
            service: Service::QuickSight,
            operation: "quicksight:DescribeAccountSubscription",
            region,
            parameters: Parameters::Get(&["account", account]),
        });
        match found {
            Ok(found) => {
                let word = |name: &str| found["AccountInfo"][name].as_str().unwrap_or_default().to_owned();
                Ok(Some(Subscription { edition: word("Edition"), status: word("AccountSubscriptionStatus") }))
            }
            Err(fault) if fault.kind == Kind::Missing => Ok(None),
            Err(fault) => match identity_region(&fault.message).filter(|there| there != region) {
                Some(there) => self.subscription(account, &there),
                None => Err(fault),
            },
        }
    }

    /// Looks for a group: `quicksight:DescribeGroup`.
    ///
    /// # Errors
    /// AWS rejects the request, other than because the group is not in this Region.
    pub fn group(&self, account: &str, region: &str, namespace: &str, name: &str) -> Result<Group, Fault> {
        let found = self.ask(&Question {
            service: Service::QuickSight,
            operation: "quicksight:DescribeGroup",
            region,
            parameters: Parameters::Get(&["accounts", account, "namespaces", namespace, "groups", name]),
        });
        match found {
            Ok(_) => Ok(Group::Found),
            // The account or the namespace may be missing, too.
            Err(fault) if fault.kind == Kind::Missing && fault.message.to_lowercase().contains("group") => {
                Ok(Group::Missing)
            }
            Err(fault) => match identity_region(&fault.message) {
                Some(region) => Ok(Group::Elsewhere(region)),
                None => Err(fault),
            },
        }
    }
}

// Assumes `identity-region-message`.
/// The Region that QuickSight names where it is asked in another one: `Operation is being called from endpoint
/// eu-west-1, but your identity region is us-east-1. Please use the us-east-1 endpoint.`
fn identity_region(message: &str) -> Option<String> {
    let (_, rest) = message.split_once("identity region is ")?;
    let region = rest.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '-')).next()?;
    (!region.is_empty()).then(|| region.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_names_the_identity_region() {
        let message = "Operation is being called from endpoint eu-west-1, but your identity region is us-east-1. \
                       Please use the us-east-1 endpoint.";
        assert_eq!(identity_region(message).as_deref(), Some("us-east-1"));
        assert_eq!(identity_region("User is not authorized"), None);
    }
}

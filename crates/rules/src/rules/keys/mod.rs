//! Rules of KMS keys: whoever reads or writes what is encrypted may use its key, and the key admits the services.

pub(super) mod administrator;
pub(super) mod destination;
pub(super) mod log_group;
pub(super) mod objects;
pub(super) mod queue;
pub(super) mod source;
pub(super) mod topic;

use serde_json::Value;

use crate::permissions::{Answer, statements, texts};
use crate::text;
use crate::world::{Resource, World};

/// The key of a bucket's default encryption, if it is in the templates.
pub(crate) fn bucket_key<'a>(world: &'a World, bucket: &Resource) -> Option<&'a Resource> {
    let rules = bucket.items("BucketEncryption/ServerSideEncryptionConfiguration");
    let key = rules.first()?.1.pointer("/ServerSideEncryptionByDefault/KMSMasterKeyID")?.as_str()?;
    world.target("AWS::KMS::Key", key)
}

/// Whether the policy of a key admits a service, such as `logs`; a policy that is unknown may.
pub(crate) fn admits_service(key: &Resource, service: &str) -> bool {
    principals(key)
        .is_none_or(|all| all.iter().any(|name| *name == "*" || name.split('.').next() == Some(service)))
}

/// Whether certainly neither the policies of a role nor the policy of a key let the role call an action with the key.
pub(crate) fn lacks(world: &World, role: &Resource, action: &str, key: &Resource) -> bool {
    world.permits(role, action, key) == Answer::No && !names(world, role, key)
}

/// Whether the policy of a key names a role.
fn names(world: &World, role: &Resource, key: &Resource) -> bool {
    principals(key).is_none_or(|all| {
        let is_root = |name: &&&str| {
            name.ends_with(":root")
                || name.bytes().all(|byte| byte.is_ascii_digit())
                || name.ends_with("${AWS::AccountId}")
        };
        let mut others = all.iter().filter(|name| !is_root(name));
        // What is not in the templates may be this role.
        others.any(|name| {
            *name == "*"
                || world.target("AWS::IAM::Role", name).map_or(!text::is_known(name), |one| one == role)
        })
    })
}

/// The principals that the statements of a key's policy allow something; `None` if they are not known.
fn principals(key: &Resource) -> Option<Vec<&str>> {
    let policy = key.get("KeyPolicy").filter(|policy| policy.get("Statement").is_some())?;
    let mut found = Vec::new();
    for (_, statement) in statements(policy, "") {
        if statement.get("Effect").and_then(Value::as_str) != Some("Allow") {
            continue;
        }
        match statement.get("Principal") {
            Some(Value::String(all)) => found.push(all.as_str()),
            Some(principal @ Value::Object(kinds)) => {
                for kind in kinds.keys() {
                    found.extend(texts(principal, kind)?);
                }
            }
            Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_)) | None => return None,
        }
    }
    Some(found)
}

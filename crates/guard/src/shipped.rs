//! The rules of the product, in `guard/` at the top of the repository.
//!
//! In: nothing. Out: their names and texts, as they were when the program was built. It reads no file.

use std::sync::LazyLock;

use crate::ruleset::{RuleFile, RuleSet};

macro_rules! rule {
    ($name:literal) => {
        (concat!($name, ".guard"), include_str!(concat!("../../../guard/", $name, ".guard")))
    };
}

/// One line for each file, by name.
const SHIPPED: &[(&str, &str)] = &[
    rule!("alarm_actions"),
    rule!("bucket_access_logging"),
    rule!("bucket_encryption_key"),
    rule!("bucket_ownership"),
    rule!("bucket_public_access"),
    rule!("bucket_tls"),
    rule!("bucket_versioning"),
    rule!("cost_tags"),
    rule!("data_source_connection"),
    rule!("deletion_policy"),
    rule!("delivery_encryption_key"),
    rule!("delivery_logging"),
    rule!("job_encryption_keys"),
    rule!("job_security_configuration"),
    rule!("job_timeout"),
    rule!("key_rotation"),
    rule!("log_group_encryption_key"),
    rule!("log_retention"),
    rule!("policy_actions"),
    rule!("policy_principals"),
    rule!("queue_encryption"),
    rule!("secret_encryption_key"),
    rule!("state_machine_logging"),
    rule!("stream_encryption_key"),
    rule!("topic_encryption_key"),
    rule!("user_policies"),
    rule!("warehouse_admin_password"),
    rule!("warehouse_encryption_key"),
    rule!("warehouse_logging"),
    rule!("warehouse_network"),
    rule!("warehouse_tls"),
];

/// The rule files of the product, by name.
#[must_use]
pub fn shipped() -> Vec<RuleFile> {
    SHIPPED
        .iter()
        .map(|(name, text)| RuleFile { name: (*name).to_owned(), text: (*text).to_owned() })
        .collect()
}

static FILES: LazyLock<Vec<RuleFile>> = LazyLock::new(shipped);

#[expect(clippy::expect_used, reason = "the texts are constant, and a test parses them")]
static RULES: LazyLock<RuleSet<'static>> =
    LazyLock::new(|| RuleSet::parse(&FILES).expect("the rules are right"));

/// The rules of the product, parsed when they are first needed.
#[must_use]
pub fn shipped_rules() -> &'static RuleSet<'static> {
    &RULES
}

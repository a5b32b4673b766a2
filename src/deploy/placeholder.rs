//! The values of the placeholders in SQL files: outputs of stacks, and secrets as digests.
//!
//! In: the outputs of stacks, a statement with placeholders. Out: the statement with the values, and a digest of them for
//! the ledger. No secret leaves this room.

use std::collections::BTreeMap;

use serde_json::Value;
use sha2::{Digest, Sha256};
use strataform_redshift::escape_literal;
use strataform_sdk::Aws;

use super::deployed::value;
use super::fault::{Fault, REFUSED};
use super::store::sha256;
use crate::assembly::SqlPlaceholder;

/// The outputs of stacks, by stack.
pub(super) type Outputs = BTreeMap<String, BTreeMap<String, String>>;

/// The digest of a file's values, as the ledger records it; `None` if an output does not exist yet.
pub(super) fn values_digest(
    aws: &Aws,
    outputs: &Outputs,
    path: &str,
    placeholders: &[SqlPlaceholder],
) -> Result<Option<String>, Fault> {
    let is_known = |one: &SqlPlaceholder| value(outputs, &one.stack, &one.output).is_some();
    if !placeholders.iter().all(is_known) {
        return Ok(None);
    }
    placeholder_values(aws, outputs, placeholders).map(|values| Some(digest(path, &values)))
}

/// The values of placeholders. A secret leaves this function only as a digest that Redshift accepts as a password.
pub(super) fn placeholder_values(
    aws: &Aws,
    outputs: &Outputs,
    placeholders: &[SqlPlaceholder],
) -> Result<BTreeMap<String, String>, Fault> {
    let mut values = BTreeMap::new();
    for one in placeholders {
        let output = value(outputs, &one.stack, &one.output).ok_or_else(|| {
            Fault::refused(REFUSED, format!("stack {} has no output {}", one.stack, one.output))
        })?;
        let value = match &one.secret_field {
            None => output.to_owned(),
            Some(field) => {
                let secret = aws.secret(output)?;
                let fields: Value = serde_json::from_str(secret.reveal()).unwrap_or_default();
                let value = fields.get(field).and_then(Value::as_str).ok_or_else(|| {
                    Fault::refused(REFUSED, format!("the secret {output} has no field `{field}`"))
                })?;
                hashed(value, output)
            }
        };
        values.insert(one.name.clone(), value);
    }
    Ok(values)
}

/// A password in the hashed form that Redshift accepts: `sha256|digest|salt`, where the digest is of the password
/// followed by the bytes of the salt, which has 64 hexadecimal digits. The salt depends only on the secret's ARN, so
/// that an unchanged password gives the same value. Assumes `password-digest`.
fn hashed(password: &str, secret: &str) -> String {
    let salt = Sha256::digest(secret.as_bytes());
    let digest = Sha256::new().chain_update(password.as_bytes()).chain_update(salt).finalize();
    format!("sha256|{}|{}", hex::encode(digest), hex::encode(salt))
}

/// A statement with the values of its placeholders, which are inside quotes. Values are not expanded again.
pub(super) fn filled(text: &str, values: &BTreeMap<String, String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let (before, placeholder) = rest.split_at(start);
        out.push_str(before);
        let named =
            placeholder[2..].split_once('}').and_then(|(name, after)| Some((values.get(name)?, after)));
        if let Some((value, after)) = named {
            out.push_str(&escape_literal(value));
            rest = after;
        } else {
            out.push_str("${");
            rest = &placeholder[2..];
        }
    }
    out.push_str(rest);
    out
}

/// A digest of a file's path and values; empty without values.
pub(super) fn digest(path: &str, values: &BTreeMap<String, String>) -> String {
    if values.is_empty() {
        return String::new();
    }
    let all: Vec<String> = values.iter().map(|(name, value)| format!("{name}={value}")).collect();
    sha256(format!("{path}\n{}", all.join("\n")).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_sent_as_a_salted_digest() {
        let sent = hashed("Secret1", "arn:aws:secretsmanager:eu-west-1:1:secret:x");
        let parts: Vec<&str> = sent.split('|').collect();
        assert_eq!((parts[0], parts[1].len(), parts[2].len()), ("sha256", 64, 64));
        let salt = (0..64).step_by(2).map(|at| u8::from_str_radix(&parts[2][at..at + 2], 16));
        let bytes: Vec<u8> = b"Secret1".iter().copied().chain(salt.map(Result::unwrap)).collect();
        assert_eq!(parts[1], sha256(&bytes), "the salt's digits are bytes");
        assert!(!sent.contains("Secret1"));
    }

    #[test]
    fn values_are_substituted_and_their_quotes_are_escaped() {
        let values = BTreeMap::from([("Role".to_owned(), "a'b".to_owned())]);
        assert_eq!(filled("GRANT '${Role}' '${Other}'", &values), "GRANT 'a''b' '${Other}'");
        assert_eq!(digest("a.sql", &BTreeMap::new()), "");
        assert_ne!(digest("a.sql", &values), digest("b.sql", &values));
    }
}

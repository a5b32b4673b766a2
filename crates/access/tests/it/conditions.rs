//! Conditions of statements.

use serde_json::{Value, json};

use crate::statements::case;
use crate::table::{check, policy, when};

#[test]
fn conditions_narrow() {
    let get = |condition: Value| policy(&when(&condition));
    let bare = || get(json!({}));
    let account = |list: Value| json!({"StringEquals": {"aws:SourceAccount": list}});
    let not = |list: Value| json!({"StringNotEquals": {"aws:SourceAccount": list}});
    check(&[
        case(
            "a condition is removed",
            (get(account(json!("1"))), bare()),
            &["glue may s3:GetObject on *"],
            &[],
        ),
        case(
            "a condition is added",
            (bare(), get(account(json!("1")))),
            &[],
            &["glue may no longer s3:GetObject on *"],
        ),
        case(
            "a value is added",
            (get(account(json!("1"))), get(account(json!(["1", "2"])))),
            &["glue may s3:GetObject on * if aws:SourceAccount StringEquals 2"],
            &[],
        ),
        case(
            "a value is no longer excluded",
            (get(not(json!(["1", "2"]))), get(not(json!("1")))),
            &["glue may s3:GetObject on * if aws:SourceAccount StringNotEquals 1"],
            &[],
        ),
        case(
            "equal to like",
            (get(account(json!("ab"))), get(json!({"StringLike": {"aws:SourceAccount": "a*"}}))),
            &["glue may s3:GetObject on * if aws:SourceAccount StringLike a*"],
            &[],
        ),
        case(
            "an asterisk that is none",
            (get(account(json!("a*"))), get(account(json!("ab")))),
            &["glue may s3:GetObject on * if aws:SourceAccount StringEquals ab"],
            &["glue may no longer s3:GetObject on * if aws:SourceAccount StringEquals a*"],
        ),
        case(
            "without the key",
            (get(account(json!("1"))), get(json!({"StringEqualsIfExists": {"aws:SourceAccount": "1"}}))),
            &["glue may s3:GetObject on * if aws:SourceAccount StringEqualsIfExists 1"],
            &[],
        ),
        case(
            "without regard to case",
            (get(account(json!("Ab"))), get(json!({"StringEqualsIgnoreCase": {"aws:SourceAccount": "aB"}}))),
            &["glue may s3:GetObject on * if aws:SourceAccount StringEqualsIgnoreCase aB"],
            &[],
        ),
        case(
            "a longer time",
            (
                get(json!({"NumericLessThan": {"aws:MultiFactorAuthAge": 3600}})),
                get(json!({"NumericLessThanEquals": {"aws:MultiFactorAuthAge": "3600"}})),
            ),
            &["glue may s3:GetObject on * if aws:MultiFactorAuthAge NumericLessThanEquals 3600"],
            &[],
        ),
        case(
            "more addresses",
            (
                get(json!({"IpAddress": {"aws:SourceIp": "10.1.0.0/16"}})),
                get(json!({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}})),
            ),
            &["glue may s3:GetObject on * if aws:SourceIp IpAddress 10.0.0.0/8"],
            &[],
        ),
        case(
            "one of two conditions",
            (
                get(json!({"Bool": {"a": "true"}, "StringEquals": {"b": "1"}})),
                get(json!({"Bool": {"a": "true"}})),
            ),
            &["glue may s3:GetObject on * if a Bool true"],
            &[],
        ),
        case(
            "an unknown operator",
            (get(json!({"NewTest": {"a": ["1"]}})), get(json!({"NewTest": {"a": ["1", "2"]}}))),
            &["glue may s3:GetObject on * if a NewTest 1, 2"],
            &["glue may no longer s3:GetObject on * if a NewTest 1"],
        ),
        case(
            "all values",
            (
                get(json!({"ForAllValues:StringEquals": {"a": ["1", "2"]}})),
                get(json!({"ForAllValues:StringEquals": {"a": ["1"]}})),
            ),
            &[],
            &["glue may no longer s3:GetObject on * if a ForAllValues:StringEquals 1, 2"],
        ),
    ]);
}

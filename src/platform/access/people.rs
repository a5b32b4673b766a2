//! Edges of people: queries of the warehouse by the Data API.

use strataform_policy::{Condition, Operator, Statement, action};
use strataform_template::{AnyArn, Value};

use super::{Edge, everything};

/// Runs statements on the warehouse, and reads the results of one's own.
#[must_use]
pub fn query(warehouse: &Value<AnyArn>) -> Edge {
    Edge::new([
        Statement::allow([
            action!("redshift-data:BatchExecuteStatement"),
            action!("redshift-data:DescribeTable"),
            action!("redshift-data:ExecuteStatement"),
            action!("redshift-data:ListDatabases"),
            action!("redshift-data:ListSchemas"),
            action!("redshift-data:ListTables"),
        ])
        .on(warehouse),
        // A statement has no ARN.
        Statement::allow([
            action!("redshift-data:CancelStatement"),
            action!("redshift-data:DescribeStatement"),
            action!("redshift-data:GetStatementResult"),
            action!("redshift-data:ListStatements"),
        ])
        .on(everything())
        .when(Condition::new(
            Operator::StringEquals,
            "redshift-data:statement-owner-iam-userid",
            "${aws:userid}",
        )),
    ])
}

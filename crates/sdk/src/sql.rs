//! The Redshift Data API, the admin secret of a namespace, and AWS Secrets Manager.

use std::fmt;

use aws_sdk_redshiftdata::types::Field;

use crate::{Aws, Fault, Kind, StatementStatus};

/// Where statements are sent, and as which user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warehouse {
    /// Name of the workgroup, or of the cluster.
    pub name: String,
    /// Whether the name is that of a workgroup.
    pub serverless: bool,
    /// The database.
    pub database: String,
    /// The ARN of the secret of the database user; `None` for the caller's identity.
    pub secret: Option<String>,
}

/// Statements to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statement<'a> {
    /// The texts; several run as one transaction.
    pub texts: &'a [String],
    /// Its name in lists of statements.
    pub name: &'a str,
    /// A token that never runs twice.
    pub token: &'a str,
}

/// The state of statements.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatementState {
    /// The status.
    pub status: StatementStatus,
    /// The error message; empty if none failed.
    pub error: String,
    /// The index of the text that failed, if one did.
    pub failed: Option<usize>,
    /// Whether there is a result set.
    pub has_rows: bool,
    /// How many rows were returned or changed; negative if unknown.
    pub rows: i64,
}

/// A value of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// NULL.
    Null,
    /// A Boolean.
    Boolean(bool),
    /// An integer.
    Long(i64),
    /// A floating-point number.
    Double(f64),
    /// Any other value, as text.
    Text(String),
}

/// A page of rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
    /// The token of the next page, if there is one.
    pub next: Option<String>,
}

/// A text that is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a text.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text itself, to send it on.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Aws {
    /// The ARN of the admin secret of a namespace, if Redshift manages it.
    ///
    /// # Errors
    ///
    /// An AWS request fails.
    pub fn admin_secret(&self, namespace: &str) -> Result<Option<String>, Fault> {
        let call = self.serverless.get_namespace().namespace_name(namespace).send();
        let found = self.wait("redshift-serverless:GetNamespace", call)?;
        Ok(found.namespace.and_then(|one| one.admin_password_secret_arn))
    }

    /// The value of a secret.
    ///
    /// # Errors
    ///
    /// An AWS request fails.
    pub fn secret(&self, arn: &str) -> Result<Secret, Fault> {
        let call = self.secrets.get_secret_value().secret_id(arn).send();
        let found = self.wait("secretsmanager:GetSecretValue", call)?;
        Ok(Secret(found.secret_string.unwrap_or_default()))
    }

    /// Starts to run statements; returns an ID.
    ///
    /// # Errors
    ///
    /// AWS rejects the request.
    pub fn run_statements(&self, warehouse: &Warehouse, statement: &Statement<'_>) -> Result<String, Fault> {
        let name = Some(warehouse.name.clone());
        let (workgroup, cluster) = if warehouse.serverless { (name, None) } else { (None, name) };
        let id = if let [one] = statement.texts {
            let call = self
                .data
                .execute_statement()
                .set_workgroup_name(workgroup)
                .set_cluster_identifier(cluster)
                .database(&warehouse.database)
                .set_secret_arn(warehouse.secret.clone())
                .statement_name(statement.name)
                .client_token(statement.token)
                .sql(one);
            self.wait("redshift-data:ExecuteStatement", call.send())?.id
        } else {
            let call = self
                .data
                .batch_execute_statement()
                .set_workgroup_name(workgroup)
                .set_cluster_identifier(cluster)
                .database(&warehouse.database)
                .set_secret_arn(warehouse.secret.clone())
                .statement_name(statement.name)
                .client_token(statement.token)
                .set_sqls(Some(statement.texts.to_vec()));
            self.wait("redshift-data:BatchExecuteStatement", call.send())?.id
        };
        Ok(id.unwrap_or_default())
    }

    /// Describes statements.
    ///
    /// # Errors
    ///
    /// An AWS request fails.
    pub fn statement(&self, id: &str) -> Result<StatementState, Fault> {
        let found =
            self.wait("redshift-data:DescribeStatement", self.data.describe_statement().id(id).send())?;
        let parts = found.sub_statements.unwrap_or_default();
        let failed =
            parts.iter().position(|part| part.error.as_deref().is_some_and(|error| !error.is_empty()));
        Ok(StatementState {
            status: found.status.map(|status| StatementStatus::of(status.as_str())).unwrap_or_default(),
            error: found.error.unwrap_or_default(),
            failed,
            has_rows: found.has_result_set.unwrap_or_default(),
            rows: found.result_rows,
        })
    }

    /// A page of rows of finished statements.
    ///
    /// # Errors
    ///
    /// An AWS request fails.
    pub fn rows(&self, id: &str, next: Option<String>) -> Result<Page, Fault> {
        let call = self.data.get_statement_result().id(id).set_next_token(next).send();
        let found = self.wait("redshift-data:GetStatementResult", call)?;
        let columns = found.column_metadata.unwrap_or_default();
        Ok(Page {
            columns: columns.into_iter().map(|one| one.label.or(one.name).unwrap_or_default()).collect(),
            rows: found.records.into_iter().map(|row| row.into_iter().map(cell).collect()).collect(),
            next: found.next_token.filter(|token| !token.is_empty()),
        })
    }

    /// Cancels statements. Those that have ended stay unchanged.
    ///
    /// # Errors
    ///
    /// AWS rejects the request.
    pub fn cancel_statement(&self, id: &str) -> Result<(), Fault> {
        match self.wait("redshift-data:CancelStatement", self.data.cancel_statement().id(id).send()) {
            Err(fault) if fault.kind != Kind::Missing && fault.code != "ValidationException" => Err(fault),
            _ => Ok(()),
        }
    }
}

fn cell(field: Field) -> Cell {
    match field {
        Field::BooleanValue(value) => Cell::Boolean(value),
        Field::LongValue(value) => Cell::Long(value),
        Field::DoubleValue(value) => Cell::Double(value),
        Field::StringValue(value) => Cell::Text(value),
        Field::BlobValue(value) => Cell::Text(hex::encode(value.into_inner())),
        _ => Cell::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_printed() {
        let secret = Secret::new("p4ssw0rd".to_owned());
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        assert_eq!(secret.reveal(), "p4ssw0rd");
    }
}

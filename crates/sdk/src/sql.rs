//! Statements: the Redshift Data API, the admin's secret, and secrets.

use std::fmt;

use aws_sdk_redshiftdata::types::Field;

use crate::{Aws, Fault, Kind, StatementStatus};

/// Whom statements are sent to, and as whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warehouse {
    /// The workgroup, or the cluster.
    pub name: String,
    /// Whether it is a workgroup.
    pub serverless: bool,
    /// The database.
    pub database: String,
    /// The ARN of the secret of the user as whom they run; that of the caller's identity where there is none.
    pub secret: Option<String>,
}

/// Statements to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statement<'a> {
    /// The texts: more than one are one transaction.
    pub texts: &'a [String],
    /// What it is called in lists.
    pub name: &'a str,
    /// The same token never runs twice.
    pub token: &'a str,
}

/// How far statements are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatementState {
    /// How far.
    pub status: StatementStatus,
    /// Why it failed; empty where it did not.
    pub error: String,
    /// The position of the statement that failed among the texts, where one did.
    pub failed: Option<usize>,
    /// Whether it has rows to give.
    pub has_rows: bool,
    /// How many rows it gave or changed; less than zero where it is not known.
    pub rows: i64,
}

/// A value of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// None.
    Null,
    /// Truth.
    Boolean(bool),
    /// A whole number.
    Long(i64),
    /// A number.
    Double(f64),
    /// Everything else, as text.
    Text(String),
}

/// Rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
    /// Where more rows are.
    pub next: Option<String>,
}

/// A text that is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Hides a text.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text itself, for whoever sends it on.
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
    /// The ARN of the secret of a namespace's admin, where the warehouse manages it.
    ///
    /// # Errors
    ///
    /// AWS does not tell.
    pub fn admin_secret(&self, namespace: &str) -> Result<Option<String>, Fault> {
        let call = self.serverless.get_namespace().namespace_name(namespace).send();
        let found = self.wait("redshift-serverless:GetNamespace", call)?;
        Ok(found.namespace.and_then(|one| one.admin_password_secret_arn))
    }

    /// What a secret holds.
    ///
    /// # Errors
    ///
    /// AWS does not tell.
    pub fn secret(&self, arn: &str) -> Result<Secret, Fault> {
        let call = self.secrets.get_secret_value().secret_id(arn).send();
        let found = self.wait("secretsmanager:GetSecretValue", call)?;
        Ok(Secret(found.secret_string.unwrap_or_default()))
    }

    /// Begins to run statements; gives an id.
    ///
    /// # Errors
    ///
    /// AWS refuses it.
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

    /// How far statements are.
    ///
    /// # Errors
    ///
    /// AWS does not tell.
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

    /// Rows of statements that are finished.
    ///
    /// # Errors
    ///
    /// AWS does not tell.
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

    /// Ends statements that run. Those that ended before stay as they are.
    ///
    /// # Errors
    ///
    /// AWS refuses it.
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
    fn a_secret_is_not_shown() {
        let secret = Secret::new("p4ssw0rd".to_owned());
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        assert_eq!(secret.reveal(), "p4ssw0rd");
    }
}

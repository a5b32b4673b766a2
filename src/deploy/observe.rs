//! [`observe`]: reads what is deployed, and changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use strataform_redshift::ast::{Ident, StatementKind};
use strataform_sdk::{Aws, Stack, StackStatus};

use super::catalog::Catalog;
use super::fault::{Fault, SERVICE};
use super::ledger::{Head, Verdict};
use super::placeholder::values_digest;
use super::store::Store;
use super::warehouse;
use crate::assembly::{Assembly, Manifest, ManifestSql, Outline, SqlKind, layout};
use crate::migration::sql::Applied;
use crate::migration::table::Columns;

/// What is deployed in an environment.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    /// The account.
    pub account: String,
    /// The newest versions.
    pub head: Option<Head>,
    /// The stacks and files of the deployed version, whichever `gen` version deployed it.
    pub outline: Option<Outline>,
    /// The stacks, by their name within platform and environment.
    pub stacks: BTreeMap<String, ObservedStack>,
    /// The SQL files that were applied, oldest first.
    pub applied: Vec<Applied>,
    /// The columns of tables.
    pub columns: Columns,
    /// The objects of the warehouse; `None` if it was not asked, because nothing was applied.
    pub catalog: Option<Catalog>,
    /// The texts of applied files, by checksum.
    pub texts: BTreeMap<String, String>,
}

/// A stack as it is.
#[derive(Clone, Debug, Default)]
pub struct ObservedStack {
    /// The stack, as `CloudFormation` describes it.
    pub stack: Stack,
    /// Its template, if it has been read.
    pub template: Option<Value>,
}

/// What a deployment can do with a stack, by its status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StackState {
    /// It does not exist, and can be created.
    Absent,
    /// Only a change set exists that was never executed; the stack can be created.
    ReviewInProgress,
    /// Its creation or deletion failed: the remains must be deleted before it can be created.
    Leftover(StackStatus),
    /// It exists, and no operation is in progress: it can be updated.
    Stable,
    /// An operation is in progress, and must end first.
    InProgress(StackStatus),
    /// An update failed, and so did its rollback, which can be continued.
    UpdateRollbackFailed,
    /// Nothing, until the stack is repaired manually. An unknown status counts as one of these, unless its name ends in
    /// `_IN_PROGRESS`.
    Unrecoverable(StackStatus),
}

impl StackState {
    /// Whether the stack can be updated, now or after the operation in progress.
    #[must_use]
    pub fn can_update(&self) -> bool {
        match self {
            Self::Stable | Self::InProgress(_) | Self::UpdateRollbackFailed => true,
            Self::Absent | Self::ReviewInProgress | Self::Leftover(_) | Self::Unrecoverable(_) => false,
        }
    }

    /// What must be done before anything else.
    #[must_use]
    pub fn first(&self) -> Option<String> {
        match self {
            Self::Leftover(status) => {
                Some(format!("{status}: its creation or deletion failed; its remains are deleted first"))
            }
            Self::InProgress(status) => Some(format!("{status}: gen waits for that first")),
            Self::UpdateRollbackFailed => {
                Some("UPDATE_ROLLBACK_FAILED: its rollback is completed first".to_owned())
            }
            Self::Absent | Self::ReviewInProgress | Self::Stable | Self::Unrecoverable(_) => None,
        }
    }

    /// What a status means.
    #[must_use]
    pub fn of(status: &StackStatus) -> Self {
        match status {
            StackStatus::DeleteComplete => Self::Absent,
            StackStatus::ReviewInProgress => Self::ReviewInProgress,
            StackStatus::RollbackComplete | StackStatus::RollbackFailed | StackStatus::DeleteFailed => {
                Self::Leftover(status.clone())
            }
            StackStatus::UpdateRollbackFailed => Self::UpdateRollbackFailed,
            StackStatus::CreateComplete
            | StackStatus::UpdateComplete
            | StackStatus::UpdateRollbackComplete
            | StackStatus::ImportComplete
            | StackStatus::ImportRollbackComplete => Self::Stable,
            StackStatus::CreateInProgress
            | StackStatus::RollbackInProgress
            | StackStatus::DeleteInProgress
            | StackStatus::UpdateInProgress
            | StackStatus::UpdateCompleteCleanupInProgress
            | StackStatus::UpdateRollbackInProgress
            | StackStatus::UpdateRollbackCompleteCleanupInProgress
            | StackStatus::ImportInProgress
            | StackStatus::ImportRollbackInProgress => Self::InProgress(status.clone()),
            StackStatus::CreateFailed | StackStatus::UpdateFailed | StackStatus::ImportRollbackFailed => {
                Self::Unrecoverable(status.clone())
            }
            StackStatus::Other(_) if status.is_in_progress() => Self::InProgress(status.clone()),
            StackStatus::Other(_) => Self::Unrecoverable(status.clone()),
        }
    }
}

impl ObservedStack {
    /// What can be done with it.
    #[must_use]
    pub fn state(&self) -> StackState {
        StackState::of(&self.stack.status)
    }
}

impl Observed {
    /// Whether the assembly is the last one deployed, and no stack changed since.
    #[must_use]
    pub fn is_current(&self, manifest: &Manifest) -> bool {
        let Some(head) = &self.head else { return false };
        let deployed = head.deployed.as_ref().filter(|one| one.number == head.last.number);
        let Some(record) =
            deployed.filter(|one| one.assembly == manifest.hash && one.result == Verdict::Succeeded)
        else {
            return false;
        };
        let as_left = |one: &super::StackRecord| {
            self.stacks.get(&one.name).is_some_and(|there| {
                there.stack.id == one.id
                    && there.stack.changed == one.changed
                    && there.state() == StackState::Stable
                    && there.stack.protected == manifest.protected
            })
        };
        record.stacks.len() == self.stacks.len() && record.stacks.iter().all(as_left)
    }
}

/// Reads the versions and the stacks: two requests if there are few stacks.
///
/// # Errors
///
/// An AWS request fails.
pub fn observe(
    aws: &Aws,
    store: &Store<'_>,
    account: &str,
    platform: &str,
    environment: &str,
) -> Result<Observed, Fault> {
    let head = store.head()?;
    let prefix = format!("{platform}-{environment}-");
    let ours = |stack: &Stack| {
        let tag = |key: &str| stack.tags.get(key).map(String::as_str);
        let tagged = tag("strataform:platform") == Some(platform)
            && tag("strataform:environment") == Some(environment);
        // A stack in review has no tags yet.
        tagged || (stack.status == StackStatus::ReviewInProgress && stack.name.starts_with(&prefix))
    };
    let stacks = aws.stacks()?.into_iter();
    let stacks = stacks.filter(|stack| stack.status != StackStatus::DeleteComplete && ours(stack));
    let stacks = stacks.filter_map(|stack| {
        let name = stack.name.strip_prefix(&prefix)?.to_owned();
        Some((name, ObservedStack { stack, template: None }))
    });
    Ok(Observed { account: account.to_owned(), head, stacks: stacks.collect(), ..Observed::default() })
}

impl Observed {
    /// Reads what only a plan needs: templates, and the state of the warehouse.
    ///
    /// # Errors
    ///
    /// An AWS request fails.
    pub fn observe_details(
        &mut self,
        aws: &Aws,
        store: &Store<'_>,
        wanted: Option<&Assembly>,
    ) -> Result<(), Fault> {
        if let Some(record) = self.head.as_ref().and_then(Head::assembled) {
            self.outline = store.outline(&record.assembly)?;
        }
        self.templates(aws)?;
        wanted.map_or(Ok(()), |wanted| self.observe_warehouse(aws, store, wanted))
    }

    /// Reads the warehouse: the applied files, its objects and their columns, and the values that its statements use now.
    ///
    /// # Errors
    ///
    /// An AWS request fails.
    pub fn observe_warehouse(
        &mut self,
        aws: &Aws,
        store: &Store<'_>,
        wanted: &Assembly,
    ) -> Result<(), Fault> {
        let Some(warehouse) = warehouse::connection(aws, &wanted.manifest, &self.outputs())? else {
            return Ok(());
        };
        let stacks: BTreeSet<&str> =
            wanted.manifest.warehouse.all().into_iter().map(|one| one.stack.as_str()).collect();
        let ready = |name| {
            let state = self.stacks.get(name).map(ObservedStack::state);
            state.is_some_and(|state| !matches!(state, StackState::Absent | StackState::ReviewInProgress))
        };
        if !stacks.into_iter().all(ready) {
            return Ok(());
        }
        self.applied = warehouse::applied(aws, &warehouse)?;
        if self.applied.is_empty() {
            return Ok(());
        }
        self.columns = warehouse::columns(aws, &warehouse, &table_schemas(wanted))?;
        self.catalog = Some(warehouse::catalog(aws, &warehouse)?);
        self.outdated_values(aws, wanted)?;
        self.old_texts(store, wanted)
    }

    /// Marks the applied files whose values are others now.
    fn outdated_values(&mut self, aws: &Aws, wanted: &Assembly) -> Result<(), Fault> {
        let outputs = self.outputs();
        for file in wanted.manifest.sql.iter().filter(|file| !file.placeholders.is_empty()) {
            let Some(now) = values_digest(aws, &outputs, &file.path, &file.placeholders)? else {
                continue;
            };
            if let Some(newest) = self.applied.iter_mut().rev().find(|one| one.path == file.path) {
                newest.is_outdated = newest.values != now;
            }
        }
        Ok(())
    }

    /// The version that ended since another look, if one did. It need not have changed a stack: SQL is not in one.
    pub(super) fn ended_since(&self, then: &Self) -> Option<String> {
        let last = &self.head.as_ref()?.last;
        let is_same = then.head.as_ref().is_some_and(|head| head.last.token == last.token);
        (!is_same).then(|| format!("version {} ended", last.number))
    }

    /// The outputs of all stacks, by stack.
    #[must_use]
    pub fn outputs(&self) -> BTreeMap<String, BTreeMap<String, String>> {
        self.stacks.iter().map(|(name, one)| (name.clone(), one.stack.outputs.clone())).collect()
    }

    fn templates(&mut self, aws: &Aws) -> Result<(), Fault> {
        let there: Vec<(String, String)> = self
            .stacks
            .iter()
            .filter(|(_, one)| !matches!(one.state(), StackState::Absent | StackState::ReviewInProgress))
            .map(|(name, one)| (name.clone(), one.stack.id.clone()))
            .collect();
        let found: Vec<Result<(String, Value), Fault>> = std::thread::scope(|scope| {
            let asked: Vec<_> = there
                .iter()
                .map(|(name, id)| {
                    scope.spawn(move || {
                        let text = aws.template(id)?;
                        let template = serde_json::from_str(&text).map_err(|error| {
                            Fault::failed(SERVICE, format!("the template of {name} is not JSON"))
                                .because(error.to_string())
                        })?;
                        Ok((name.clone(), template))
                    })
                })
                .collect();
            asked
                .into_iter()
                .map(|one| {
                    one.join().unwrap_or_else(|_| Err(Fault::failed(SERVICE, "a thread of gen panicked")))
                })
                .collect()
        });
        for one in found {
            let (name, template) = one?;
            if let Some(stack) = self.stacks.get_mut(&name) {
                stack.template = Some(template);
            }
        }
        Ok(())
    }

    /// Reads the texts of files that changed since they were applied, or that the assembly no longer has.
    fn old_texts(&mut self, store: &Store<'_>, wanted: &Assembly) -> Result<(), Fault> {
        let now: BTreeMap<&str, &str> =
            wanted.manifest.files.iter().map(|file| (file.path.as_str(), file.sha256.as_str())).collect();
        let newest: BTreeMap<&str, &Applied> =
            self.applied.iter().map(|one| (one.path.as_str(), one)).collect();
        let changed: BTreeSet<String> = newest
            .values()
            .filter(|one| layout::migration_number(&one.path).is_none())
            .filter(|one| now.get(one.path.as_str()).is_none_or(|hash| *hash != one.checksum))
            .map(|one| one.checksum.clone())
            .collect();
        for hash in changed {
            if let Some(bytes) = store.file(&hash)? {
                self.texts.insert(hash, String::from_utf8_lossy(&bytes).into_owned());
            }
        }
        Ok(())
    }
}

/// The schemas of the tables of datasets.
fn table_schemas(wanted: &Assembly) -> BTreeSet<String> {
    let mut schemas = BTreeSet::new();
    let tables = |file: &&ManifestSql| matches!(file.kind, SqlKind::Table | SqlKind::Staging);
    for file in wanted.manifest.sql.iter().filter(tables) {
        let text =
            wanted.files.get(&file.path).map(|bytes| String::from_utf8_lossy(bytes)).unwrap_or_default();
        for statement in strataform_redshift::parse(&text).statements {
            if let StatementKind::CreateTable(table) = &statement.kind {
                schemas.extend(table.name.schema().map(Ident::folded));
            }
        }
    }
    schemas
}

//! [`Draft`]: the assembly to write.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    BucketOutputs, DatasetResources, Error, FileKind, MANIFEST, ManifestCost, ManifestMigration,
    ManifestOverride, ManifestPolicy, PathFault, SqlKind, WarehouseOutputs,
};
use crate::model::{Declarations, Origin, Slug, Stage};

/// The assembly to write: the files of one platform in one environment, and how they belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The platform.
    pub platform: Slug,
    /// The environment.
    pub environment: Slug,
    /// The account ID, twelve digits; `None` allows any account.
    pub account: Option<String>,
    /// `eu-west-1`
    pub region: String,
    /// Whether the environment is protected: stacks have termination protection, and resources that store data are
    /// retained.
    pub protected: bool,
    /// The stacks, in deployment order.
    pub stacks: Vec<StackDraft>,
    /// All files, including the templates, in any order.
    pub files: Vec<File>,
    /// The SQL files, in execution order.
    pub sql: Vec<SqlFile>,
    /// The warehouse.
    pub warehouse: WarehouseOutputs,
    /// The buckets.
    pub buckets: BucketOutputs,
    /// The resources of each dataset, in the order of the platform file.
    pub datasets: Vec<DatasetResources>,
    /// What the platform file declares for the environment.
    pub declared: Declarations,
    /// What the environment costs in a mean month, at list prices.
    pub costs: Vec<ManifestCost>,
    /// The migrations of the warehouse's tables, in order.
    pub migrations: Vec<ManifestMigration>,
    /// What the platform file sets about rules.
    pub policy: ManifestPolicy,
}

/// A stack, and the sources of its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackDraft {
    /// The name within platform and environment: `ingestion-2`.
    pub name: String,
    /// The stage.
    pub stage: Stage,
    /// The path of the template.
    pub template_path: String,
    /// Parameters that are read from outputs of stacks that are deployed before.
    pub inputs: Vec<ParameterInput>,
    /// Parameters that are set to the key of an uploaded file.
    pub assets: Vec<ParameterAsset>,
    /// Parameters whose value is known.
    pub literals: Vec<ParameterLiteral>,
    /// The section of the platform file that each resource was generated for, by logical ID.
    pub origins: BTreeMap<String, Origin>,
    /// The properties that the platform file overrides.
    pub overrides: Vec<ManifestOverride>,
}

/// A parameter that is read from another stack's output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParameterInput {
    /// The parameter.
    pub parameter: String,
    /// The stack with the output.
    pub stack: String,
    /// The name of the output.
    pub output: String,
}

/// A parameter that is set to the key of an uploaded file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParameterAsset {
    /// The parameter.
    pub parameter: String,
    /// The path of the file in the assembly: `processing/jobs/orders.py`.
    pub path: String,
}

/// A parameter whose value is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParameterLiteral {
    /// The parameter.
    pub parameter: String,
    /// The value.
    pub value: String,
}

/// A file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// The path in the assembly: relative, with `/` as separator. [`layout`](super::layout) creates it.
    pub path: String,
    /// The kind.
    pub kind: FileKind,
    /// The contents.
    pub bytes: Vec<u8>,
}

/// A SQL file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SqlFile {
    /// The path in the assembly.
    pub path: String,
    /// The kind: what it creates.
    pub kind: SqlKind,
    /// For a hand-written file: its file name, `churn.sql`.
    pub source: Option<String>,
    /// The section of the platform file that it was generated for; `None` for a hand-written file.
    pub origin: Option<Origin>,
    /// The placeholders that are replaced by values of the deployment when it runs, in order.
    pub placeholders: Vec<SqlPlaceholder>,
}

/// A placeholder of a SQL file: `${CopyRole}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SqlPlaceholder {
    /// The text between `${` and `}`.
    pub name: String,
    /// The stack with the output.
    pub stack: String,
    /// The name of the output.
    pub output: String,
    /// If the output is the ARN of a secret: the field of the secret's JSON.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub secret_field: Option<String>,
}

impl Draft {
    /// Returns the file with a path.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Returns the stacks of a stage with the bytes of their templates, in deployment order.
    pub fn templates(&self, stage: Stage) -> impl Iterator<Item = (&StackDraft, &[u8])> {
        let stacks = self.stacks.iter().filter(move |stack| stack.stage == stage);
        stacks.filter_map(|stack| Some((stack, self.file(&stack.template_path)?.bytes.as_slice())))
    }

    /// The files by path.
    ///
    /// # Errors
    /// Fails for an invalid path, colliding paths, or a reference to a file or stack that does not exist.
    pub(super) fn checked(&self) -> Result<BTreeMap<&str, &File>, Error> {
        let mut files = BTreeMap::new();
        let mut folded: BTreeMap<String, &str> = BTreeMap::new();
        for file in &self.files {
            check_path(&file.path).map_err(|fault| Error::Path { path: file.path.clone(), fault })?;
            if let Some(first) = folded.insert(file.path.to_lowercase(), &file.path) {
                return Err(Error::Collision { first: first.to_owned(), second: file.path.clone() });
            }
            files.insert(file.path.as_str(), file);
        }
        for (path, original) in &folded {
            let mut folders = path.match_indices('/').filter_map(|(end, _)| path.get(..end));
            if let Some(first) = folders.find_map(|folder| folded.get(folder)) {
                return Err(Error::Collision { first: (*first).to_owned(), second: (*original).to_owned() });
            }
        }
        self.check_references(&files)?;
        Ok(files)
    }

    fn check_references(&self, files: &BTreeMap<&str, &File>) -> Result<(), Error> {
        let fault = |fault: String| Err(Error::Draft { fault });
        let mut before: Vec<&str> = Vec::new();
        for stack in &self.stacks {
            let name = &stack.name;
            if before.contains(&name.as_str()) {
                return fault(format!("duplicate stack {name:?}"));
            }
            let assets = stack.assets.iter().map(|asset| &asset.path);
            for path in assets.chain([&stack.template_path]) {
                if !files.contains_key(path.as_str()) {
                    return fault(format!("stack {name:?} requires the file {path:?}, which is missing"));
                }
            }
            for input in &stack.inputs {
                if !before.contains(&input.stack.as_str()) {
                    let other = &input.stack;
                    return fault(format!("stack {name:?} requires {other:?}, which is not deployed before"));
                }
            }
            before.push(name);
        }
        if let Some(one) = self
            .warehouse
            .all()
            .into_iter()
            .chain(self.buckets.all())
            .find(|one| !before.contains(&one.stack.as_str()))
        {
            return fault(format!("unknown stack {:?} for the output {:?}", one.stack, one.output));
        }
        let migration = self.migrations.iter().find(|one| !files.contains_key(one.path.as_str()));
        if let Some(one) = migration {
            return fault(format!("missing migration {:?}", one.path));
        }
        match self.sql.iter().find(|sql| !files.contains_key(sql.path.as_str())) {
            Some(sql) => fault(format!("missing SQL file {:?}", sql.path)),
            None => Ok(()),
        }
    }
}

/// Checks that a file of an assembly can have this path on every file system.
pub(super) fn check_path(path: &str) -> Result<(), PathFault> {
    if path.eq_ignore_ascii_case(MANIFEST) {
        return Err(PathFault::Reserved);
    }
    if path.starts_with('/') {
        return Err(PathFault::Leaves);
    }
    for part in path.split('/') {
        if part.is_empty() {
            return Err(PathFault::Empty);
        }
        if part == "." || part == ".." {
            return Err(PathFault::Leaves);
        }
        if part.len() > 200 {
            return Err(PathFault::Long);
        }
        if part.contains(|c: char| c.is_control() || "\\:*?\"<>|".contains(c)) {
            return Err(PathFault::Character);
        }
        if part.ends_with(['.', ' ']) {
            return Err(PathFault::Ending);
        }
    }
    Ok(())
}

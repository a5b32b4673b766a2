//! [`Draft`]: what is to be written.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    BucketOutputs, DatasetResources, Error, FileKind, MANIFEST, ManifestOverride, PathFault, SqlKind,
    WarehouseOutputs,
};
use crate::model::{Origin, Slug, Stage};

/// What is to be written: the files of one platform in one environment, and how they belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The platform.
    pub platform: Slug,
    /// The environment.
    pub environment: Slug,
    /// Twelve digits; any account may take it where it is `None`.
    pub account: Option<String>,
    /// `eu-west-1`
    pub region: String,
    /// Whether nobody may remove it in passing: what stores data is kept, and the manifest says it.
    pub protected: bool,
    /// The stacks, in the order in which they are deployed.
    pub stacks: Vec<StackDraft>,
    /// All files, the templates among them, in any order.
    pub files: Vec<File>,
    /// The SQL files, in the order in which they run.
    pub sql: Vec<SqlFile>,
    /// The warehouse.
    pub warehouse: WarehouseOutputs,
    /// The buckets.
    pub buckets: BucketOutputs,
    /// What each dataset has, in the order of the file.
    pub datasets: Vec<DatasetResources>,
}

/// A stack, and where its parameters come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackDraft {
    /// Its name within platform and environment: `ingestion-2`.
    pub name: String,
    /// Its stage.
    pub stage: Stage,
    /// The file of its template.
    pub template_path: String,
    /// Parameters that are read from outputs of stacks deployed before.
    pub inputs: Vec<ParameterInput>,
    /// Parameters that take the key of an uploaded file.
    pub assets: Vec<ParameterAsset>,
    /// Parameters whose value is known.
    pub literals: Vec<ParameterLiteral>,
    /// The section of the platform file that each resource was made for, by logical id.
    pub origins: BTreeMap<String, Origin>,
    /// The properties that the platform file sets directly.
    pub overrides: Vec<ManifestOverride>,
}

/// A parameter that is read from another stack's output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParameterInput {
    /// The parameter.
    pub parameter: String,
    /// The stack that has the value.
    pub stack: String,
    /// Its output.
    pub output: String,
}

/// A parameter that takes the key of an uploaded file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParameterAsset {
    /// The parameter.
    pub parameter: String,
    /// The file, by its path in the assembly: `processing/jobs/orders.py`.
    pub path: String,
}

/// A parameter whose value is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParameterLiteral {
    /// The parameter.
    pub parameter: String,
    /// Its value.
    pub value: String,
}

/// A file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its path in the assembly: relative, parts divided by `/`. [`layout`](super::layout) makes it.
    pub path: String,
    /// What it is.
    pub kind: FileKind,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// A file of SQL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SqlFile {
    /// Its path in the assembly.
    pub path: String,
    /// What it makes.
    pub kind: SqlKind,
    /// Where a team wrote it by hand: the name of its file, `churn.sql`.
    pub source: Option<String>,
    /// The section of the platform file that it was made for; `None` where a team wrote it by hand.
    pub origin: Option<Origin>,
    /// What is replaced by values of the deployment when it runs, in order.
    pub placeholders: Vec<SqlPlaceholder>,
}

/// A placeholder of a file of SQL: `${CopyRole}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SqlPlaceholder {
    /// What stands between `${` and `}`.
    pub name: String,
    /// The stack that has the value.
    pub stack: String,
    /// Its output.
    pub output: String,
    /// Where the output is the ARN of a secret: the field of the secret's JSON.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub secret_field: Option<String>,
}

impl Draft {
    /// Returns the file of that path.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Returns the stacks of a stage with the bytes of their templates, in the order of deployment.
    pub fn templates(&self, stage: Stage) -> impl Iterator<Item = (&StackDraft, &[u8])> {
        let stacks = self.stacks.iter().filter(move |stack| stack.stage == stage);
        stacks.filter_map(|stack| Some((stack, self.file(&stack.template_path)?.bytes.as_slice())))
    }

    /// The files by path.
    ///
    /// # Errors
    /// A path that is refused, two that collide, or a stack that names what is not there.
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
                return fault(format!("two stacks are called {name:?}"));
            }
            let assets = stack.assets.iter().map(|asset| &asset.path);
            for path in assets.chain([&stack.template_path]) {
                if !files.contains_key(path.as_str()) {
                    return fault(format!("stack {name:?} needs the file {path:?}, which is not there"));
                }
            }
            for input in &stack.inputs {
                if !before.contains(&input.stack.as_str()) {
                    let other = &input.stack;
                    return fault(format!("stack {name:?} needs {other:?}, which is not deployed before it"));
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
            return fault(format!("there is no stack {:?} with the output {:?}", one.stack, one.output));
        }
        match self.sql.iter().find(|sql| !files.contains_key(sql.path.as_str())) {
            Some(sql) => fault(format!("the SQL file {:?} is not there", sql.path)),
            None => Ok(()),
        }
    }
}

/// Whether a file of an assembly may have this path, on every file system.
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

//! [`Manifest`]: what an assembly holds and how it is deployed, as `manifest.json`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::hash::sha256;

use super::{Draft, Error, SqlPlaceholder, StackDraft};

/// The name of the manifest's file.
pub const MANIFEST: &str = "manifest.json";

/// The version of the manifest's form; a greater one is refused.
pub const SCHEMA_VERSION: u32 = 1;

/// What an assembly holds and how it is deployed. The order of the keys is the order of the fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of this form.
    pub schema_version: u32,
    /// What wrote it.
    pub tool: Tool,
    /// The platform.
    pub platform: String,
    /// The environment.
    pub environment: String,
    /// Twelve digits; any account may take it where it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// `eu-west-1`
    pub region: String,
    /// Whether nobody may remove it in passing; absent where it is not so.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub protected: bool,
    /// SHA-256 of this manifest with an empty `hash`, as JSON without white space.
    pub hash: String,
    /// The stacks, in the order in which they are deployed.
    pub stacks: Vec<ManifestStack>,
    /// The SQL files, in the order in which they run.
    pub sql: Vec<ManifestSql>,
    /// All files but this one, by path.
    pub files: Vec<ManifestFile>,
}

/// What wrote a manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tool {
    /// `strataform`
    pub name: String,
    /// Its version.
    pub version: String,
}

/// A stack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestStack {
    /// Its name within platform and environment.
    pub name: String,
    /// Its stage.
    pub stage: String,
    /// The file of its template.
    pub template: String,
    /// Its parameters, in the order in which they were asked for.
    pub parameters: Vec<Parameter>,
}

/// A parameter of a stack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameter {
    /// What it is called.
    pub name: String,
    /// Where its value comes from.
    #[serde(flatten)]
    pub source: ValueSource,
}

/// Where the value of a parameter comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "kebab-case")]
pub enum ValueSource {
    /// The output of a stack that is deployed before.
    StackOutput {
        /// The stack.
        stack: String,
        /// Its output.
        output: String,
    },
    /// The key of an uploaded file.
    Asset {
        /// The file.
        path: String,
        /// The object's key: `assets/<sha-256>/<file name>`.
        key: String,
    },
    /// A value that is known.
    Literal {
        /// The value.
        value: String,
    },
}

/// A file of SQL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestSql {
    /// Its path.
    pub path: String,
    /// What is replaced by values of the deployment when it runs.
    pub placeholders: Vec<SqlPlaceholder>,
}

/// A file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestFile {
    /// Its path.
    pub path: String,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
    /// Bytes.
    pub size: u64,
}

impl Manifest {
    /// The manifest of a draft whose files are these.
    pub(super) fn of(draft: &Draft, files: &BTreeMap<&str, &[u8]>) -> Result<Self, Error> {
        let files: Vec<ManifestFile> = files
            .iter()
            .map(|(path, bytes)| ManifestFile {
                path: (*path).to_owned(),
                sha256: sha256(bytes),
                size: bytes.len() as u64,
            })
            .collect();
        let hashes: BTreeMap<&str, &str> =
            files.iter().map(|file| (file.path.as_str(), file.sha256.as_str())).collect();
        let sql = draft.sql.iter();
        let mut manifest = Self {
            schema_version: SCHEMA_VERSION,
            tool: Tool { name: "strataform".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
            platform: draft.platform.to_string(),
            environment: draft.environment.to_string(),
            account: draft.account.clone(),
            region: draft.region.clone(),
            protected: draft.protected,
            hash: String::new(),
            stacks: draft.stacks.iter().map(|stack| manifest_stack(stack, &hashes)).collect(),
            sql: sql
                .map(|one| ManifestSql { path: one.path.clone(), placeholders: one.placeholders.clone() })
                .collect(),
            files,
        };
        manifest.hash = manifest.own_hash()?;
        Ok(manifest)
    }

    /// What `hash` must be.
    pub(super) fn own_hash(&self) -> Result<String, Error> {
        let unhashed = Self { hash: String::new(), ..self.clone() };
        Ok(sha256(&serde_json::to_vec(&unhashed).map_err(|fault| unwritable(&fault))?))
    }

    /// The bytes of `manifest.json`.
    pub(super) fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        let mut bytes = serde_json::to_vec_pretty(self).map_err(|fault| unwritable(&fault))?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}

fn unwritable(fault: &serde_json::Error) -> Error {
    Error::Draft { fault: format!("the manifest cannot be written as JSON: {fault}") }
}

fn manifest_stack(stack: &StackDraft, hashes: &BTreeMap<&str, &str>) -> ManifestStack {
    let outputs = stack.inputs.iter().map(|input| Parameter {
        name: input.parameter.clone(),
        source: ValueSource::StackOutput { stack: input.stack.clone(), output: input.output.clone() },
    });
    let assets = stack.assets.iter().map(|asset| Parameter {
        name: asset.parameter.clone(),
        source: ValueSource::Asset {
            path: asset.path.clone(),
            key: asset_key(&asset.path, hashes.get(asset.path.as_str()).copied().unwrap_or_default()),
        },
    });
    let literals = stack.literals.iter().map(|literal| Parameter {
        name: literal.parameter.clone(),
        source: ValueSource::Literal { value: literal.value.clone() },
    });
    ManifestStack {
        name: stack.name.clone(),
        stage: stack.stage.to_string(),
        template: stack.template_path.clone(),
        parameters: outputs.chain(assets).chain(literals).collect(),
    }
}

/// Where a file is uploaded to: its name changes with its content, so an old template finds the old file.
fn asset_key(path: &str, hash: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    format!("assets/{hash}/{name}")
}

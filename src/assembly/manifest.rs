//! [`Manifest`]: the contents of an assembly, and how it is deployed, as `manifest.json`.
//!
//! `manifest.schema.json` in this folder documents the format. A test keeps it consistent with these types: both reject
//! the same manifests.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{
    BucketOutputs, DatasetResources, Draft, Error, File, FileKind, FormatFault, ManifestCost, ManifestPolicy,
    SqlFile, SqlKind, SqlPlaceholder, StackDraft, WarehouseOutputs, format, layout,
};
use crate::hash::sha256;
use crate::model::{Declarations, Origin, OriginFault, Stage};

/// The file name of the manifest.
pub const MANIFEST: &str = "manifest.json";

/// The JSON Schema of the manifest.
pub const SCHEMA: &str = include_str!("manifest.schema.json");

/// The contents of an assembly, and how it is deployed. Keys are in the order of the fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The version of the format: [`FORMAT`](super::FORMAT).
    pub format: u32,
    /// The tool that wrote it.
    pub tool: Tool,
    /// The platform.
    pub platform: String,
    /// The environment.
    pub environment: String,
    /// The account ID, twelve digits; absent allows any account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// `eu-west-1`
    pub region: String,
    /// Whether the environment is protected; absent if not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub protected: bool,
    /// SHA-256 of this manifest with an empty `hash`, as compact JSON.
    pub hash: String,
    /// The stacks, in deployment order.
    pub stacks: Vec<ManifestStack>,
    /// The SQL files, in execution order.
    pub sql: Vec<ManifestSql>,
    /// The warehouse.
    pub warehouse: WarehouseOutputs,
    /// The buckets.
    pub buckets: BucketOutputs,
    /// The resources of each dataset, in the order of the platform file.
    pub datasets: Vec<DatasetResources>,
    /// What the platform file declares for the environment: the text of each key, by section and key; absent in format 2.
    #[serde(default, skip_serializing_if = "Declarations::is_empty")]
    pub declared: Declarations,
    /// What the environment costs in a mean month, at list prices; absent in format 2.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub costs: Vec<ManifestCost>,
    /// The migrations of the warehouse's tables, in order; absent if there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub migrations: Vec<ManifestMigration>,
    /// What the platform file sets about rules; absent if it sets nothing.
    #[serde(default, skip_serializing_if = "ManifestPolicy::is_empty")]
    pub policy: ManifestPolicy,
    /// All files except the manifest, by path.
    pub files: Vec<ManifestFile>,
}

/// The tool that wrote a manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// `strataform`
    pub name: String,
    /// The version.
    pub version: String,
}

/// A stack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestStack {
    /// The name within platform and environment.
    pub name: String,
    /// The stage.
    #[serde(serialize_with = "write_stage", deserialize_with = "read_stage")]
    pub stage: Stage,
    /// The path of the template.
    pub template: String,
    /// The parameters, in the order of first use.
    pub parameters: Vec<Parameter>,
    /// The section of the platform file that each resource was generated for, by logical ID. Positions in the file are
    /// not stored: they move with every line above them, so the same deployment would have different manifests.
    #[serde(serialize_with = "write_origins", deserialize_with = "read_origins")]
    pub origins: BTreeMap<String, Origin>,
    /// The properties that the platform file overrides; absent if there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overrides: Vec<ManifestOverride>,
}

/// A property that the platform file overrides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestOverride {
    /// The logical ID of the resource.
    pub resource: String,
    /// The path of the property: `VersioningConfiguration.Status`.
    pub property: String,
}

/// A parameter of a stack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "NamedSource")]
pub struct Parameter {
    /// The name.
    pub name: String,
    /// The source of its value.
    #[serde(flatten)]
    pub source: ValueSource,
}

/// The source of a parameter's value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "from", rename_all = "kebab-case")]
pub enum ValueSource {
    /// The output of a stack that is deployed before.
    StackOutput {
        /// The stack.
        stack: String,
        /// The name of the output.
        output: String,
    },
    /// The key of an uploaded file.
    Asset {
        /// The path of the file.
        path: String,
        /// The object key: `assets/<sha-256>/<file name>`.
        key: String,
    },
    /// A value that is known.
    Literal {
        /// The value.
        value: String,
    },
}

/// A parameter as it is parsed: serde cannot reject unknown keys of a flattened value.
#[derive(Deserialize)]
#[serde(tag = "from", rename_all = "kebab-case", deny_unknown_fields)]
enum NamedSource {
    StackOutput { name: String, stack: String, output: String },
    Asset { name: String, path: String, key: String },
    Literal { name: String, value: String },
}

impl From<NamedSource> for Parameter {
    fn from(read: NamedSource) -> Self {
        match read {
            NamedSource::StackOutput { name, stack, output } => {
                Self { name, source: ValueSource::StackOutput { stack, output } }
            }
            NamedSource::Asset { name, path, key } => Self { name, source: ValueSource::Asset { path, key } },
            NamedSource::Literal { name, value } => Self { name, source: ValueSource::Literal { value } },
        }
    }
}

/// A SQL file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestSql {
    /// The path in the assembly.
    pub path: String,
    /// The kind: what it creates.
    pub kind: SqlKind,
    /// For a hand-written file: its file name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The section of the platform file that it was generated for; absent for a hand-written file.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "write_origin",
        deserialize_with = "read_origin"
    )]
    pub origin: Option<Origin>,
    /// The placeholders that are replaced by values of the deployment when it runs.
    pub placeholders: Vec<SqlPlaceholder>,
}

/// A migration: it brings a table with rows from one definition to the next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestMigration {
    /// The path of its file in the assembly.
    pub path: String,
    /// The path of the SQL file that makes the table.
    pub table: String,
    /// A digest of the definition before.
    pub from: String,
    /// A digest of the definition after.
    pub to: String,
    /// Whether it copies the rows into a new table, which the user must allow; absent if not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub rewrites: bool,
}

/// A file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestFile {
    /// The path in the assembly.
    pub path: String,
    /// The kind.
    pub kind: FileKind,
    /// The SHA-256 hash in hexadecimal.
    pub sha256: String,
    /// The size in bytes.
    pub size: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn write_stage<S: Serializer>(stage: &Stage, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(stage.name())
}

fn read_stage<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Stage, D::Error> {
    let name = String::deserialize(deserializer)?;
    let found = Stage::ALL.into_iter().find(|stage| stage.name() == name);
    found.ok_or_else(|| serde::de::Error::custom(format!("unknown stage `{name}`")))
}

fn write_origins<S: Serializer>(
    origins: &BTreeMap<String, Origin>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(origins.iter().map(|(id, origin)| (id, origin.to_string())))
}

fn read_origins<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, Origin>, D::Error> {
    let read = BTreeMap::<String, String>::deserialize(deserializer)?;
    let parsed = read.into_iter().map(|(id, origin)| Ok((id, origin.parse()?)));
    parsed.collect::<Result<_, OriginFault>>().map_err(serde::de::Error::custom)
}

#[expect(clippy::ref_option, reason = "serde gives a reference to the field")]
fn write_origin<S: Serializer>(origin: &Option<Origin>, serializer: S) -> Result<S::Ok, S::Error> {
    match origin {
        Some(origin) => serializer.collect_str(origin),
        None => serializer.serialize_none(),
    }
}

fn read_origin<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Origin>, D::Error> {
    String::deserialize(deserializer)?.parse().map(Some).map_err(serde::de::Error::custom)
}

impl Manifest {
    /// Returns the section of the platform file that a resource was generated for: the override, if the file
    /// overrides one of its properties.
    #[must_use]
    pub fn origin(&self, stack: &str, logical: &str) -> Option<Origin> {
        let stack = self.stacks.iter().find(|one| one.name == stack)?;
        if stack.overrides.iter().any(|one| one.resource == logical) {
            return Some(Origin::Override { stage: stack.stage, resource: logical.to_owned() });
        }
        stack.origins.get(logical).cloned()
    }

    /// Returns the AWS resources of a dataset.
    #[must_use]
    pub fn dataset(&self, name: &str) -> Option<&DatasetResources> {
        self.datasets.iter().find(|one| one.name == name)
    }

    /// Reads a manifest of the current [`FORMAT`](super::FORMAT).
    ///
    /// # Errors
    /// Fails if it has another format, or is broken.
    pub fn parse(bytes: &[u8]) -> Result<Self, FormatFault> {
        format::require(bytes)?;
        serde_json::from_slice(bytes).map_err(|fault| FormatFault::Broken(fault.to_string()))
    }

    /// The manifest of a draft with these files.
    pub(super) fn of(draft: &Draft, files: &BTreeMap<&str, &File>) -> Result<Self, Error> {
        let files: Vec<ManifestFile> = files
            .iter()
            .map(|(path, file)| ManifestFile {
                path: (*path).to_owned(),
                kind: file.kind,
                sha256: sha256(&file.bytes),
                size: file.bytes.len() as u64,
            })
            .collect();
        let hashes: BTreeMap<&str, &str> =
            files.iter().map(|file| (file.path.as_str(), file.sha256.as_str())).collect();
        let mut manifest = Self {
            format: format::FORMAT,
            tool: Tool { name: "strataform".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
            platform: draft.platform.to_string(),
            environment: draft.environment.to_string(),
            account: draft.account.clone(),
            region: draft.region.clone(),
            protected: draft.protected,
            hash: String::new(),
            stacks: draft.stacks.iter().map(|stack| manifest_stack(stack, &hashes)).collect(),
            sql: draft.sql.iter().map(manifest_sql).collect(),
            warehouse: draft.warehouse.clone(),
            buckets: draft.buckets.clone(),
            datasets: draft.datasets.clone(),
            declared: draft.declared.clone(),
            costs: draft.costs.clone(),
            migrations: draft.migrations.clone(),
            policy: draft.policy.clone(),
            files,
        };
        manifest.hash = manifest.own_hash()?;
        Ok(manifest)
    }

    /// The expected value of `hash`.
    pub(super) fn own_hash(&self) -> Result<String, Error> {
        let unhashed = Self { hash: String::new(), ..self.clone() };
        Ok(sha256(&serde_json::to_vec(&unhashed).map_err(|fault| unwritable(&fault))?))
    }

    /// The bytes of `manifest.json`.
    pub(crate) fn to_bytes(&self) -> Result<Vec<u8>, Error> {
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
        stage: stack.stage,
        template: stack.template_path.clone(),
        parameters: outputs.chain(assets).chain(literals).collect(),
        origins: stack.origins.clone(),
        overrides: stack.overrides.clone(),
    }
}

fn manifest_sql(file: &SqlFile) -> ManifestSql {
    ManifestSql {
        path: file.path.clone(),
        kind: file.kind,
        source: file.source.clone(),
        origin: file.origin.clone(),
        placeholders: file.placeholders.clone(),
    }
}

/// The object key of an uploaded file. It changes with the contents, so an old template still finds the old file.
fn asset_key(path: &str, hash: &str) -> String {
    format!("assets/{hash}/{}", layout::file_name(path))
}

//! References to the resources that a deployment uses besides stacks: the warehouse, the buckets, the datasets.
//!
//! A draft and a manifest have the same values, so that no other module needs to know the name of an output.

use serde::{Deserialize, Serialize};

/// An output of a stack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutputRef {
    /// The stack, by its name within platform and environment.
    pub stack: String,
    /// The name of the output.
    pub output: String,
}

/// The warehouse: its kind, and the outputs by which it is reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum WarehouseOutputs {
    /// Redshift Serverless.
    Serverless {
        /// The name of the namespace, which manages the secret of its administrator.
        namespace: OutputRef,
        /// The name of the workgroup.
        workgroup: OutputRef,
        /// The database.
        database: OutputRef,
    },
    /// A provisioned cluster.
    Provisioned {
        /// The identifier of the cluster.
        cluster: OutputRef,
        /// The database.
        database: OutputRef,
        /// The ARN of the secret of the administrator.
        admin_secret: OutputRef,
    },
}

impl WarehouseOutputs {
    /// All outputs that it references.
    #[must_use]
    pub fn all(&self) -> Vec<&OutputRef> {
        match self {
            Self::Serverless { namespace, workgroup, database } => vec![namespace, workgroup, database],
            Self::Provisioned { cluster, database, admin_secret } => vec![cluster, database, admin_secret],
        }
    }
}

/// The outputs with the names of the buckets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BucketOutputs {
    /// Records as they arrived.
    pub raw: OutputRef,
    /// Cleaned records, and the manifests of runs.
    pub curated: OutputRef,
    /// Rejected records.
    pub quarantine: OutputRef,
    /// Files that stacks reference by parameters: scripts.
    pub artifacts: OutputRef,
}

impl BucketOutputs {
    /// All outputs that it references.
    #[must_use]
    pub fn all(&self) -> [&OutputRef; 4] {
        [&self.raw, &self.curated, &self.quarantine, &self.artifacts]
    }
}

/// The AWS resources of a dataset, by the physical names in the templates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatasetResources {
    /// The dataset.
    pub name: String,
    /// The name of its stream; absent if its records arrive as files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<String>,
    /// The name of its Glue job.
    pub job: String,
    /// The prefix of the names of its job's log groups.
    pub job_log_prefix: String,
    /// The name of the state machine that runs the job and the loads.
    pub state_machine: String,
    /// The prefix of its records in the raw bucket: `page_view/`.
    pub raw_prefix: String,
    /// The prefix of the manifests of its runs in the curated bucket: `page_view/manifests/`.
    pub run_prefix: String,
    /// The columns of its rows, in the order of the platform file; absent in format 2.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<ManifestColumn>,
}

/// A column of a dataset's rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestColumn {
    /// Its permanent number; 0 if it was never stored.
    pub number: u32,
    /// Its name.
    pub name: String,
    /// Its name in files; absent if that is the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stored: Option<String>,
    /// The type of its values in the curated table: `decimal(12,2)`; absent if it is not stored.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub data_type: Option<String>,
    /// Whether a row may lack it; absent if not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub nullable: bool,
    /// How its values are protected; absent if they are not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protection: Option<Protection>,
    /// The expression of a derived column; absent if records have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expression: Option<String>,
}

/// How the values of a column are protected, from the weakest to the strongest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Protection {
    /// By a keyed hash: equal values stay equal.
    Hash,
    /// By a fixed text.
    Mask,
    /// They are not stored.
    Drop,
}

impl Protection {
    /// Its name, as in the platform file.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Hash => "hash",
            Self::Mask => "mask",
            Self::Drop => "drop",
        }
    }
}

/// A part of what an environment costs in a mean month, at list prices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestCost {
    /// What costs it: `stream of event`.
    pub what: String,
    /// The amount, in cents.
    pub cents: u64,
    /// For the jobs of a dataset: what it takes to process its records again; absent for anything else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backfill: Option<ManifestBackfill>,
}

/// What it takes at most to process all raw records of a dataset again that a job can read, at list prices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestBackfill {
    /// The dataset.
    pub dataset: String,
    /// The hours up to now of which a job can read the raw records.
    pub hours: u64,
    /// The bytes of these records, before compression.
    pub bytes: u64,
    /// The minutes of all workers together.
    pub worker_minutes: u64,
    /// The price, in cents.
    pub cents: u64,
}

//! Where a deployment finds what it reads and writes besides stacks: the warehouse, the buckets, what a dataset has.
//!
//! A draft and a manifest have the same values, so that no room knows the name of an output by heart.

use serde::{Deserialize, Serialize};

/// An output of a stack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutputRef {
    /// The stack, by its name within platform and environment.
    pub stack: String,
    /// Its output.
    pub output: String,
}

/// The warehouse: its kind, and the outputs by which it is reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum WarehouseOutputs {
    /// Redshift Serverless.
    Serverless {
        /// The name of the namespace, which is asked for the secret of its administrator.
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
    /// All outputs that it names.
    #[must_use]
    pub fn all(&self) -> Vec<&OutputRef> {
        match self {
            Self::Serverless { namespace, workgroup, database } => vec![namespace, workgroup, database],
            Self::Provisioned { cluster, database, admin_secret } => vec![cluster, database, admin_secret],
        }
    }
}

/// The outputs that hold the names of the buckets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BucketOutputs {
    /// Records as they came.
    pub raw: OutputRef,
    /// Records as they were cleaned, and the manifests of runs.
    pub curated: OutputRef,
    /// Records that were refused.
    pub quarantine: OutputRef,
    /// Files that stacks name by parameters: scripts.
    pub artifacts: OutputRef,
}

impl BucketOutputs {
    /// All outputs that it names.
    #[must_use]
    pub fn all(&self) -> [&OutputRef; 4] {
        [&self.raw, &self.curated, &self.quarantine, &self.artifacts]
    }
}

/// What a dataset has in AWS, by physical names that the templates give.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatasetResources {
    /// The dataset.
    pub name: String,
    /// The name of its stream; absent where its records come as files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<String>,
    /// The name of its Glue job.
    pub job: String,
    /// What the names of the log groups of its job begin with.
    pub job_log_prefix: String,
    /// The name of the state machine that runs the job and the loads.
    pub state_machine: String,
    /// The prefix of its records in the raw bucket: `page_view/`.
    pub raw_prefix: String,
    /// The prefix of the manifests of its runs in the curated bucket: `page_view/manifests/`.
    pub run_prefix: String,
}

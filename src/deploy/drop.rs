//! [`drop_file`]: uploads a file to the raw bucket, below the prefix of its dataset.
//!
//! In: a dataset that reads files, a path. Out: the object. It refuses to check the content: the job quarantines what
//! is invalid.

use std::path::Path;

use strataform_sdk::{Aws, Condition};

use super::deployed::Deployed;
use super::fault::{Fault, RECORDS};
use super::ledger::moment;
use crate::assembly::DatasetResources;

/// The most bytes that S3 accepts in one request.
const LARGEST: u64 = 5 * 1_024 * 1_024 * 1_024;

/// What to upload, and where.
#[derive(Clone, Copy)]
pub struct DropRequest<'a> {
    /// The connection to AWS.
    pub aws: &'a Aws,
    /// The account.
    pub account: &'a str,
    /// What is deployed.
    pub deployed: &'a Deployed,
    /// The dataset, which reads files, as it is deployed.
    pub dataset: &'a DatasetResources,
    /// The file.
    pub path: &'a Path,
}

/// An uploaded file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// The object: `s3://bucket/customer/20261123T101500Z-customer.csv`.
    pub url: String,
    /// Its bytes.
    pub bytes: u64,
}

/// Uploads a file. The object's name begins with the time, because a job reads each object once: a newer file under the
/// name of an object that was read would be skipped.
///
/// # Errors
///
/// The environment is not deployed, the file cannot be read or is larger than 5 GiB, or AWS rejects it.
pub fn drop_file(request: &DropRequest<'_>) -> Result<Dropped, Fault> {
    let DropRequest { aws, account, deployed, dataset, path } = *request;
    let bucket = deployed.output(&deployed.manifest.buckets.raw)?;
    let unreadable = |error: std::io::Error| {
        Fault::refused(RECORDS, format!("cannot read {}", path.display())).because(error.to_string())
    };
    let bytes = std::fs::metadata(path).map_err(unreadable)?.len();
    if bytes > LARGEST {
        let summary = format!("{} is larger than 5 GiB", path.display());
        let help = format!(
            "upload it in parts: `aws s3 cp {} s3://{bucket}/{}`",
            path.display(),
            dataset.raw_prefix
        );
        return Err(Fault::refused(RECORDS, summary).help(help));
    }
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let key = format!("{}{}-{name}", dataset.raw_prefix, moment());
    let data = std::fs::read(path).map_err(unreadable)?;
    aws.put_object(account, bucket, &key, data, Condition::Absent)?;
    Ok(Dropped { url: format!("s3://{bucket}/{key}"), bytes })
}

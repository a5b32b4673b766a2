//! The files that a load copies, given or generated from a seed, and the manifest that lists them.

use std::path::Path;

use strataform_redshift::quote_ident as quoted;
use strataform_rows::{Column, Table, write};
use strataform_warehouse::Warehouse;
use tempfile::TempDir;

use super::{BUCKET, Options, load_failed};
use crate::diagnostic::Diagnostic;
use crate::model::expression::Engine;
use crate::model::{Dataset, Identifier, Platform};
use crate::sample;

/// Where the manifest is.
pub(super) const MANIFEST_URL: &str = "s3://curated/manifest.json";

/// A folder in place of the curated bucket. It is removed on drop.
pub(super) struct Bucket {
    folder: TempDir,
}

impl Bucket {
    /// Creates a new one in the folder for temporary files.
    pub(super) fn make(dataset: &Identifier) -> Result<Self, String> {
        let folder = tempfile::Builder::new().prefix(&format!("gen-execute-{dataset}-")).tempdir();
        // The error contains the path.
        folder.map(|folder| Self { folder }).map_err(|error| error.to_string())
    }

    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Writes the manifest of the files in this folder, as the processing job does.
    fn manifest(&self, mut names: Vec<String>) -> std::io::Result<Stored> {
        names.sort();
        let mut entries = Vec::new();
        for name in &names {
            let length = std::fs::metadata(self.folder().join(name))?.len();
            entries.push(serde_json::json!({
                "url": format!("s3://{BUCKET}/{name}"),
                "mandatory": true,
                "meta": {"content_length": length},
            }));
        }
        let text = serde_json::json!({ "entries": entries }).to_string();
        std::fs::write(self.folder().join("manifest.json"), text)?;
        Ok(Stored { files: names.len() })
    }
}

/// The contents of a bucket.
pub(super) struct Stored {
    pub(super) files: usize,
}

/// Rows generated from a seed: records, their derived columns as Redshift computes them, and the columns that the
/// processing stage adds.
pub(super) fn drawn(
    bucket: &Bucket,
    warehouse: &mut Warehouse<'_>,
    platform: &Platform,
    dataset: &Dataset,
    options: &Options,
) -> Result<Stored, Diagnostic> {
    let records = sample::records(platform, dataset, sample::count(dataset, options.rows), options.seed);
    let derived: Vec<(Column, String)> = dataset
        .derived
        .iter()
        .map(|derived| {
            let column = Column {
                name: derived.name.to_string(),
                kind: sample::kind(derived.expression.data_type()),
                nullable: derived.expression.is_nullable(),
            };
            let sql = derived.expression.render(Engine::Redshift, &|one| quoted(one.column.as_str()));
            (column, sql)
        })
        .collect();
    let fault = |cause: String| load_failed(&dataset.name, &cause);
    let records: Table = warehouse.derive(&records, &derived).map_err(|error| fault(error.to_string()))?;
    let mut stored = sample::stored(dataset, records, options.seed);
    for column in &mut stored.columns {
        column.name = dataset.stored_name(&column.name).to_owned();
    }
    let name = "part-0.parquet".to_owned();
    write(&bucket.folder().join(&name), &stored).map_err(|error| fault(error.to_string()))?;
    bucket.manifest(vec![name]).map_err(|error| fault(error.to_string()))
}

/// Given files: `<dataset>.parquet`, or all Parquet files in `<dataset>/`. They are linked, not copied.
pub(super) fn given(bucket: &Bucket, folder: &Path, dataset: &Dataset) -> Result<Stored, Diagnostic> {
    let mut found = Vec::new();
    let one = folder.join(format!("{}.parquet", dataset.name));
    if one.is_file() {
        found.push(one);
    }
    let mut folders = vec![folder.join(dataset.name.as_str())];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).into_iter().flatten().filter_map(Result::ok) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "parquet") {
                found.push(path);
            }
        }
    }
    found.sort();
    let link = || -> std::io::Result<Stored> {
        let mut names = Vec::new();
        for (number, path) in found.iter().enumerate() {
            let name = format!("part-{number:06}.parquet");
            let path = std::fs::canonicalize(path)?;
            #[cfg(unix)]
            std::os::unix::fs::symlink(path, bucket.folder().join(&name))?;
            #[cfg(not(unix))]
            std::fs::copy(path, bucket.folder().join(&name)).map(drop)?;
            names.push(name);
        }
        bucket.manifest(names)
    };
    link().map_err(|error| load_failed(&dataset.name, &error.to_string()))
}

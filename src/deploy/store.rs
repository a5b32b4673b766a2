//! [`Store`]: the bucket of versions, which records what was deployed, by whom, and who holds the lock.
//!
//! There is one bucket per account and region, `strataform-<account>-<region>`, created when it is first needed. It
//! contains `objects/<sha256>` (every file of every assembly, once), and for each environment, below
//! `<platform>/<environment>/`: `lock.json`, `head.json`, `versions/<number>.json`, `manifests/<hash>.json`.
//! Objects that two runs could write at once are written conditionally, so that one of the writes fails.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use serde::Serialize;
use serde::de::DeserializeOwned;
use strataform_sdk::{Aws, Condition, Kind as SdkKind};

use super::bucket_name;
use super::fault::{ABSENT, Fault, LOCKED, REFUSED, Reason, SERVICE};
use super::ledger::{Head, Record, Verdict};
use crate::assembly::{Assembly, FormatFault, Manifest, Outline};
pub(super) use crate::hash::sha256;

pub use super::ledger::Lock;

/// How many requests run in parallel.
const AT_ONCE: usize = 8;

/// The versions of one environment.
#[derive(Clone, Debug)]
pub struct Store<'a> {
    aws: &'a Aws,
    account: String,
    bucket: String,
    prefix: String,
}

/// A lock that this run holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldLock {
    etag: String,
    /// The earlier holder, if the lock was taken over because its process was gone.
    pub from: Option<Lock>,
}

/// What was uploaded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Uploaded {
    /// Files that were missing.
    pub sent: usize,
    /// Files that existed already.
    pub there: usize,
    /// Bytes that were sent.
    pub bytes: u64,
}

impl<'a> Store<'a> {
    /// The store of an environment. This sends no request.
    #[must_use]
    pub fn new(aws: &'a Aws, account: &str, platform: &str, environment: &str) -> Self {
        Self {
            aws,
            account: account.to_owned(),
            bucket: bucket_name(account, aws.region()),
            prefix: format!("{platform}/{environment}"),
        }
    }

    /// The name of the bucket.
    #[must_use]
    pub fn bucket(&self) -> &str {
        &self.bucket
    }

    /// Creates the bucket if it does not exist.
    ///
    /// # Errors
    ///
    /// AWS rejects the request.
    pub fn prepare(&self) -> Result<(), Fault> {
        self.aws.create_bucket(&self.bucket).map_err(|fault| {
            let taken = fault.kind == SdkKind::Exists;
            let fault = Fault::from(fault);
            if taken {
                return fault
                    .help(format!("the name {} is taken by another account; ask AWS support", self.bucket));
            }
            fault
        })
    }

    fn key(&self, name: &str) -> String {
        format!("{}/{name}", self.prefix)
    }

    /// Reads a JSON document and its etag.
    fn read<T: DeserializeOwned>(&self, key: &str) -> Result<Option<(T, String)>, Fault> {
        let Some(found) = self.aws.object(&self.account, &self.bucket, key)? else { return Ok(None) };
        let value = serde_json::from_slice(&found.bytes).map_err(|error| {
            Fault::failed(SERVICE, format!("cannot read s3://{}/{key}", self.bucket))
                .because(error.to_string())
                .help("a newer gen may have written it; use that version")
        })?;
        Ok(Some((value, found.etag)))
    }

    /// Writes a JSON document; returns its etag, or `None` if the condition does not hold.
    fn write<T: Serialize>(&self, key: &str, value: &T, on: Condition<'_>) -> Result<Option<String>, Fault> {
        let bytes = serde_json::to_vec_pretty(value).unwrap_or_default();
        match self.aws.put_object(&self.account, &self.bucket, key, bytes.clone(), on) {
            Ok(etag) => Ok(Some(etag)),
            Err(fault) if fault.kind == SdkKind::Condition => {
                // The response to an attempt may have been lost; then the object has our content.
                let there = self.aws.object(&self.account, &self.bucket, key)?;
                Ok(there.filter(|there| there.bytes == bytes).map(|there| there.etag))
            }
            Err(fault) => Err(fault.into()),
        }
    }

    /// The newest versions; `None` if nothing was ever deployed.
    ///
    /// # Errors
    ///
    /// An AWS request fails.
    pub fn head(&self) -> Result<Option<Head>, Fault> {
        Ok(self.read(&self.key("head.json"))?.map(|(head, _)| head))
    }

    /// The current lock, if any.
    ///
    /// # Errors
    ///
    /// An AWS request fails.
    pub fn holder(&self) -> Result<Option<Lock>, Fault> {
        Ok(self.read(&self.key("lock.json"))?.map(|(lock, _)| lock))
    }

    /// Takes the lock, or takes it over from a process of this machine that is gone.
    ///
    /// # Errors
    ///
    /// Another deployment holds the lock, or an AWS request fails.
    pub fn lock(&self, own: &Lock) -> Result<HeldLock, Fault> {
        let key = self.key("lock.json");
        if let Some(etag) = self.write(&key, own, Condition::Absent)? {
            return Ok(HeldLock { etag, from: None });
        }
        let Some((other, etag)) = self.read::<Lock>(&key)? else {
            // It was released a moment ago.
            let etag = self.write(&key, own, Condition::Absent)?;
            return etag.map(|etag| HeldLock { etag, from: None }).ok_or_else(|| self.held(None));
        };
        if !other.is_dead() {
            return Err(self.held(Some(&other)));
        }
        let etag = self.write(&key, own, Condition::Unchanged(&etag))?;
        etag.map(|etag| HeldLock { etag, from: Some(other) }).ok_or_else(|| self.held(None))
    }

    fn held(&self, by: Option<&Lock>) -> Fault {
        let environment = &self.prefix;
        let fault =
            Fault::new(LOCKED, Reason::Locked, format!("another deployment of {environment} is in progress"));
        let fault = match by {
            Some(lock) => fault.because(format!(
                "{} has held the lock since {} (process {} on {})",
                lock.identity,
                strataform_sdk::utc(lock.since),
                lock.process,
                lock.host.split('/').next().unwrap_or_default(),
            )),
            None => fault.because("another process took the lock a moment ago"),
        };
        fault.help("wait until it ends; if its process died, remove the lock with `gen unlock`")
    }

    /// Releases the lock, if this run still holds it.
    ///
    /// # Errors
    ///
    /// AWS rejects the request.
    pub fn release(&self, taken: &HeldLock) -> Result<(), Fault> {
        match self.aws.delete_object(&self.account, &self.bucket, &self.key("lock.json"), &taken.etag) {
            Err(fault) if fault.kind != SdkKind::Condition => Err(fault.into()),
            _ => Ok(()),
        }
    }

    /// Removes the lock, whoever holds it; returns the removed lock.
    ///
    /// # Errors
    ///
    /// AWS rejects the request.
    pub fn unlock(&self) -> Result<Option<Lock>, Fault> {
        let key = self.key("lock.json");
        let Some((lock, etag)) = self.read::<Lock>(&key)? else { return Ok(None) };
        self.aws.delete_object(&self.account, &self.bucket, &key, &etag)?;
        Ok(Some(lock))
    }

    fn version_key(&self, number: u64) -> String {
        self.key(&format!("versions/{number:06}.json"))
    }

    /// Appends a version under the next free number. Versions that never ended are marked as interrupted: since this
    /// run holds the lock, no other is in progress.
    ///
    /// # Errors
    ///
    /// AWS rejects the request.
    pub fn begin(&self, record: &mut Record) -> Result<(), Fault> {
        loop {
            if self.write(&self.version_key(record.number), record, Condition::Absent)?.is_some() {
                return Ok(());
            }
            if let Some((mut there, etag)) = self.read::<Record>(&self.version_key(record.number))?
                && there.result == Verdict::Running
            {
                there.result = Verdict::Interrupted;
                "it ended without a result".clone_into(&mut there.note);
                self.write(&self.version_key(there.number), &there, Condition::Unchanged(&etag))?;
            }
            record.number += 1;
        }
    }

    /// Records how a version ended. The head comes first, because the next plan is made from it: a process that is killed
    /// between the two has ended its version, and readers take its end from the head.
    ///
    /// # Errors
    ///
    /// AWS rejects the request.
    pub fn end(&self, record: &Record, before: Option<&Head>) -> Result<(), Fault> {
        let deployed = match (record.result, record.kind) {
            (Verdict::Succeeded, super::ledger::Kind::Destroy) => None,
            (Verdict::Succeeded, _) => Some(record.clone()),
            _ => before.and_then(|head| head.deployed.clone()),
        };
        let head = Head { last: record.clone(), deployed };
        self.write(&self.key("head.json"), &head, Condition::None)?;
        self.write(&self.version_key(record.number), record, Condition::None).map(drop)
    }

    /// The newest versions, newest first; at most `most`.
    ///
    /// # Errors
    ///
    /// An AWS request fails.
    pub fn versions(&self, most: usize) -> Result<Vec<Record>, Fault> {
        let listed = self.aws.objects(&self.account, &self.bucket, &self.key("versions/"), None)?;
        let keys: Vec<String> = listed.into_iter().rev().take(most).map(|one| one.key).collect();
        let found = Self::in_parallel(&keys, |key| Ok(self.read::<Record>(key)?.map(|(record, _)| record)))?;
        found.into_iter().flatten().map(|record| self.ended(record)).collect()
    }

    /// A version as it ended, which its own file may not say yet.
    fn ended(&self, record: Record) -> Result<Record, Fault> {
        if record.result != Verdict::Running {
            return Ok(record);
        }
        let last = self.head()?.map(|head| head.last).filter(|last| last.token == record.token);
        Ok(last.unwrap_or(record))
    }

    /// The version with this number.
    ///
    /// # Errors
    ///
    /// There is no version with this number, or an AWS request fails.
    pub fn version(&self, number: u64) -> Result<Record, Fault> {
        let found = self.read::<Record>(&self.version_key(number))?;
        let Some((record, _)) = found else {
            return Err(Fault::refused(ABSENT, format!("unknown version {number} of {}", self.prefix))
                .help("`gen history` lists the versions"));
        };
        self.ended(record)
    }

    /// Stores the files of an assembly, except for those that an earlier assembly has.
    ///
    /// # Errors
    ///
    /// AWS rejects the request.
    pub fn keep(&self, assembly: &Assembly, before: Option<&Outline>) -> Result<Uploaded, Fault> {
        let known: BTreeSet<&str> =
            before.iter().flat_map(|one| &one.files).map(|file| file.sha256.as_str()).collect();
        let files: BTreeMap<&str, &[u8]> = assembly
            .manifest
            .files
            .iter()
            .filter_map(|file| Some((file.sha256.as_str(), assembly.files.get(&file.path)?.as_slice())))
            .collect();
        let missing: Vec<(String, Vec<u8>)> = files
            .iter()
            .filter(|(hash, _)| !known.contains(**hash))
            .map(|(hash, bytes)| (object_key(hash), bytes.to_vec()))
            .collect();
        let mut done = self.upload(&self.bucket, &missing)?;
        done.there += files.len() - missing.len();
        let key = self.key(&format!("manifests/{}.json", assembly.manifest.hash));
        self.write(&key, &assembly.manifest, Condition::None)?;
        Ok(done)
    }

    /// Uploads objects that do not exist yet to a bucket of the account.
    ///
    /// # Errors
    ///
    /// AWS rejects the request.
    pub fn upload(&self, bucket: &str, files: &[(String, Vec<u8>)]) -> Result<Uploaded, Fault> {
        let (uploaded, bytes) = (AtomicUsize::new(0), AtomicU64::new(0));
        Self::in_parallel(files, |(key, content)| {
            match self.aws.put_object(&self.account, bucket, key, content.clone(), Condition::Absent) {
                Ok(_) => {
                    uploaded.fetch_add(1, Ordering::Relaxed);
                    bytes.fetch_add(content.len() as u64, Ordering::Relaxed);
                    Ok(())
                }
                // The key is a hash of the content.
                Err(fault) if fault.kind == SdkKind::Condition => Ok(()),
                Err(fault) => Err(fault.into()),
            }
        })?;
        let uploaded = uploaded.into_inner();
        Ok(Uploaded { sent: uploaded, there: files.len() - uploaded, bytes: bytes.into_inner() })
    }

    fn manifest_bytes(&self, hash: &str) -> Result<Option<Vec<u8>>, Fault> {
        let key = self.key(&format!("manifests/{hash}.json"));
        Ok(self.aws.object(&self.account, &self.bucket, &key)?.map(|found| found.bytes))
    }

    /// The manifest of a stored assembly.
    ///
    /// # Errors
    ///
    /// An AWS request fails, or another `gen` version wrote the manifest in another format.
    pub fn manifest(&self, hash: &str) -> Result<Option<Manifest>, Fault> {
        let Some(bytes) = self.manifest_bytes(hash)? else { return Ok(None) };
        Manifest::parse(&bytes).map(Some).map_err(|fault| self.unread(hash, &fault))
    }

    fn unread(&self, hash: &str, fault: &FormatFault) -> Fault {
        let help = match fault {
            FormatFault::Older { .. } => {
                "run `gen synth` and `gen deploy` first; only the gen version that wrote it can roll back to it"
            }
            FormatFault::Newer { .. } => "use the newer gen that wrote it",
            FormatFault::Broken(_) => "run `gen synth` and `gen deploy`, which write it again",
        };
        let at = self.key(&format!("manifests/{hash}.json"));
        Fault::refused(REFUSED, format!("cannot read s3://{}/{at}", self.bucket))
            .because(fault.to_string())
            .help(help)
    }

    /// The part of a stored manifest that all formats have in common; `None` if the manifest is gone or broken.
    ///
    /// # Errors
    ///
    /// An AWS request fails.
    pub fn outline(&self, hash: &str) -> Result<Option<Outline>, Fault> {
        Ok(self.manifest_bytes(hash)?.and_then(|bytes| Outline::parse(&bytes)))
    }

    /// A file of a stored assembly, by its hash; `None` if it is gone or has other content.
    ///
    /// # Errors
    ///
    /// An AWS request fails.
    pub fn file(&self, hash: &str) -> Result<Option<Vec<u8>>, Fault> {
        let found = self.aws.object(&self.account, &self.bucket, &object_key(hash))?;
        Ok(found.map(|found| found.bytes).filter(|bytes| sha256(bytes) == hash))
    }

    /// A stored assembly.
    ///
    /// # Errors
    ///
    /// A file is missing or changed, the manifest has another format, or an AWS request fails.
    pub fn assembly(&self, hash: &str) -> Result<Assembly, Fault> {
        let gone = |what: &str| {
            Fault::refused(ABSENT, "the assembly of that version no longer exists")
                .because(format!("{what} is missing or changed in s3://{}", self.bucket))
        };
        let manifest = self.manifest(hash)?.ok_or_else(|| gone("its manifest"))?;
        let found =
            Self::in_parallel(&manifest.files, |file| Ok((file.path.clone(), self.file(&file.sha256)?)))?;
        let mut files = BTreeMap::new();
        for (path, bytes) in found {
            files.insert(path.clone(), bytes.ok_or_else(|| gone(&path))?);
        }
        Ok(Assembly { manifest, files, foreign: Vec::new() })
    }

    /// Applies `work` to all items, several in parallel; returns the results in order, or the first fault.
    fn in_parallel<T: Sync, R: Send>(
        all: &[T],
        work: impl Fn(&T) -> Result<R, Fault> + Sync,
    ) -> Result<Vec<R>, Fault> {
        let next = AtomicUsize::new(0);
        let done: Mutex<BTreeMap<usize, Result<R, Fault>>> = Mutex::new(BTreeMap::new());
        std::thread::scope(|scope| {
            for _ in 0..AT_ONCE.min(all.len()) {
                scope.spawn(|| {
                    loop {
                        let at = next.fetch_add(1, Ordering::Relaxed);
                        let Some(one) = all.get(at) else { return };
                        let result = work(one);
                        // After a fault, the other threads finish their current item and stop.
                        if result.is_err() {
                            next.store(all.len(), Ordering::Relaxed);
                        }
                        done.lock().unwrap_or_else(std::sync::PoisonError::into_inner).insert(at, result);
                    }
                });
            }
        });
        done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner).into_values().collect()
    }
}

/// The key under which a file is stored.
#[must_use]
pub(super) fn object_key(hash: &str) -> String {
    format!("objects/{hash}")
}

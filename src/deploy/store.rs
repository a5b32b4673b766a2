//! [`Store`]: the bucket of versions, with what was deployed, by whom, and who is at it.
//!
//! One bucket an account and region, `strataform-<account>-<region>`, made when it is first needed. In it:
//! `objects/<sha256>` (every file of every assembly, once), and for each environment below
//! `<platform>/<environment>/`: `lock.json`, `head.json`, `versions/<number>.json`, `manifests/<hash>.json`.
//! Whatever two runs could write at once is written on a condition, so that one of them learns of the other.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use serde::Serialize;
use serde::de::DeserializeOwned;
use strataform_sdk::{Aws, Condition, Kind as SdkKind};

use super::fault::{ABSENT, Fault, LOCKED, REFUSED, Reason, SERVICE};
use super::ledger::{Head, Record, Result as Verdict};
use crate::assembly::{Assembly, FormatFault, Manifest, Outline};
pub(super) use crate::hash::sha256;

pub use super::ledger::Lock;

/// How many uploads go on at once.
const AT_ONCE: usize = 8;

/// The versions of one environment.
#[derive(Clone, Debug)]
pub struct Store<'a> {
    aws: &'a Aws,
    account: String,
    bucket: String,
    prefix: String,
}

/// A lock that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    etag: String,
    /// Whose it was, where its process was gone.
    pub from: Option<Lock>,
}

/// What was uploaded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Uploaded {
    /// Files that were missing.
    pub sent: usize,
    /// Files that were there.
    pub there: usize,
    /// Bytes that were sent.
    pub bytes: u64,
}

impl<'a> Store<'a> {
    /// The versions of an environment. Nothing is asked yet.
    #[must_use]
    pub fn new(aws: &'a Aws, account: &str, platform: &str, environment: &str) -> Self {
        Self {
            aws,
            account: account.to_owned(),
            bucket: format!("strataform-{account}-{}", aws.region()),
            prefix: format!("{platform}/{environment}"),
        }
    }

    /// The bucket.
    #[must_use]
    pub fn bucket(&self) -> &str {
        &self.bucket
    }

    /// Makes the bucket, where there is none.
    ///
    /// # Errors
    ///
    /// AWS refuses it.
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

    /// A JSON document and its etag.
    fn read<T: DeserializeOwned>(&self, key: &str) -> Result<Option<(T, String)>, Fault> {
        let Some(found) = self.aws.object(&self.account, &self.bucket, key)? else { return Ok(None) };
        let value = serde_json::from_slice(&found.bytes).map_err(|error| {
            Fault::failed(SERVICE, format!("s3://{}/{key} cannot be read", self.bucket))
                .because(error.to_string())
                .help("a newer gen may have written it: use that one")
        })?;
        Ok(Some((value, found.etag)))
    }

    /// Writes a JSON document; gives its etag, or nothing where the condition does not hold.
    fn write<T: Serialize>(&self, key: &str, value: &T, on: Condition<'_>) -> Result<Option<String>, Fault> {
        let bytes = serde_json::to_vec_pretty(value).unwrap_or_default();
        match self.aws.put_object(&self.account, &self.bucket, key, bytes.clone(), on) {
            Ok(etag) => Ok(Some(etag)),
            Err(fault) if fault.kind == SdkKind::Condition => {
                // The answer to the first attempt may have been lost: then what is there is ours.
                let there = self.aws.object(&self.account, &self.bucket, key)?;
                Ok(there.filter(|there| there.bytes == bytes).map(|there| there.etag))
            }
            Err(fault) => Err(fault.into()),
        }
    }

    /// The newest versions; nothing where nothing was ever deployed.
    ///
    /// # Errors
    ///
    /// AWS does not tell.
    pub fn head(&self) -> Result<Option<Head>, Fault> {
        Ok(self.read(&self.key("head.json"))?.map(|(head, _)| head))
    }

    /// Who holds the lock.
    ///
    /// # Errors
    ///
    /// AWS does not tell.
    pub fn holder(&self) -> Result<Option<Lock>, Fault> {
        Ok(self.read(&self.key("lock.json"))?.map(|(lock, _)| lock))
    }

    /// Takes the lock, or that of a process of this machine that is gone.
    ///
    /// # Errors
    ///
    /// Somebody holds it.
    pub fn lock(&self, own: &Lock) -> Result<Taken, Fault> {
        let key = self.key("lock.json");
        if let Some(etag) = self.write(&key, own, Condition::Absent)? {
            return Ok(Taken { etag, from: None });
        }
        let Some((other, etag)) = self.read::<Lock>(&key)? else {
            // It was let go a moment ago.
            let etag = self.write(&key, own, Condition::Absent)?;
            return etag.map(|etag| Taken { etag, from: None }).ok_or_else(|| self.held(None));
        };
        if !other.is_dead() {
            return Err(self.held(Some(&other)));
        }
        let etag = self.write(&key, own, Condition::Unchanged(&etag))?;
        etag.map(|etag| Taken { etag, from: Some(other) }).ok_or_else(|| self.held(None))
    }

    fn held(&self, by: Option<&Lock>) -> Fault {
        let environment = &self.prefix;
        let fault =
            Fault::new(LOCKED, Reason::Locked, format!("another deployment of {environment} is going on"));
        let fault = match by {
            Some(lock) => fault.because(format!(
                "{} holds the lock since {} (process {} on {})",
                lock.identity,
                strataform_sdk::utc(lock.since),
                lock.process,
                lock.host.split('/').next().unwrap_or_default(),
            )),
            None => fault.because("somebody took the lock a moment ago"),
        };
        fault.help("wait until it is done; if you know that it died, break the lock with `gen unlock`")
    }

    /// Lets the lock go, where it is still ours.
    ///
    /// # Errors
    ///
    /// AWS refuses it.
    pub fn release(&self, taken: &Taken) -> Result<(), Fault> {
        match self.aws.delete_object(&self.account, &self.bucket, &self.key("lock.json"), &taken.etag) {
            Err(fault) if fault.kind != SdkKind::Condition => Err(fault.into()),
            _ => Ok(()),
        }
    }

    /// Breaks the lock, whoever holds it; gives whose it was.
    ///
    /// # Errors
    ///
    /// AWS refuses it.
    pub fn unlock(&self) -> Result<Option<Lock>, Fault> {
        let key = self.key("lock.json");
        let Some((lock, etag)) = self.read::<Lock>(&key)? else { return Ok(None) };
        self.aws.delete_object(&self.account, &self.bucket, &key, &etag)?;
        Ok(Some(lock))
    }

    fn version_key(&self, number: u64) -> String {
        self.key(&format!("versions/{number:06}.json"))
    }

    /// Appends a version, which takes the next number that is free. Versions that never ended have died: whoever
    /// holds the lock knows it, and says so of them.
    ///
    /// # Errors
    ///
    /// AWS refuses it.
    pub fn begin(&self, record: &mut Record) -> Result<(), Fault> {
        loop {
            if self.write(&self.version_key(record.number), record, Condition::Absent)?.is_some() {
                return Ok(());
            }
            if let Some((mut there, etag)) = self.read::<Record>(&self.version_key(record.number))?
                && there.result == Verdict::Running
            {
                there.result = Verdict::Interrupted;
                "it ended without a word".clone_into(&mut there.note);
                self.write(&self.version_key(there.number), &there, Condition::Unchanged(&etag))?;
            }
            record.number += 1;
        }
    }

    /// Says how a version ended.
    ///
    /// # Errors
    ///
    /// AWS refuses it.
    pub fn end(&self, record: &Record, before: Option<&Head>) -> Result<(), Fault> {
        self.write(&self.version_key(record.number), record, Condition::None)?;
        let deployed = match (record.result, record.kind) {
            (Verdict::Succeeded, super::ledger::Kind::Destroy) => None,
            (Verdict::Succeeded, _) => Some(record.clone()),
            _ => before.and_then(|head| head.deployed.clone()),
        };
        let head = Head { last: record.clone(), deployed };
        self.write(&self.key("head.json"), &head, Condition::None).map(drop)
    }

    /// All versions, the newest first; at most so many.
    ///
    /// # Errors
    ///
    /// AWS does not tell.
    pub fn versions(&self, most: usize) -> Result<Vec<Record>, Fault> {
        let listed = self.aws.objects(&self.account, &self.bucket, &self.key("versions/"), None)?;
        let keys: Vec<String> = listed.into_iter().rev().take(most).map(|one| one.key).collect();
        let found = Self::side_by_side(&keys, |key| Ok(self.read::<Record>(key)?.map(|(record, _)| record)))?;
        Ok(found.into_iter().flatten().collect())
    }

    /// A version.
    ///
    /// # Errors
    ///
    /// There is none of that number.
    pub fn version(&self, number: u64) -> Result<Record, Fault> {
        let found = self.read::<Record>(&self.version_key(number))?;
        found.map(|(record, _)| record).ok_or_else(|| {
            Fault::refused(ABSENT, format!("there is no version {number} of {}", self.prefix))
                .help("`gen history` lists the versions")
        })
    }

    /// Keeps the files of an assembly; those of an assembly that was kept before are not sent again.
    ///
    /// # Errors
    ///
    /// AWS refuses it.
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

    /// Puts objects into a bucket of the account, where they are not there yet.
    ///
    /// # Errors
    ///
    /// AWS refuses it.
    pub fn upload(&self, bucket: &str, files: &[(String, Vec<u8>)]) -> Result<Uploaded, Fault> {
        let (uploaded, bytes) = (AtomicUsize::new(0), AtomicU64::new(0));
        Self::side_by_side(files, |(key, content)| {
            match self.aws.put_object(&self.account, bucket, key, content.clone(), Condition::Absent) {
                Ok(_) => {
                    uploaded.fetch_add(1, Ordering::Relaxed);
                    bytes.fetch_add(content.len() as u64, Ordering::Relaxed);
                    Ok(())
                }
                // Its name is its content.
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

    /// The manifest of an assembly that was kept.
    ///
    /// # Errors
    ///
    /// AWS does not tell, or another `gen` wrote it, in another format.
    pub fn manifest(&self, hash: &str) -> Result<Option<Manifest>, Fault> {
        let Some(bytes) = self.manifest_bytes(hash)? else { return Ok(None) };
        Manifest::parse(&bytes).map(Some).map_err(|fault| self.unread(hash, &fault))
    }

    fn unread(&self, hash: &str, fault: &FormatFault) -> Fault {
        let help = match fault {
            FormatFault::Older { .. } => {
                "run `gen synth` and `gen deploy` first; only the gen that wrote it rolls back to it"
            }
            FormatFault::Newer { .. } => "use the newer gen that wrote it",
            FormatFault::Broken(_) => "run `gen synth` and `gen deploy`, which write it again",
        };
        let at = self.key(&format!("manifests/{hash}.json"));
        Fault::refused(REFUSED, format!("cannot read s3://{}/{at}", self.bucket))
            .because(fault.to_string())
            .help(help)
    }

    /// What the manifest of an assembly that was kept has in common with those of all formats; `None` where it is gone
    /// or broken.
    ///
    /// # Errors
    ///
    /// AWS does not tell.
    pub fn outline(&self, hash: &str) -> Result<Option<Outline>, Fault> {
        Ok(self.manifest_bytes(hash)?.and_then(|bytes| Outline::parse(&bytes)))
    }

    /// A file of an assembly that was kept, by its hash; nothing where it is gone, or another one.
    ///
    /// # Errors
    ///
    /// AWS does not tell.
    pub fn file(&self, hash: &str) -> Result<Option<Vec<u8>>, Fault> {
        let found = self.aws.object(&self.account, &self.bucket, &object_key(hash))?;
        Ok(found.map(|found| found.bytes).filter(|bytes| sha256(bytes) == hash))
    }

    /// An assembly that was kept.
    ///
    /// # Errors
    ///
    /// It is not there as it was.
    pub fn assembly(&self, hash: &str) -> Result<Assembly, Fault> {
        let gone = |what: &str| {
            Fault::refused(ABSENT, "the assembly of that version is not there any more")
                .because(format!("{what} is missing in s3://{}, or is not what it was", self.bucket))
        };
        let manifest = self.manifest(hash)?.ok_or_else(|| gone("its manifest"))?;
        let found =
            Self::side_by_side(&manifest.files, |file| Ok((file.path.clone(), self.file(&file.sha256)?)))?;
        let mut files = BTreeMap::new();
        for (path, bytes) in found {
            files.insert(path.clone(), bytes.ok_or_else(|| gone(&path))?);
        }
        Ok(Assembly { manifest, files, foreign: Vec::new() })
    }

    /// Does the same with all of them, several at once; the results in order, or the first fault.
    fn side_by_side<T: Sync, R: Send>(
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
                        // After a fault the others finish what they began, and no more.
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

/// Where a file is kept.
#[must_use]
pub(super) fn object_key(hash: &str) -> String {
    format!("objects/{hash}")
}

//! Amazon S3: objects.

use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{
    BucketLocationConstraint, BucketVersioningStatus, CreateBucketConfiguration, Delete, ObjectIdentifier,
    PublicAccessBlockConfiguration, VersioningConfiguration,
};

use crate::plain::domain;
use crate::time::moment;
use crate::{Aws, Fault, Kind};

/// An object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// Its content.
    pub bytes: Vec<u8>,
    /// Its etag, which changes with every write.
    pub etag: String,
}

/// An object in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its key.
    pub key: String,
    /// Its size in bytes.
    pub size: u64,
    /// When it was written, in milliseconds since 1970.
    pub written: i64,
}

/// When a write may happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition<'a> {
    /// Always.
    None,
    /// Only if there is no such object.
    Absent,
    /// Only if the object still has this etag.
    Unchanged(&'a str),
}

/// Who owns a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bucket {
    /// This account.
    Own,
    /// Nobody.
    Free,
    /// Another account, or this one without the right to see it.
    Foreign,
}

impl Aws {
    /// Who owns a bucket: `s3:ListBucket`.
    ///
    /// # Errors
    ///
    /// An AWS request fails.
    pub fn bucket(&self, owner: &str, bucket: &str) -> Result<Bucket, Fault> {
        let call = self.s3.head_bucket().bucket(bucket).expected_bucket_owner(owner).send();
        match self.wait("s3:ListBucket", call) {
            Ok(_) => Ok(Bucket::Own),
            Err(fault) if fault.kind == Kind::Missing => Ok(Bucket::Free),
            Err(fault) if fault.kind == Kind::Denied => Ok(Bucket::Foreign),
            Err(fault) => Err(fault),
        }
    }

    /// The URL at which CloudFormation reads an object.
    pub(crate) fn object_url(&self, bucket: &str, key: &str) -> String {
        if let Some(endpoint) = &self.endpoint {
            return format!("{}/{bucket}/{key}", endpoint.trim_end_matches('/'));
        }
        format!("https://{bucket}.s3.{}.{}/{key}", self.region, domain(&self.region))
    }

    /// Creates a private, versioned bucket that requires TLS. A bucket that this account already owns gets the same
    /// settings.
    ///
    /// # Errors
    ///
    /// AWS rejects the request, for example because another account owns the name.
    pub fn create_bucket(&self, bucket: &str) -> Result<(), Fault> {
        // us-east-1 is the default location, and must not be named.
        let place = (self.region != "us-east-1").then(|| {
            let place = BucketLocationConstraint::from(self.region.as_str());
            CreateBucketConfiguration::builder().location_constraint(place).build()
        });
        let call = self.s3.create_bucket().bucket(bucket).set_create_bucket_configuration(place).send();
        match self.wait("s3:CreateBucket", call) {
            Err(fault) if fault.code != "BucketAlreadyOwnedByYou" => return Err(fault),
            _ => {}
        }
        let block = PublicAccessBlockConfiguration::builder()
            .block_public_acls(true)
            .block_public_policy(true)
            .ignore_public_acls(true)
            .restrict_public_buckets(true)
            .build();
        let call =
            self.s3.put_public_access_block().bucket(bucket).public_access_block_configuration(block).send();
        self.wait("s3:PutPublicAccessBlock", call)?;
        let versions = VersioningConfiguration::builder().status(BucketVersioningStatus::Enabled).build();
        let call = self.s3.put_bucket_versioning().bucket(bucket).versioning_configuration(versions).send();
        self.wait("s3:PutBucketVersioning", call)?;
        let policy = only_by_tls(bucket, partition(&self.region));
        let call = self.s3.put_bucket_policy().bucket(bucket).policy(policy).send();
        self.wait("s3:PutBucketPolicy", call).map(drop)
    }

    /// Writes an object to a bucket of this account; returns its etag.
    ///
    /// # Errors
    ///
    /// The condition does not hold ([`Kind::Condition`]), the bucket does not exist ([`Kind::Missing`]), or AWS rejects
    /// the request.
    pub fn put_object(
        &self,
        owner: &str,
        bucket: &str,
        key: &str,
        bytes: Vec<u8>,
        condition: Condition<'_>,
    ) -> Result<String, Fault> {
        let call = self.s3.put_object().bucket(bucket).key(key).expected_bucket_owner(owner);
        let call = match condition {
            Condition::None => call,
            Condition::Absent => call.if_none_match("*"),
            Condition::Unchanged(etag) => call.if_match(etag),
        };
        let put = self.wait("s3:PutObject", call.body(ByteStream::from(bytes)).send())?;
        Ok(put.e_tag.unwrap_or_default())
    }

    /// Reads an object; `None` if the object or the bucket does not exist.
    ///
    /// # Errors
    ///
    /// AWS rejects the request, or the connection ends before the object does.
    pub fn object(&self, owner: &str, bucket: &str, key: &str) -> Result<Option<Object>, Fault> {
        let call = self.s3.get_object().bucket(bucket).key(key).expected_bucket_owner(owner).send();
        let found = match self.wait("s3:GetObject", call) {
            Ok(found) => found,
            Err(fault) if fault.kind == Kind::Missing => return Ok(None),
            Err(fault) => return Err(fault),
        };
        let etag = found.e_tag.unwrap_or_default();
        let bytes = self.runtime.block_on(found.body.collect()).map_err(|error| Fault {
            operation: "s3:GetObject",
            kind: Kind::Unavailable,
            code: String::new(),
            message: error.to_string(),
        })?;
        Ok(Some(Object { bytes: bytes.to_vec(), etag }))
    }

    /// The objects below a prefix, by key; none if the bucket does not exist. At most `most`, if that is given.
    ///
    /// # Errors
    ///
    /// AWS rejects the request.
    pub fn objects(
        &self,
        owner: &str,
        bucket: &str,
        prefix: &str,
        most: Option<usize>,
    ) -> Result<Vec<Listed>, Fault> {
        let size = most.and_then(|most| i32::try_from(most).ok()).map(|most| most.min(1_000));
        let call = self.s3.list_objects_v2().bucket(bucket).prefix(prefix).expected_bucket_owner(owner);
        let mut pages = call.set_max_keys(size).into_paginator().send();
        let mut all = Vec::new();
        while let Some(page) = self.runtime.block_on(pages.next()) {
            let page = match page.map_err(|error| crate::fault::ToFault::fault(&error, "s3:ListObjectsV2")) {
                Ok(page) => page,
                Err(fault) if fault.kind == Kind::Missing => return Ok(Vec::new()),
                Err(fault) => return Err(fault),
            };
            all.extend(page.contents.unwrap_or_default().into_iter().map(|one| Listed {
                written: moment(one.last_modified.as_ref()),
                size: one.size.and_then(|size| u64::try_from(size).ok()).unwrap_or_default(),
                key: one.key.unwrap_or_default(),
            }));
            if most.is_some_and(|most| all.len() >= most) {
                all.truncate(most.unwrap_or_default());
                break;
            }
        }
        Ok(all)
    }

    /// Deletes an object, if it still has this etag.
    ///
    /// # Errors
    ///
    /// The object has changed ([`Kind::Condition`]), or AWS rejects the request.
    pub fn delete_object(&self, owner: &str, bucket: &str, key: &str, etag: &str) -> Result<(), Fault> {
        let call = self
            .s3
            .delete_object()
            .bucket(bucket)
            .key(key)
            .expected_bucket_owner(owner)
            .if_match(etag)
            .send();
        match self.wait("s3:DeleteObject", call) {
            Err(fault) if fault.kind != Kind::Missing => Err(fault),
            _ => Ok(()),
        }
    }

    /// Whether a bucket contains any version of any object; `false` if the bucket does not exist.
    ///
    /// # Errors
    ///
    /// An AWS request fails.
    pub fn holds_objects(&self, owner: &str, bucket: &str) -> Result<bool, Fault> {
        let call =
            self.s3.list_object_versions().bucket(bucket).expected_bucket_owner(owner).max_keys(1).send();
        match self.wait("s3:ListObjectVersions", call) {
            Ok(page) => Ok(!page.versions().is_empty() || !page.delete_markers().is_empty()),
            Err(fault) if fault.kind == Kind::Missing => Ok(false),
            Err(fault) => Err(fault),
        }
    }

    /// Deletes every version of every object in a bucket; returns how many.
    ///
    /// # Errors
    ///
    /// AWS rejects the request; what was deleted before stays deleted.
    pub fn empty_bucket(&self, owner: &str, bucket: &str) -> Result<u64, Fault> {
        let mut removed = 0;
        loop {
            let call = self.s3.list_object_versions().bucket(bucket).expected_bucket_owner(owner).send();
            let page = self.wait("s3:ListObjectVersions", call)?;
            let versions = page.versions.unwrap_or_default().into_iter().map(|one| (one.key, one.version_id));
            let markers =
                page.delete_markers.unwrap_or_default().into_iter().map(|one| (one.key, one.version_id));
            let all: Vec<ObjectIdentifier> = versions
                .chain(markers)
                .filter_map(|(key, version)| {
                    let version = version.filter(|version| version != "null");
                    ObjectIdentifier::builder().key(key?).set_version_id(version).build().ok()
                })
                .collect();
            if all.is_empty() {
                return Ok(removed);
            }
            removed += all.len() as u64;
            let delete = Delete::builder().set_objects(Some(all)).quiet(true).build();
            let delete = delete.map_err(|error| Fault::ours("s3:DeleteObjects", &error.to_string()))?;
            let call =
                self.s3.delete_objects().bucket(bucket).expected_bucket_owner(owner).delete(delete).send();
            let done = self.wait("s3:DeleteObjects", call)?;
            if let Some(error) = done.errors.unwrap_or_default().into_iter().next() {
                let code = error.code.unwrap_or_default();
                let message =
                    format!("{}: {}", error.key.unwrap_or_default(), error.message.unwrap_or_default());
                return Err(Fault { operation: "s3:DeleteObjects", kind: Kind::Refused, code, message });
            }
        }
    }
}

/// The partition of a region in ARNs.
fn partition(region: &str) -> &'static str {
    match region {
        _ if region.starts_with("cn-") => "aws-cn",
        _ if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}

/// A bucket policy that denies requests without TLS.
fn only_by_tls(bucket: &str, partition: &str) -> String {
    format!(
        "{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Sid\":\"OnlyByTls\",\"Effect\":\"Deny\",\"Principal\":\"*\",\
         \"Action\":\"s3:*\",\"Resource\":[\"arn:{partition}:s3:::{bucket}\",\"arn:{partition}:s3:::{bucket}/*\"],\
         \"Condition\":{{\"Bool\":{{\"aws:SecureTransport\":\"false\"}}}}}}]}}"
    )
}

//! Edges to objects in a bucket that is encrypted with the platform's key.

use strataform_policy::{Condition, Operator, Statement, action};
use strataform_resources::kind::{KMSKey, S3Bucket};
use strataform_template::{Arn, Expression, Value, pseudo, sub};

use super::Edge;

/// The objects under a prefix of a bucket, and the key that encrypts them.
#[derive(Clone, Debug)]
pub struct Objects<'a> {
    /// The bucket.
    pub bucket: &'a Value<Arn<S3Bucket>>,
    /// `page_view/`: ends in a slash, or is empty for the whole bucket.
    pub prefix: &'a str,
    /// The key.
    pub key: &'a Value<Arn<KMSKey>>,
}

/// Reads objects whose names are known.
#[must_use]
pub fn get(objects: &Objects<'_>) -> Edge {
    Edge::new([
        Statement::allow([action!("s3:GetObject")]).on(all(objects)),
        Statement::allow([action!("kms:Decrypt")]).on(objects.key).when(via_s3()),
    ])
}

/// Lists and reads objects. S3 says "not found" instead of "access denied" only to those who may list.
#[must_use]
pub fn read(objects: &Objects<'_>) -> Edge {
    let [_, list] = list(objects);
    Edge::new(std::iter::once(list).chain(get(objects).statements))
}

/// Lists and reads objects as services do that first ask for the region of the bucket.
#[must_use]
pub fn read_located(objects: &Objects<'_>) -> Edge {
    Edge::new(list(objects).into_iter().chain(get(objects).statements))
}

/// Writes objects, large ones by multipart upload.
#[must_use]
pub fn write(objects: &Objects<'_>) -> Edge {
    Edge::new(
        list(objects).into_iter().chain([
            Statement::allow([
                action!("s3:AbortMultipartUpload"),
                action!("s3:ListMultipartUploadParts"),
                action!("s3:PutObject"),
            ])
            .on(all(objects)),
            // S3 decrypts the parts of a multipart upload to assemble them.
            Statement::allow([action!("kms:Decrypt"), action!("kms:GenerateDataKey")])
                .on(objects.key)
                .when(via_s3()),
        ]),
    )
}

/// Uploads files under a prefix, and nothing else: it cannot read or list the uploads of others.
#[must_use]
pub fn upload_files(objects: &Objects<'_>) -> Edge {
    Edge::new([
        Statement::allow([action!("s3:AbortMultipartUpload"), action!("s3:PutObject")]).on(all(objects)),
        Statement::allow([action!("kms:Decrypt"), action!("kms:GenerateDataKey")])
            .on(objects.key)
            .when(via_s3()),
    ])
}

/// Writes objects as Firehose does: the permissions that its documentation lists. Those on the bucket have no prefix;
/// those on objects are limited to the prefixes.
#[must_use]
pub fn deliver(bucket: &Value<Arn<S3Bucket>>, prefixes: [&str; 2], key: &Value<Arn<KMSKey>>) -> Edge {
    let objects = Statement::allow([
        action!("s3:AbortMultipartUpload"),
        action!("s3:GetObject"),
        action!("s3:PutObject"),
    ]);
    let [first, second] = prefixes.map(|prefix| all(&Objects { bucket, prefix, key }));
    Edge::new([
        Statement::allow([
            action!("s3:GetBucketLocation"),
            action!("s3:ListBucket"),
            action!("s3:ListBucketMultipartUploads"),
        ])
        .on(bucket),
        objects.on(first).on(second),
        Statement::allow([action!("kms:Decrypt"), action!("kms:GenerateDataKey")]).on(key).when(via_s3()),
    ])
}

/// Reads the objects of a folder through a Hadoop file system. S3 has no folders: before it lists, such a file system
/// requests an object with the folder's own name and the marker `<folder>_$folder$`. Access denied instead of "not
/// found" would fail the job. Assumes `folder-requests`.
#[must_use]
pub fn read_folder(folder: &Objects<'_>) -> Edge {
    let get = Statement::allow([action!("s3:GetObject")]);
    Edge::new(list_folder(folder).into_iter().chain([
        names(folder).into_iter().fold(get.on(all(folder)), Statement::on),
        Statement::allow([action!("kms:Decrypt")]).on(folder.key).when(via_s3()),
    ]))
}

/// Lists the versions of the objects in a folder: a job recognizes a file that was overwritten by its version.
/// Assumes `object-versions`.
#[must_use]
pub fn list_versions(folder: &Objects<'_>) -> Edge {
    let below = format!("{}*", folder.prefix);
    Edge::new([Statement::allow([action!("s3:ListBucketVersions")]).on(folder.bucket).when(Condition::new(
        Operator::StringLike,
        "s3:prefix",
        below,
    ))])
}

/// Reads, writes and deletes the objects of a folder through a Hadoop file system: a retried run removes what the last
/// attempt left behind. Assumes `hadoop-writes` and `orphan-listing`.
#[must_use]
pub fn manage_folder(folder: &Objects<'_>) -> Edge {
    let keep = Statement::allow([
        action!("s3:AbortMultipartUpload"),
        action!("s3:DeleteObject"),
        action!("s3:GetObject"),
        action!("s3:ListMultipartUploadParts"),
        action!("s3:PutObject"),
    ]);
    Edge::new(
        list_folder(folder).into_iter().chain([
            names(folder).into_iter().fold(keep.on(all(folder)), Statement::on),
            // The same statement as in `write`, so that a policy contains it once.
            Statement::allow([action!("kms:Decrypt"), action!("kms:GenerateDataKey")])
                .on(folder.key)
                .when(via_s3()),
        ]),
    )
}

fn list_folder(folder: &Objects<'_>) -> [Statement; 2] {
    let name = folder.prefix.trim_end_matches('/');
    let prefixes = [name.to_owned(), format!("{name}_$folder$"), format!("{}*", folder.prefix)];
    [
        Statement::allow([action!("s3:GetBucketLocation")]).on(folder.bucket),
        Statement::allow([action!("s3:ListBucket")]).on(folder.bucket).when(Condition::any_of(
            Operator::StringLike,
            "s3:prefix",
            prefixes,
        )),
    ]
}

/// The objects that represent the folder itself.
fn names(folder: &Objects<'_>) -> [Expression; 2] {
    let name = || folder.prefix.trim_end_matches('/').to_owned();
    [
        sub!("${bucket}/${name}", bucket = folder.bucket, name = name()),
        sub!("${bucket}/${name}_$folder$", bucket = folder.bucket, name = name()),
    ]
}

fn all(objects: &Objects<'_>) -> Expression {
    sub!("${bucket}/${prefix}*", bucket = objects.bucket, prefix = objects.prefix.to_owned())
}

fn list(objects: &Objects<'_>) -> [Statement; 2] {
    let list = Statement::allow([action!("s3:ListBucket")]).on(objects.bucket);
    let list = if objects.prefix.is_empty() {
        list
    } else {
        list.when(Condition::new(Operator::StringLike, "s3:prefix", format!("{}*", objects.prefix)))
    };
    [Statement::allow([action!("s3:GetBucketLocation")]).on(objects.bucket), list]
}

fn via_s3() -> Condition {
    Condition::new(
        Operator::StringEquals,
        "kms:ViaService",
        sub!("s3.${region}.amazonaws.com", region = pseudo::region()),
    )
}

//! Edges between a mover and objects in a bucket, which the platform's key encrypts.

use strataform_policy::{Condition, Operator, Statement, action};
use strataform_resources::kind::{KMSKey, S3Bucket};
use strataform_template::{Arn, Expression, Value, pseudo, sub};

use super::Edge;

/// Objects under a prefix of a bucket, and the key that encrypts them.
#[derive(Clone, Debug)]
pub struct Objects<'a> {
    /// The bucket.
    pub bucket: &'a Value<Arn<S3Bucket>>,
    /// `page_view/`: ends in a slash, or is empty for the whole bucket.
    pub prefix: &'a str,
    /// The key.
    pub key: &'a Value<Arn<KMSKey>>,
}

/// Reads objects, and lists them.
#[must_use]
pub fn read(objects: &Objects<'_>) -> Edge {
    Edge::new(list(objects).into_iter().chain([
        Statement::allow([action!("s3:GetObject")]).on(all(objects)),
        Statement::allow([action!("kms:Decrypt")]).on(objects.key).when(via_s3()),
    ]))
}

/// Writes objects, in parts where they are large.
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
            // A part of a multipart upload is decrypted to be put together.
            Statement::allow([action!("kms:Decrypt"), action!("kms:GenerateDataKey")])
                .on(objects.key)
                .when(via_s3()),
        ]),
    )
}

/// Drops files below a prefix, and nothing else: it neither reads nor lists what others dropped.
#[must_use]
pub fn drop_files(objects: &Objects<'_>) -> Edge {
    Edge::new([
        Statement::allow([action!("s3:AbortMultipartUpload"), action!("s3:PutObject")]).on(all(objects)),
        Statement::allow([action!("kms:Decrypt"), action!("kms:GenerateDataKey")])
            .on(objects.key)
            .when(via_s3()),
    ])
}

/// Writes objects as Firehose does: what its documentation asks for. It looks at the bucket without a prefix; which
/// objects it reads and writes is narrowed.
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

/// Reads the objects of a folder through a file system of Hadoop. S3 has no folders: such a file system asks for
/// an object of the folder's own name and for the marker `<folder>_$folder$` before it lists, and a refusal
/// would end the job where "not found" is right.
#[must_use]
pub fn read_folder(folder: &Objects<'_>) -> Edge {
    let get = Statement::allow([action!("s3:GetObject")]);
    Edge::new(list_folder(folder).into_iter().chain([
        names(folder).into_iter().fold(get.on(all(folder)), Statement::on),
        Statement::allow([action!("kms:Decrypt")]).on(folder.key).when(via_s3()),
    ]))
}

/// Reads, writes and deletes the objects of a folder through a file system of Hadoop: a run that is tried again
/// clears what the last try left.
#[must_use]
pub fn keep_folder(folder: &Objects<'_>) -> Edge {
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
            // As those of `write`, so that a policy says it once.
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

/// The objects that stand for the folder itself.
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

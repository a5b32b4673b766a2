-- The Kinesis data streams of the account; the role can read only those of this platform.
CREATE EXTERNAL SCHEMA IF NOT EXISTS "kinesis"
FROM KINESIS
IAM_ROLE '${StreamingRole}';

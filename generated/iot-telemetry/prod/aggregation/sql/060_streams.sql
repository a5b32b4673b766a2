-- The Kinesis streams of the account as tables; the role reads only those of this platform.
CREATE EXTERNAL SCHEMA IF NOT EXISTS "kinesis"
FROM KINESIS
IAM_ROLE '${StreamingRole}';

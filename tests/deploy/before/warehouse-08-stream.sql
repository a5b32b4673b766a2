-- The Kinesis streams of the account as tables; the role reads only those of this platform.
CREATE EXTERNAL SCHEMA IF NOT EXISTS "kinesis"
FROM KINESIS
IAM_ROLE '${StreamingRole}';
-- Records of measurement as they come.
-- Each record is parsed once. What is no JSON is kept as it came.
-- AUTO REFRESH keeps a serverless warehouse busy as long as records come in.
CREATE MATERIALIZED VIEW "core"."measurement__stream"
AUTO REFRESH YES
AS
SELECT
    "approximate_arrival_timestamp",
    "shard_id",
    "sequence_number",
    CASE WHEN CAN_JSON_PARSE("kinesis_data") THEN JSON_PARSE("kinesis_data") END AS "payload",
    CASE WHEN CAN_JSON_PARSE("kinesis_data") THEN NULL ELSE "kinesis_data" END AS "rejected"
FROM "kinesis"."iot-telemetry-dev-measurement";

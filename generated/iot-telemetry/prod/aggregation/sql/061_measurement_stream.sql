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
FROM "kinesis"."iot-telemetry-prod-measurement";

-- The records of the last hour with their types; what tells of a person is masked or left out.
CREATE OR REPLACE VIEW "report"."measurement__live" AS
SELECT
    "record"."approximate_arrival_timestamp" AS "arrived__at",
    "record"."payload"."device_id"::VARCHAR(128) AS "device_id",
    "record"."payload"."sensor"::VARCHAR(128) AS "sensor",
    "record"."payload"."measured_at"::TIMESTAMP AS "measured_at",
    "record"."payload"."value"::DOUBLE PRECISION AS "value",
    "record"."payload"."unit"::VARCHAR(64) AS "unit",
    "record"."payload"."quality"::INTEGER AS "quality",
    "record"."payload"."firmware"::VARCHAR(128) AS "firmware"
FROM "core"."measurement__stream" AS "record"
WHERE "record"."rejected" IS NULL
    AND "record"."approximate_arrival_timestamp" > DATEADD(hour, -1, GETDATE())
WITH NO SCHEMA BINDING;

-- What came in and was no JSON: how much, and when.
CREATE OR REPLACE VIEW "report"."measurement__rejected" AS
SELECT
    DATE_TRUNC('minute', "approximate_arrival_timestamp") AS "minute",
    COUNT(*) AS "records"
FROM "core"."measurement__stream"
WHERE "rejected" IS NOT NULL
GROUP BY 1
WITH NO SCHEMA BINDING;

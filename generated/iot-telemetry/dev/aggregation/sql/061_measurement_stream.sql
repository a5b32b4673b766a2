-- Records of measurement as they arrive.
-- Parses each record once. Records that are not JSON are kept unchanged.
-- AUTO REFRESH keeps a serverless warehouse active while records arrive.
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

-- The typed records of the last hour; sensitive columns are left out. Times without an offset are in UTC, and Booleans
-- are text, because dashboards have no type for them.
CREATE OR REPLACE VIEW "report"."measurement__live" AS
SELECT
    "record"."approximate_arrival_timestamp" AS "arrived__at",
    "record"."payload"."device_id"::VARCHAR(128) AS "device_id",
    "record"."payload"."sensor"::VARCHAR(128) AS "sensor",
    "record"."payload"."measured_at"::TIMESTAMPTZ AT TIME ZONE 'UTC' AS "measured_at",
    "record"."payload"."value"::DOUBLE PRECISION AS "value",
    "record"."payload"."unit"::VARCHAR(64) AS "unit",
    "record"."payload"."quality"::INTEGER AS "quality",
    "record"."payload"."firmware"::VARCHAR(128) AS "firmware"
FROM "core"."measurement__stream" AS "record"
WHERE "record"."rejected" IS NULL
    AND "record"."approximate_arrival_timestamp" > DATEADD(hour, -1, GETDATE())
WITH NO SCHEMA BINDING;

-- The number of records per minute that are not JSON.
CREATE OR REPLACE VIEW "report"."measurement__rejected" AS
SELECT
    DATE_TRUNC('minute', "approximate_arrival_timestamp") AS "minute",
    COUNT(*) AS "records"
FROM "core"."measurement__stream"
WHERE "rejected" IS NOT NULL
GROUP BY 1
WITH NO SCHEMA BINDING;

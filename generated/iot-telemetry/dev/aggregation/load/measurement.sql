-- Load of measurement: merges the latest row of each key from the files in a manifest.
-- Until when all committed runs are loaded:
SELECT TO_CHAR(DATEADD(hour, -1, MAX("complete_until")), 'YYYY-MM-DD"T"HH24:MI:SS') AS "since"
FROM "staging"."measurement__loaded_run";
-- Which of the runs that were committed later are loaded:
SELECT "run_id"
FROM "staging"."measurement__loaded_run"
WHERE "run_id" IN (${RunIds});
-- For each run that is missing, the state machine runs this as one transaction, with the run's manifest in place of ${ManifestUrl}.
-- Loads of a dataset run one after the other. The lock precedes all that reads or changes rows: the
-- snapshot of a transaction is taken by the first such statement, and must contain the load before it.
LOCK TABLE "staging"."measurement";
DELETE FROM "staging"."measurement";
DELETE FROM "staging"."measurement__latest";
-- COPY maps columns of Parquet files by position. The manifest names those of the run's files: a run
-- that was committed before a column was added lacks it.
COPY "staging"."measurement"${Columns}
FROM '${ManifestUrl}'
IAM_ROLE '${CopyRole}'
FORMAT AS PARQUET
MANIFEST;
-- The latest row of each key, if it is later than the merged row: a second load of the same
-- files changes nothing, and the order of loads does not matter.
INSERT INTO "staging"."measurement__latest" (
    "device_id",
    "sensor",
    "measured_at",
    "value",
    "unit",
    "quality",
    "firmware",
    "location",
    "is_good",
    "celsius",
    "arrived__at",
    "row__attempt",
    "row__hash"
)
WITH "merged" AS (
    SELECT "stored__row"."device_id", "stored__row"."sensor", "stored__row"."measured_at", "stored__row"."arrived__at", "stored__row"."row__attempt", "stored__row"."row__hash"
    FROM "core"."measurement" AS "stored__row"
    WHERE "stored__row"."measured_at" BETWEEN (SELECT MIN("file__row"."measured_at") FROM "staging"."measurement" AS "file__row") AND (SELECT MAX("file__row"."measured_at") FROM "staging"."measurement" AS "file__row")
)

SELECT
    "incoming"."device_id",
    "incoming"."sensor",
    "incoming"."measured_at",
    "incoming"."value",
    "incoming"."unit",
    "incoming"."quality",
    "incoming"."firmware",
    CASE WHEN CAN_JSON_PARSE("incoming"."location") THEN JSON_PARSE("incoming"."location") END AS "location",
    "incoming"."is_good",
    "incoming"."celsius",
    "incoming"."arrived__at",
    "incoming"."row__attempt",
    "incoming"."row__hash"
FROM (
    SELECT
        "device_id",
        "sensor",
        "measured_at",
        "value",
        "unit",
        "quality",
        "firmware",
        "location",
        "is_good",
        "celsius",
        "arrived__at",
        "row__attempt",
        "row__hash",
        ROW_NUMBER() OVER (
            PARTITION BY "device_id", "sensor", "measured_at"
            ORDER BY "measured_at" DESC NULLS LAST, "arrived__at" DESC NULLS LAST, "row__attempt" DESC NULLS LAST, "row__hash" DESC NULLS LAST
        ) AS "row__number"
    FROM "staging"."measurement"
) AS "incoming"
LEFT JOIN "merged"
    ON "incoming"."device_id" = "merged"."device_id" AND "incoming"."sensor" = "merged"."sensor" AND "incoming"."measured_at" = "merged"."measured_at"
WHERE "incoming"."row__number" = 1
    AND (
        "merged"."arrived__at" IS NULL
        OR ("incoming"."measured_at" > "merged"."measured_at")
        OR ("incoming"."measured_at" = "merged"."measured_at" AND "incoming"."arrived__at" > "merged"."arrived__at")
        OR ("incoming"."measured_at" = "merged"."measured_at" AND "incoming"."arrived__at" = "merged"."arrived__at" AND "incoming"."row__attempt" > "merged"."row__attempt")
        OR ("incoming"."measured_at" = "merged"."measured_at" AND "incoming"."arrived__at" = "merged"."arrived__at" AND "incoming"."row__attempt" = "merged"."row__attempt" AND "incoming"."row__hash" > "merged"."row__hash")
    );
-- The groups of aggregates that the changed rows are in, and after each change those that they are in then:
-- the next refresh computes them, whenever it runs.
CALL "mart"."before_load__measurement"();
-- Not MERGE: its condition only compares columns of both tables, so the period of the files could not limit what
-- it reads.
UPDATE "core"."measurement"
SET
    "value" = "measurement__latest"."value",
    "unit" = "measurement__latest"."unit",
    "quality" = "measurement__latest"."quality",
    "firmware" = "measurement__latest"."firmware",
    "location" = "measurement__latest"."location",
    "is_good" = "measurement__latest"."is_good",
    "celsius" = "measurement__latest"."celsius",
    "arrived__at" = "measurement__latest"."arrived__at",
    "row__attempt" = "measurement__latest"."row__attempt",
    "row__hash" = "measurement__latest"."row__hash"
FROM "staging"."measurement__latest"
WHERE "measurement"."device_id" = "measurement__latest"."device_id" AND "measurement"."sensor" = "measurement__latest"."sensor" AND "measurement"."measured_at" = "measurement__latest"."measured_at"
    AND "measurement"."measured_at" BETWEEN (SELECT MIN("latest__row"."measured_at") FROM "staging"."measurement__latest" AS "latest__row") AND (SELECT MAX("latest__row"."measured_at") FROM "staging"."measurement__latest" AS "latest__row");
INSERT INTO "core"."measurement" (
    "device_id",
    "sensor",
    "measured_at",
    "value",
    "unit",
    "quality",
    "firmware",
    "location",
    "is_good",
    "celsius",
    "arrived__at",
    "row__attempt",
    "row__hash"
)
WITH "merged" AS (
    SELECT "stored__row"."device_id", "stored__row"."sensor", "stored__row"."measured_at", "stored__row"."arrived__at", "stored__row"."row__attempt", "stored__row"."row__hash"
    FROM "core"."measurement" AS "stored__row"
    WHERE "stored__row"."measured_at" BETWEEN (SELECT MIN("latest__row"."measured_at") FROM "staging"."measurement__latest" AS "latest__row") AND (SELECT MAX("latest__row"."measured_at") FROM "staging"."measurement__latest" AS "latest__row")
)

SELECT
    "incoming"."device_id",
    "incoming"."sensor",
    "incoming"."measured_at",
    "incoming"."value",
    "incoming"."unit",
    "incoming"."quality",
    "incoming"."firmware",
    "incoming"."location",
    "incoming"."is_good",
    "incoming"."celsius",
    "incoming"."arrived__at",
    "incoming"."row__attempt",
    "incoming"."row__hash"
FROM "staging"."measurement__latest" AS "incoming"
LEFT JOIN "merged"
    ON "incoming"."device_id" = "merged"."device_id" AND "incoming"."sensor" = "merged"."sensor" AND "incoming"."measured_at" = "merged"."measured_at"
WHERE "merged"."arrived__at" IS NULL;
CALL "mart"."after_load__measurement"();
-- The run is loaded if and only if this transaction is committed; a second load replaces its row.
DELETE FROM "staging"."measurement__loaded_run"
WHERE "run_id" = '${RunId}';
INSERT INTO "staging"."measurement__loaded_run" ("run_id", "manifest", "rows", "loaded_at", "complete_until")
SELECT
    '${RunId}' AS "run_id",
    '${ManifestUrl}' AS "manifest",
    COUNT(*) AS "rows",
    GETDATE() AS "loaded_at",
    NULLIF('${CompleteUntil}', '')::TIMESTAMP AS "complete_until"
FROM "staging"."measurement";
-- A refresh sees only committed rows: each runs in its own transaction, after the load.
CALL "mart"."refresh__hourly"();
CALL "mart"."refresh__health"();

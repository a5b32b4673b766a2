-- Load of device: merges the latest row of each key from the files in a manifest.
-- Until when all committed runs are loaded:
SELECT TO_CHAR(DATEADD(hour, -1, MAX("complete_until")), 'YYYY-MM-DD"T"HH24:MI:SS') AS "since"
FROM "staging"."device__loaded_run";
-- Which of the runs that were committed later are loaded:
SELECT "run_id"
FROM "staging"."device__loaded_run"
WHERE "run_id" IN (${RunIds});
-- For each run that is missing, the state machine runs this as one transaction, with the run's manifest in place of ${ManifestUrl}.
-- Loads of a dataset run one after the other. The lock precedes all that reads or changes rows: the
-- snapshot of a transaction is taken by the first such statement, and must contain the load before it.
LOCK TABLE "staging"."device";
DELETE FROM "staging"."device";
DELETE FROM "staging"."device__latest";
-- COPY maps columns of Parquet files by position. The manifest names those of the run's files: a run
-- that was committed before a column was added lacks it.
COPY "staging"."device"${Columns}
FROM '${ManifestUrl}'
IAM_ROLE '${CopyRole}'
FORMAT AS PARQUET
MANIFEST;
-- The latest row of each key, if it is later than the merged row: a second load of the same
-- files changes nothing, and the order of loads does not matter.
INSERT INTO "staging"."device__latest" (
    "device_id",
    "model",
    "site",
    "country",
    "installed_on",
    "rated_power",
    "arrived__at",
    "row__attempt",
    "row__hash"
)
SELECT
    "incoming"."device_id",
    "incoming"."model",
    "incoming"."site",
    "incoming"."country",
    "incoming"."installed_on",
    "incoming"."rated_power",
    "incoming"."arrived__at",
    "incoming"."row__attempt",
    "incoming"."row__hash"
FROM (
    SELECT
        "device_id",
        "model",
        "site",
        "country",
        "installed_on",
        "rated_power",
        "arrived__at",
        "row__attempt",
        "row__hash",
        ROW_NUMBER() OVER (
            PARTITION BY "device_id"
            ORDER BY "arrived__at" DESC NULLS LAST, "row__attempt" DESC NULLS LAST, "row__hash" DESC NULLS LAST
        ) AS "row__number"
    FROM "staging"."device"
) AS "incoming"
LEFT JOIN "core"."device" AS "merged"
    ON "incoming"."device_id" = "merged"."device_id"
WHERE "incoming"."row__number" = 1
    AND (
        "merged"."arrived__at" IS NULL
        OR ("incoming"."arrived__at" > "merged"."arrived__at")
        OR ("incoming"."arrived__at" = "merged"."arrived__at" AND "incoming"."row__attempt" > "merged"."row__attempt")
        OR ("incoming"."arrived__at" = "merged"."arrived__at" AND "incoming"."row__attempt" = "merged"."row__attempt" AND "incoming"."row__hash" > "merged"."row__hash")
    );
-- The groups of aggregates that the changed rows are in, and after each change those that they are in then:
-- the next refresh computes them, whenever it runs.
CALL "mart"."before_load__device"();
-- Not MERGE: its condition only compares columns of both tables, so the period of the files could not limit what
-- it reads.
UPDATE "core"."device"
SET
    "model" = "device__latest"."model",
    "site" = "device__latest"."site",
    "country" = "device__latest"."country",
    "installed_on" = "device__latest"."installed_on",
    "rated_power" = "device__latest"."rated_power",
    "arrived__at" = "device__latest"."arrived__at",
    "row__attempt" = "device__latest"."row__attempt",
    "row__hash" = "device__latest"."row__hash"
FROM "staging"."device__latest"
WHERE "device"."device_id" = "device__latest"."device_id";
INSERT INTO "core"."device" (
    "device_id",
    "model",
    "site",
    "country",
    "installed_on",
    "rated_power",
    "arrived__at",
    "row__attempt",
    "row__hash"
)
SELECT
    "incoming"."device_id",
    "incoming"."model",
    "incoming"."site",
    "incoming"."country",
    "incoming"."installed_on",
    "incoming"."rated_power",
    "incoming"."arrived__at",
    "incoming"."row__attempt",
    "incoming"."row__hash"
FROM "staging"."device__latest" AS "incoming"
LEFT JOIN "core"."device" AS "merged"
    ON "incoming"."device_id" = "merged"."device_id"
WHERE "merged"."arrived__at" IS NULL;
CALL "mart"."after_load__device"();
-- The run is loaded if and only if this transaction is committed; a second load replaces its row.
DELETE FROM "staging"."device__loaded_run"
WHERE "run_id" = '${RunId}';
INSERT INTO "staging"."device__loaded_run" ("run_id", "manifest", "rows", "loaded_at", "complete_until")
SELECT
    '${RunId}' AS "run_id",
    '${ManifestUrl}' AS "manifest",
    COUNT(*) AS "rows",
    GETDATE() AS "loaded_at",
    NULLIF('${CompleteUntil}', '')::TIMESTAMP AS "complete_until"
FROM "staging"."device";
-- A refresh sees only committed rows: each runs in its own transaction, after the load.
CALL "mart"."refresh__hourly"();
CALL "mart"."refresh__health"();

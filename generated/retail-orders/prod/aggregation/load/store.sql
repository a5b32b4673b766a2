-- Load of store: merges the latest row of each key from the files in a manifest.
-- Until when all committed runs are loaded:
SELECT TO_CHAR(DATEADD(hour, -1, MAX("complete_until")), 'YYYY-MM-DD"T"HH24:MI:SS') AS "since"
FROM "staging"."store__loaded_run";
-- Which of the runs that were committed later are loaded:
SELECT "run_id"
FROM "staging"."store__loaded_run"
WHERE "run_id" IN (${RunIds});
-- For each run that is missing, the state machine runs this as one transaction, with the run's manifest in place of ${ManifestUrl}.
-- Loads of a dataset run one after the other. The lock precedes all that reads or changes rows: the
-- snapshot of a transaction is taken by the first such statement, and must contain the load before it.
LOCK TABLE "staging"."store";
DELETE FROM "staging"."store";
DELETE FROM "staging"."store__latest";
-- COPY maps columns of Parquet files by position. The manifest names those of the run's files: a run
-- that was committed before a column was added lacks it.
COPY "staging"."store"${Columns}
FROM '${ManifestUrl}'
IAM_ROLE '${CopyRole}'
FORMAT AS PARQUET
MANIFEST;
-- The latest row of each key, if it is later than the merged row: a second load of the same
-- files changes nothing, and the order of loads does not matter.
INSERT INTO "staging"."store__latest" (
    "store_id",
    "name",
    "city",
    "country",
    "opened_on",
    "arrived__at",
    "row__attempt",
    "row__hash"
)
SELECT
    "incoming"."store_id",
    "incoming"."name",
    "incoming"."city",
    "incoming"."country",
    "incoming"."opened_on",
    "incoming"."arrived__at",
    "incoming"."row__attempt",
    "incoming"."row__hash"
FROM (
    SELECT
        "store_id",
        "name",
        "city",
        "country",
        "opened_on",
        "arrived__at",
        "row__attempt",
        "row__hash",
        ROW_NUMBER() OVER (
            PARTITION BY "store_id"
            ORDER BY "arrived__at" DESC NULLS LAST, "row__attempt" DESC NULLS LAST, "row__hash" DESC NULLS LAST
        ) AS "row__number"
    FROM "staging"."store"
) AS "incoming"
LEFT JOIN "core"."store" AS "merged"
    ON "incoming"."store_id" = "merged"."store_id"
WHERE "incoming"."row__number" = 1
    AND (
        "merged"."arrived__at" IS NULL
        OR ("incoming"."arrived__at" > "merged"."arrived__at")
        OR ("incoming"."arrived__at" = "merged"."arrived__at" AND "incoming"."row__attempt" > "merged"."row__attempt")
        OR ("incoming"."arrived__at" = "merged"."arrived__at" AND "incoming"."row__attempt" = "merged"."row__attempt" AND "incoming"."row__hash" > "merged"."row__hash")
    );
-- The groups of aggregates that the changed rows are in, and after each change those that they are in then:
-- the next refresh computes them, whenever it runs.
CALL "mart"."before_load__store"();
-- Not MERGE: its condition only compares columns of both tables, so the period of the files could not limit what
-- it reads.
UPDATE "core"."store"
SET
    "name" = "store__latest"."name",
    "city" = "store__latest"."city",
    "country" = "store__latest"."country",
    "opened_on" = "store__latest"."opened_on",
    "arrived__at" = "store__latest"."arrived__at",
    "row__attempt" = "store__latest"."row__attempt",
    "row__hash" = "store__latest"."row__hash"
FROM "staging"."store__latest"
WHERE "store"."store_id" = "store__latest"."store_id";
INSERT INTO "core"."store" (
    "store_id",
    "name",
    "city",
    "country",
    "opened_on",
    "arrived__at",
    "row__attempt",
    "row__hash"
)
SELECT
    "incoming"."store_id",
    "incoming"."name",
    "incoming"."city",
    "incoming"."country",
    "incoming"."opened_on",
    "incoming"."arrived__at",
    "incoming"."row__attempt",
    "incoming"."row__hash"
FROM "staging"."store__latest" AS "incoming"
LEFT JOIN "core"."store" AS "merged"
    ON "incoming"."store_id" = "merged"."store_id"
WHERE "merged"."arrived__at" IS NULL;
CALL "mart"."after_load__store"();
-- The run is loaded if and only if this transaction is committed; a second load replaces its row.
DELETE FROM "staging"."store__loaded_run"
WHERE "run_id" = '${RunId}';
INSERT INTO "staging"."store__loaded_run" ("run_id", "manifest", "rows", "loaded_at", "complete_until")
SELECT
    '${RunId}' AS "run_id",
    '${ManifestUrl}' AS "manifest",
    COUNT(*) AS "rows",
    GETDATE() AS "loaded_at",
    NULLIF('${CompleteUntil}', '')::TIMESTAMP AS "complete_until"
FROM "staging"."store";
-- A refresh sees only committed rows: each runs in its own transaction, after the load.
CALL "mart"."refresh__store_month"();

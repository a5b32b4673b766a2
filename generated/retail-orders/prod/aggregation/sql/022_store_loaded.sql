-- The runs of store that are loaded.
-- Each load writes its run in its own transaction. All runs that were committed before "complete_until" are here.
CREATE TABLE IF NOT EXISTS "staging"."store__loaded_run" (
    "run_id" VARCHAR(128) NOT NULL,
    "manifest" VARCHAR(512) NOT NULL,
    "rows" BIGINT NOT NULL,
    "loaded_at" TIMESTAMP NOT NULL,
    "complete_until" TIMESTAMP
)
DISTSTYLE AUTO
SORTKEY AUTO;

-- Rows from before this table: the runs up to now count as loaded.
INSERT INTO "staging"."store__loaded_run" ("run_id", "manifest", "rows", "loaded_at", "complete_until")
SELECT
    '' AS "run_id",
    '' AS "manifest",
    COUNT(*) AS "rows",
    GETDATE() AS "loaded_at",
    GETDATE() AS "complete_until"
FROM "core"."store"
HAVING COUNT(*) > 0;

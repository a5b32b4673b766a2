-- Dataset store: one row per key.
CREATE TABLE IF NOT EXISTS "core"."store" (
    "store_id" INTEGER NOT NULL,
    "name" VARCHAR(512) NOT NULL,
    "city" VARCHAR(512),
    "country" VARCHAR(16),
    "opened_on" DATE,
    "arrived__at" TIMESTAMP NOT NULL,
    "row__attempt" INTEGER NOT NULL,
    "row__hash" BIGINT NOT NULL,
    -- Not enforced by Redshift: MERGE keeps keys unique, and the planner relies on it.
    PRIMARY KEY ("store_id")
)
DISTSTYLE AUTO
SORTKEY AUTO;
COMMENT ON TABLE "core"."store" IS 'Stores. A small file that people edit by hand.';

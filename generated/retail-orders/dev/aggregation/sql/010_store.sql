-- Dataset store: one row a key.
CREATE TABLE IF NOT EXISTS "core"."store" (
    "store_id" INTEGER NOT NULL,
    "name" VARCHAR(512) NOT NULL,
    "city" VARCHAR(512),
    "country" VARCHAR(16),
    "opened_on" DATE,
    "arrived__at" TIMESTAMP NOT NULL,
    "row__attempt" INTEGER NOT NULL,
    "row__hash" BIGINT NOT NULL,
    -- Not enforced: MERGE keeps it true, and the planner relies on it.
    PRIMARY KEY ("store_id")
)
DISTSTYLE AUTO
SORTKEY AUTO;
COMMENT ON TABLE "core"."store" IS 'Where it is sold. A small file that people edit by hand.';

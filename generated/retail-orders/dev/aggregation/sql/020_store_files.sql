-- Rows of store as copied from files; each load empties the table first.
CREATE TABLE IF NOT EXISTS "staging"."store" (
    "store_id" INTEGER NOT NULL,
    "name" VARCHAR(512) NOT NULL,
    "city" VARCHAR(512),
    "country" VARCHAR(16),
    "opened_on" DATE,
    "arrived__at" TIMESTAMP NOT NULL,
    "row__attempt" INTEGER NOT NULL,
    "row__hash" BIGINT NOT NULL
)
DISTSTYLE AUTO
SORTKEY AUTO;

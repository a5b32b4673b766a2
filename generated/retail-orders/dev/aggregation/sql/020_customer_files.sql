-- Rows of customer as copied from files; each load empties the table first.
CREATE TABLE IF NOT EXISTS "staging"."customer" (
    "customer_id" BIGINT NOT NULL,
    "updated_at" TIMESTAMP NOT NULL,
    "name" VARCHAR(32),
    "email" VARCHAR(256),
    "country" VARCHAR(16),
    "segment" VARCHAR(128),
    "joined_on" DATE,
    "arrived__at" TIMESTAMP NOT NULL,
    "row__attempt" INTEGER NOT NULL,
    "row__hash" BIGINT NOT NULL
)
DISTSTYLE AUTO
SORTKEY ("updated_at");

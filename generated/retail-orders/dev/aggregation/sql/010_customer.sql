-- Dataset customer: one row per key.
CREATE TABLE IF NOT EXISTS "core"."customer" (
    "customer_id" BIGINT NOT NULL,
    "updated_at" TIMESTAMP NOT NULL,
    "name" VARCHAR(32),
    "email" VARCHAR(256),
    "country" VARCHAR(16),
    "segment" VARCHAR(128),
    "joined_on" DATE,
    "arrived__at" TIMESTAMP NOT NULL,
    "row__attempt" INTEGER NOT NULL,
    "row__hash" BIGINT NOT NULL,
    -- Not enforced by Redshift: MERGE keeps keys unique, and the planner relies on it.
    PRIMARY KEY ("customer_id")
)
DISTSTYLE AUTO
SORTKEY ("updated_at");
COMMENT ON TABLE "core"."customer" IS 'Customers. Dropped each night by the customer system.';

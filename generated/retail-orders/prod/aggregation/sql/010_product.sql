-- Dataset product: one row a key.
CREATE TABLE IF NOT EXISTS "core"."product" (
    "product_id" BIGINT NOT NULL,
    "name" VARCHAR(1024) NOT NULL,
    "category" VARCHAR(256),
    "brand" VARCHAR(256),
    "list_price" DECIMAL(12,2),
    "arrived__at" TIMESTAMP NOT NULL,
    "row__attempt" INTEGER NOT NULL,
    "row__hash" BIGINT NOT NULL,
    -- Not enforced: MERGE keeps it true, and the planner relies on it.
    PRIMARY KEY ("product_id")
)
DISTSTYLE AUTO
SORTKEY AUTO;
COMMENT ON TABLE "core"."product" IS 'What is sold. Dropped whenever the catalogue changes.';

-- Dataset product: one row per key.
CREATE TABLE IF NOT EXISTS "core"."product" (
    "product_id" BIGINT NOT NULL,
    "name" VARCHAR(1024) NOT NULL,
    "category" VARCHAR(256),
    "brand" VARCHAR(256),
    "list_price" DECIMAL(12,2),
    "arrived__at" TIMESTAMP NOT NULL,
    "row__attempt" INTEGER NOT NULL,
    "row__hash" BIGINT NOT NULL,
    -- Not enforced by Redshift: MERGE keeps keys unique, and the planner relies on it.
    PRIMARY KEY ("product_id")
)
DISTSTYLE AUTO
SORTKEY AUTO;
COMMENT ON TABLE "core"."product" IS 'Products. Dropped whenever the product catalog changes.';

-- Rows of product as copied from files; each load empties the table first.
CREATE TABLE IF NOT EXISTS "staging"."product" (
    "product_id" BIGINT NOT NULL,
    "name" VARCHAR(1024) NOT NULL,
    "category" VARCHAR(256),
    "brand" VARCHAR(256),
    "list_price" DECIMAL(12,2),
    "arrived__at" TIMESTAMP NOT NULL,
    "row__attempt" INTEGER NOT NULL,
    "row__hash" BIGINT NOT NULL
)
DISTSTYLE AUTO
SORTKEY AUTO;

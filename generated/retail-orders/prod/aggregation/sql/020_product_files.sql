-- Rows of product as they were copied from files; a load empties it first.
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

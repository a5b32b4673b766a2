-- Rows of order_line as copied from files; each load empties the table first.
CREATE TABLE IF NOT EXISTS "staging"."order_line" (
    "order_id" BIGINT NOT NULL,
    "line_number" INTEGER NOT NULL,
    "changed_at" TIMESTAMP NOT NULL,
    "ordered_on" DATE NOT NULL,
    "customer_id" BIGINT NOT NULL,
    "product_id" BIGINT NOT NULL,
    "store_id" INTEGER,
    "quantity" INTEGER NOT NULL,
    "unit_price" DECIMAL(12,2) NOT NULL,
    "discount" DECIMAL(5,4),
    "status" VARCHAR(64) NOT NULL,
    "currency" VARCHAR(16) NOT NULL,
    "note" VARCHAR(4096),
    "net_amount" DECIMAL(18,2) NOT NULL,
    "is_cancelled" BOOLEAN NOT NULL,
    "channel" VARCHAR(32) NOT NULL,
    "arrived__at" TIMESTAMP NOT NULL,
    "row__attempt" INTEGER NOT NULL,
    "row__hash" BIGINT NOT NULL
)
DISTSTYLE AUTO
SORTKEY ("changed_at");

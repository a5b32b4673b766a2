-- Dataset order_line: one row per key.
CREATE TABLE IF NOT EXISTS "core"."order_line" (
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
    "row__hash" BIGINT NOT NULL,
    -- Not enforced by Redshift: MERGE keeps keys unique, and the planner relies on it.
    PRIMARY KEY ("order_id", "line_number")
)
DISTSTYLE AUTO
SORTKEY ("changed_at");
COMMENT ON TABLE "core"."order_line" IS 'One line of an order, as of its latest change.';
COMMENT ON COLUMN "core"."order_line"."discount" IS 'Share of the price: 0.15 is 15 percent.';
COMMENT ON COLUMN "core"."order_line"."net_amount" IS 'Amount that the customer pays for the line.';

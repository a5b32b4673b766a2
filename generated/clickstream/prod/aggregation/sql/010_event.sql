-- Dataset event: one row per key.
CREATE TABLE IF NOT EXISTS "core"."event" (
    "event_id" VARCHAR(256) NOT NULL,
    "occurred_at" TIMESTAMP NOT NULL,
    "session_id" VARCHAR(256) NOT NULL,
    "visitor_id" VARCHAR(256) NOT NULL,
    "event_type" VARCHAR(128) NOT NULL,
    "page_path" VARCHAR(2048),
    "referrer" VARCHAR(2048),
    "device" VARCHAR(128),
    "country" VARCHAR(16),
    "amount" DECIMAL(12,2),
    "attributes" SUPER,
    "is_purchase" BOOLEAN,
    "funnel_step" INTEGER,
    "page_group" VARCHAR(2048) NOT NULL,
    "arrived__at" TIMESTAMP NOT NULL,
    "row__attempt" INTEGER NOT NULL,
    "row__hash" BIGINT NOT NULL,
    -- Not enforced by Redshift: MERGE keeps keys unique, and the planner relies on it.
    PRIMARY KEY ("event_id")
)
DISTSTYLE KEY DISTKEY ("event_id")
SORTKEY ("occurred_at");
COMMENT ON TABLE "core"."event" IS 'One event in the browser: a page view, a search, a step toward a purchase.';
COMMENT ON COLUMN "core"."event"."visitor_id" IS 'The visitor''s cookie; hashed, so that visits can still be counted.';
COMMENT ON COLUMN "core"."event"."event_type" IS 'One of page_view, search, add_to_cart, checkout and purchase.';
COMMENT ON COLUMN "core"."event"."amount" IS 'Amount paid, in euros; only for a purchase.';
COMMENT ON COLUMN "core"."event"."funnel_step" IS 'Position of the event in the purchase funnel.';

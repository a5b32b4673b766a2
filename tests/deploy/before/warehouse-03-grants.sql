-- Schemas of this platform's database: files land in staging, records are merged in core,
-- aggregates are kept in mart, and dashboards read report.
CREATE SCHEMA IF NOT EXISTS "staging";
CREATE SCHEMA IF NOT EXISTS "core";
CREATE SCHEMA IF NOT EXISTS "mart";
CREATE SCHEMA IF NOT EXISTS "report";
-- Roles, and the user as whom dashboards read. Who loads or deploys comes with an IAM role.
CREATE ROLE "clickstream_dev_loader";
CREATE ROLE "clickstream_dev_reader";
CREATE ROLE "clickstream_dev_deployer";
CREATE USER "clickstream_dev_dashboards" PASSWORD DISABLE;
GRANT ROLE "clickstream_dev_reader" TO "clickstream_dev_dashboards";
REVOKE ALL ON SCHEMA "public" FROM PUBLIC;
-- Nobody uses an IAM role of the warehouse that was not granted to them.
REVOKE ASSUMEROLE ON ALL FROM PUBLIC FOR ALL;
GRANT ASSUMEROLE ON '${CopyRole}' TO ROLE "clickstream_dev_loader" FOR COPY;
-- Dataset event: one row a key.
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
    -- Not enforced: MERGE keeps it true, and the planner relies on it.
    PRIMARY KEY ("event_id")
)
DISTSTYLE AUTO
SORTKEY ("occurred_at");
-- Aggregate session: over event. One row a session: when it began, how long it was, how far it came.
-- Refresh: what is new, where Redshift can
CREATE MATERIALIZED VIEW "mart"."session"
AUTO REFRESH NO
AS
SELECT
    "own__row"."session_id" AS "session_id",
    coalesce(max("own__row"."device"), 'unknown') AS "device",
    min("own__row"."occurred_at") AS "started_at",
    max("own__row"."occurred_at") AS "ended_at",
    count(*) AS "events",
    max("own__row"."funnel_step") AS "furthest_step",
    cast(sum("own__row"."amount") as decimal(38,2)) AS "revenue"
FROM "core"."event" AS "own__row"
GROUP BY 1;
-- What dashboards show of aggregate session.
-- Truth values are text here: dashboards have no type for them.
CREATE OR REPLACE VIEW "report"."session" AS
SELECT
    "session"."session_id" AS "session_id",
    "session"."device" AS "device",
    "session"."started_at" AS "started_at",
    "session"."ended_at" AS "ended_at",
    "session"."events" AS "events",
    "session"."furthest_step" AS "furthest_step",
    "session"."revenue" AS "revenue"
FROM "mart"."session" AS "session"
WITH NO SCHEMA BINDING;
-- Who may do what: loaders change records, readers see the views of dashboards, deployers change structure.
GRANT USAGE ON SCHEMA "staging" TO ROLE "clickstream_dev_loader";
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "staging" TO ROLE "clickstream_dev_loader";
ALTER DEFAULT PRIVILEGES IN SCHEMA "staging" GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ROLE "clickstream_dev_loader";
GRANT USAGE ON SCHEMA "core" TO ROLE "clickstream_dev_loader";
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "core" TO ROLE "clickstream_dev_loader";
ALTER DEFAULT PRIVILEGES IN SCHEMA "core" GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ROLE "clickstream_dev_loader";
GRANT USAGE ON SCHEMA "mart" TO ROLE "clickstream_dev_loader";
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "mart" TO ROLE "clickstream_dev_loader";
ALTER DEFAULT PRIVILEGES IN SCHEMA "mart" GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ROLE "clickstream_dev_loader";
GRANT EXECUTE ON ALL PROCEDURES IN SCHEMA "mart" TO ROLE "clickstream_dev_loader";
ALTER DEFAULT PRIVILEGES IN SCHEMA "mart" GRANT EXECUTE ON PROCEDURES TO ROLE "clickstream_dev_loader";
GRANT USAGE ON SCHEMA "report" TO ROLE "clickstream_dev_reader";
GRANT SELECT ON ALL TABLES IN SCHEMA "report" TO ROLE "clickstream_dev_reader";
ALTER DEFAULT PRIVILEGES IN SCHEMA "report" GRANT SELECT ON TABLES TO ROLE "clickstream_dev_reader";
GRANT CREATE, USAGE ON SCHEMA "staging" TO ROLE "clickstream_dev_deployer";
GRANT CREATE, USAGE ON SCHEMA "core" TO ROLE "clickstream_dev_deployer";
GRANT CREATE, USAGE ON SCHEMA "mart" TO ROLE "clickstream_dev_deployer";
GRANT CREATE, USAGE ON SCHEMA "report" TO ROLE "clickstream_dev_deployer";

-- Schemas of this platform's database: files land in staging, records are merged in core,
-- aggregates are kept in mart, and dashboards read report.
CREATE SCHEMA IF NOT EXISTS "staging";
CREATE SCHEMA IF NOT EXISTS "core";
CREATE SCHEMA IF NOT EXISTS "mart";
CREATE SCHEMA IF NOT EXISTS "report";

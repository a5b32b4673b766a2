-- Schemas of this platform's database: files are loaded into staging, records are merged into core,
-- aggregates are stored in mart, and dashboards read report.
CREATE SCHEMA IF NOT EXISTS "staging";
CREATE SCHEMA IF NOT EXISTS "core";
CREATE SCHEMA IF NOT EXISTS "mart";
CREATE SCHEMA IF NOT EXISTS "report";

-- The files of the lake as tables, by the Glue catalogue.
CREATE EXTERNAL SCHEMA IF NOT EXISTS "lake"
FROM DATA CATALOG
DATABASE 'iot_telemetry_dev'
IAM_ROLE '${CatalogueRole}';

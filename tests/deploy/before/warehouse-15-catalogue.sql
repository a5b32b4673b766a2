-- The files of the lake as tables, by the Glue catalogue.
CREATE EXTERNAL SCHEMA IF NOT EXISTS "lake"
FROM DATA CATALOG
DATABASE 'clickstream_dev'
IAM_ROLE '${CatalogueRole}';

-- Tables of the Data Catalog, whose data is in S3.
CREATE EXTERNAL SCHEMA IF NOT EXISTS "lake"
FROM DATA CATALOG
DATABASE 'iot_telemetry_prod'
IAM_ROLE '${CatalogueRole}';

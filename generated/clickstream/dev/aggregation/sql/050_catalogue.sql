-- Tables of the Data Catalog, whose data is in S3.
CREATE EXTERNAL SCHEMA IF NOT EXISTS "lake"
FROM DATA CATALOG
DATABASE 'clickstream_dev'
IAM_ROLE '${CatalogueRole}';

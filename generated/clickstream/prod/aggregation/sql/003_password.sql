-- Password of the dashboard user; runs again when the secret changes.
ALTER USER "clickstream_prod_dashboards" PASSWORD '${ReaderPassword}';

-- Password of the dashboard user; runs again when the secret changes.
ALTER USER "iot_telemetry_prod_dashboards" PASSWORD '${ReaderPassword}';

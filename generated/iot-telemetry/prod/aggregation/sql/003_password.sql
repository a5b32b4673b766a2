-- The password of the user of dashboards; runs again when the secret changes.
ALTER USER "iot_telemetry_prod_dashboards" PASSWORD '${ReaderPassword}';

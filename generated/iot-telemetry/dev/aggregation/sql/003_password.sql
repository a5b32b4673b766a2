-- Password of the dashboard user; runs again when the secret changes.
ALTER USER "iot_telemetry_dev_dashboards" PASSWORD '${ReaderPassword}';

-- The password of the user of dashboards; runs again when the secret changes.
ALTER USER "clickstream_dev_dashboards" PASSWORD '${ReaderPassword}';

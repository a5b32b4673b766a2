-- The password of the user of dashboards; runs again when the secret changes.
ALTER USER "retail_orders_dev_dashboards" PASSWORD '${ReaderPassword}';

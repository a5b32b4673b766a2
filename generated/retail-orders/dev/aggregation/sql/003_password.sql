-- Password of the dashboard user; runs again when the secret changes.
ALTER USER "retail_orders_dev_dashboards" PASSWORD '${ReaderPassword}';

-- The password of the user of dashboards; runs again when the secret changes.
ALTER USER "retail_orders_prod_dashboards" PASSWORD '${ReaderPassword}';

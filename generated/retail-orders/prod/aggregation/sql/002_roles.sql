-- Roles, and the user that dashboards connect as. Loaders and deployers sign in with an IAM role.
CREATE ROLE "retail_orders_prod_loader";
CREATE ROLE "retail_orders_prod_reader";
CREATE ROLE "retail_orders_prod_deployer";
CREATE USER "retail_orders_prod_dashboards" PASSWORD DISABLE;
GRANT ROLE "retail_orders_prod_reader" TO "retail_orders_prod_dashboards";
REVOKE ALL ON SCHEMA "public" FROM PUBLIC;
-- No one can use an IAM role of the warehouse without a grant.
REVOKE ASSUMEROLE ON ALL FROM PUBLIC FOR ALL;
GRANT ASSUMEROLE ON '${CopyRole}' TO ROLE "retail_orders_prod_loader" FOR COPY;

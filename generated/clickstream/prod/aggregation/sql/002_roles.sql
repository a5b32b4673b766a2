-- Roles, and the user that dashboards connect as. Loaders and deployers sign in with an IAM role.
CREATE ROLE "clickstream_prod_loader";
CREATE ROLE "clickstream_prod_reader";
CREATE ROLE "clickstream_prod_deployer";
CREATE USER "clickstream_prod_dashboards" PASSWORD DISABLE;
GRANT ROLE "clickstream_prod_reader" TO "clickstream_prod_dashboards";
REVOKE ALL ON SCHEMA "public" FROM PUBLIC;
-- No one can use an IAM role of the warehouse without a grant.
REVOKE ASSUMEROLE ON ALL FROM PUBLIC FOR ALL;
GRANT ASSUMEROLE ON '${CopyRole}' TO ROLE "clickstream_prod_loader" FOR COPY;

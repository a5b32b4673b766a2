-- Roles, and the user that dashboards connect as. Loaders and deployers sign in with an IAM role.
CREATE ROLE "clickstream_dev_loader";
CREATE ROLE "clickstream_dev_reader";
CREATE ROLE "clickstream_dev_deployer";
CREATE USER "clickstream_dev_dashboards" PASSWORD DISABLE;
GRANT ROLE "clickstream_dev_reader" TO "clickstream_dev_dashboards";
REVOKE ALL ON SCHEMA "public" FROM PUBLIC;
-- No one can use an IAM role of the warehouse without a grant.
REVOKE ASSUMEROLE ON ALL FROM PUBLIC FOR ALL;
GRANT ASSUMEROLE ON '${CopyRole}' TO ROLE "clickstream_dev_loader" FOR COPY;

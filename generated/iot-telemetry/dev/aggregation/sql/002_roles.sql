-- Roles, and the user as whom dashboards read. Who loads or deploys comes with an IAM role.
CREATE ROLE "iot_telemetry_dev_loader";
CREATE ROLE "iot_telemetry_dev_reader";
CREATE ROLE "iot_telemetry_dev_deployer";
CREATE USER "iot_telemetry_dev_dashboards" PASSWORD DISABLE;
GRANT ROLE "iot_telemetry_dev_reader" TO "iot_telemetry_dev_dashboards";
REVOKE ALL ON SCHEMA "public" FROM PUBLIC;
-- Nobody uses an IAM role of the warehouse that was not granted to them.
REVOKE ASSUMEROLE ON ALL FROM PUBLIC FOR ALL;
GRANT ASSUMEROLE ON '${CopyRole}' TO ROLE "iot_telemetry_dev_loader" FOR COPY;

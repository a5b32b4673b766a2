-- Privileges: loaders change records, readers query the views of dashboards, deployers create objects.
GRANT USAGE ON SCHEMA "staging" TO ROLE "iot_telemetry_dev_loader";
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "staging" TO ROLE "iot_telemetry_dev_loader";
ALTER DEFAULT PRIVILEGES IN SCHEMA "staging" GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ROLE "iot_telemetry_dev_loader";
GRANT USAGE ON SCHEMA "core" TO ROLE "iot_telemetry_dev_loader";
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "core" TO ROLE "iot_telemetry_dev_loader";
ALTER DEFAULT PRIVILEGES IN SCHEMA "core" GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ROLE "iot_telemetry_dev_loader";
GRANT USAGE ON SCHEMA "mart" TO ROLE "iot_telemetry_dev_loader";
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "mart" TO ROLE "iot_telemetry_dev_loader";
ALTER DEFAULT PRIVILEGES IN SCHEMA "mart" GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ROLE "iot_telemetry_dev_loader";
GRANT EXECUTE ON ALL PROCEDURES IN SCHEMA "mart" TO ROLE "iot_telemetry_dev_loader";
ALTER DEFAULT PRIVILEGES IN SCHEMA "mart" GRANT EXECUTE ON PROCEDURES TO ROLE "iot_telemetry_dev_loader";
GRANT USAGE ON SCHEMA "report" TO ROLE "iot_telemetry_dev_reader";
GRANT SELECT ON ALL TABLES IN SCHEMA "report" TO ROLE "iot_telemetry_dev_reader";
ALTER DEFAULT PRIVILEGES IN SCHEMA "report" GRANT SELECT ON TABLES TO ROLE "iot_telemetry_dev_reader";
-- A view that is bound late looks up its tables as the user who reads it. Without SELECT, the tables stay closed.
GRANT USAGE ON SCHEMA "core" TO ROLE "iot_telemetry_dev_reader";
GRANT USAGE ON SCHEMA "mart" TO ROLE "iot_telemetry_dev_reader";
GRANT CREATE, USAGE ON SCHEMA "staging" TO ROLE "iot_telemetry_dev_deployer";
GRANT CREATE, USAGE ON SCHEMA "core" TO ROLE "iot_telemetry_dev_deployer";
GRANT CREATE, USAGE ON SCHEMA "mart" TO ROLE "iot_telemetry_dev_deployer";
GRANT CREATE, USAGE ON SCHEMA "report" TO ROLE "iot_telemetry_dev_deployer";

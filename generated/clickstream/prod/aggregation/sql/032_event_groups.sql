-- Finds the groups of aggregates that a load of event changes.
-- The load calls one procedure before it changes rows, for the groups that rows leave, and one after it, for those that
-- they are in then.
CREATE OR REPLACE PROCEDURE "mart"."before_load__event"()
AS $$
BEGIN
    CALL "mart"."before__daily_traffic"();
    CALL "mart"."before__session"();
    CALL "mart"."before__funnel"();
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;

CREATE OR REPLACE PROCEDURE "mart"."after_load__event"()
AS $$
BEGIN
    CALL "mart"."after__daily_traffic"();
    CALL "mart"."after__session"();
    CALL "mart"."after__funnel"();
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;


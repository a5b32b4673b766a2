-- Finds the groups of aggregates that a load of measurement changes.
-- The load calls one procedure before it changes rows, for the groups that rows leave, and one after it, for those that
-- they are in then.
CREATE OR REPLACE PROCEDURE "mart"."before_load__measurement"()
AS $$
BEGIN
    CALL "mart"."before__hourly"();
    CALL "mart"."before__health"();
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;

CREATE OR REPLACE PROCEDURE "mart"."after_load__measurement"()
AS $$
BEGIN
    CALL "mart"."after__hourly"();
    CALL "mart"."after__health"();
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;


-- Finds the groups of aggregates that a load of store changes.
-- The load calls one procedure before it changes rows, for the groups that rows leave, and one after it, for those that
-- they are in then.
CREATE OR REPLACE PROCEDURE "mart"."before_load__store"()
AS $$
BEGIN
    CALL "mart"."dim__store_month__store"();
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;

CREATE OR REPLACE PROCEDURE "mart"."after_load__store"()
AS $$
BEGIN
    CALL "mart"."dim__store_month__store"();
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;


-- Finds the groups of aggregates that a load of customer changes.
-- The load calls one procedure before it changes rows, for the groups that rows leave, and one after it, for those that
-- they are in then.
CREATE OR REPLACE PROCEDURE "mart"."before_load__customer"()
AS $$
BEGIN
    CALL "mart"."dim__daily_sales__customer"();
    CALL "mart"."dim__order__customer"();
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;

CREATE OR REPLACE PROCEDURE "mart"."after_load__customer"()
AS $$
BEGIN
    CALL "mart"."dim__daily_sales__customer"();
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;


-- Finds the groups of aggregates that a load of order_line changes.
-- The load calls one procedure before it changes rows, for the groups that rows leave, and one after it, for those that
-- they are in then.
CREATE OR REPLACE PROCEDURE "mart"."before_load__order_line"()
AS $$
BEGIN
    CALL "mart"."before__daily_sales"();
    CALL "mart"."before__order"();
    CALL "mart"."before__store_month"();
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;

CREATE OR REPLACE PROCEDURE "mart"."after_load__order_line"()
AS $$
BEGIN
    CALL "mart"."after__daily_sales"();
    CALL "mart"."after__order"();
    CALL "mart"."after__store_month"();
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;


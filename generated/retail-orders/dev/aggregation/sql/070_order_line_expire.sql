-- Deletes rows of order_line that are older than the retention.
-- Only its owner can delete from a streaming view: the loader calls this procedure, which runs as the owner.
CREATE OR REPLACE PROCEDURE "mart"."expire__order_line"()
AS $$
BEGIN
    CALL "mart"."gone__daily_sales"();
    CALL "mart"."gone__order"();
    CALL "mart"."gone__store_month"();
    DELETE FROM "core"."order_line" WHERE "changed_at" < DATEADD(day, -60, GETDATE());
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;

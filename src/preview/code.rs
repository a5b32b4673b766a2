//! The codes of this room: one entry each, never reused.

strataform_diagnostic::codes! {
    pub MISSING "GEN0961" Error
        "A file of rows that a data set needs is missing."
        "`gen preview --data` reads `NAME.parquet` or `NAME.csv` for each data set. Add the file, or leave `--data` out to see made-up rows."
        Situation("`--data` with a folder that has no `daily_sales.csv` and no `daily_sales.parquet`");
    pub ROWS "GEN0962" Error
        "A file of rows has other columns or values than its data set."
        "The page computes with the rows as the dashboard's data set has them. Correct the column or the value that the message names."
        Situation("`--data` with a file `daily_sales.csv` whose column `revenue` holds a text");
}

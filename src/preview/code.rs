//! The codes of previews; a code is never reused.

strataform_diagnostic::codes! {
    pub MISSING "GEN0961" Error
        "A data set's file of rows is missing."
        "`gen preview --data` reads `NAME.parquet` or `NAME.csv` for each data set. Add the file, or omit `--data` to see sample rows."
        Situation("`--data` with a folder that has no `daily_sales.csv` and no `daily_sales.parquet`");
    pub ROWS "GEN0962" Error
        "A file of rows does not match its data set."
        "The rows must have the columns and types of the dashboard's data set. Correct the column or the value that the message names."
        Situation("`--data` with a file `daily_sales.csv` whose column `revenue` contains text");
}

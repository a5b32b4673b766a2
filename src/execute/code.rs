//! The codes of execution; a code is never reused.

strataform_diagnostic::codes! {
    pub FILE "GEN0951" Error
        "A SQL file fails on PostgreSQL."
        "`gen check --execute` runs what is deployed on a private PostgreSQL. The note is the server's message."
        Situation("a hand-written file with a statement that fails when it runs, such as a cast of text that is not a number");
    pub LOAD "GEN0952" Error
        "A load fails on PostgreSQL, or loading the same files again changes a table."
        "Repeating a load must not change the table. The note names the difference."
        Situation("a load that fails, or that changes rows when it is repeated: a bug in gen, unless the files of `--data` explain it");
    pub VIEW "GEN0953" Error
        "The user of the dashboards cannot read a view."
        "Dashboards connect as their own user, who has only the granted privileges."
        Situation("a view that reads a relation without privileges for the reader: a bug in gen, unless the platform file explains it");
    pub DATA "GEN0954" Error
        "The files given to `gen check --execute --data` do not match what a load of the dataset copies."
        "A load copies Parquet with the columns of the curated table, in their order and types."
        Situation("`--data` with a file `orders.parquet` that lacks a column of the dataset `orders`");
    pub SERVER "GEN0955" Error
        "The private PostgreSQL stopped working."
        "It runs in a temporary folder on a socket of its own. Check for a full disk or exhausted memory, and run the command again."
        Situation("the server's process ends while `gen check --execute` runs");
}

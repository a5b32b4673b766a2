//! The codes of this room: one entry each, never reused.

strataform_diagnostic::codes! {
    pub FILE "GEN0951" Error
        "A file of SQL does not run on PostgreSQL."
        "`gen check --execute` runs what is deployed on a private PostgreSQL. The note has the server's message."
        Situation("a hand-written file whose statement fails when it runs, such as a cast of a text that is no number");
    pub LOAD "GEN0952" Error
        "A load does not run on PostgreSQL, or a second load of the same files changes something."
        "A load that is repeated must leave the table as it was. The note has what differs."
        Situation("a load that fails, or that leaves other rows when it is repeated: a bug of gen, unless the files of `--data` explain it");
    pub VIEW "GEN0953" Error
        "A view cannot be read by the user as whom dashboards read."
        "Dashboards read with a user of their own, who has the rights that the grants give, and no others."
        Situation("a view that reads a relation on which the reader has no right: a bug of gen, unless the platform file explains it");
    pub DATA "GEN0954" Error
        "The files given to `gen check --execute --data` are not those that a load of the dataset copies."
        "A load copies Parquet with the columns of the curated table, in their order and types."
        Situation("`--data` with a file `orders.parquet` that lacks a column of the dataset `orders`");
    pub SERVER "GEN0955" Error
        "The private PostgreSQL stopped working."
        "It runs in a temporary folder on a socket of its own. Look for a full disk or for memory that ran out, and run the command again."
        Situation("the server's process ends while `gen check --execute` runs");
}

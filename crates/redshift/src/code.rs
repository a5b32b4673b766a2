//! [`Code`]: what each finding means, when it occurs and what to do.

strataform_diagnostic::codes! {
    /// A stable code; `docs/diagnostics.md` has all of them.
    pub enum Code {
        Endless "SQL0001" Error
            "A string, quoted name, function body or comment is not closed."
            "The rest of the file would belong to it. Close it; inside a string, write a quote as two quotes."
            Situation("a string without its closing quote: SELECT 'a");
        Syntax "SQL0002" Error
            "Invalid SQL syntax."
            "Redshift would reject the file at this token. Look up the statement in Redshift's SQL reference."
            Sql { bad: "CREATE TABEL t (a INT)", good: "CREATE TABLE t (a INT)" };
        NotRedshift "SQL0003" Error
            "The statement or clause belongs to another database and is not supported by Redshift."
            "Redshift is based on PostgreSQL 8 and lacks much of what other databases have. The help names the Redshift equivalent."
            Sql { bad: "CREATE INDEX i ON t (a)", good: "CREATE TABLE t (a INT) SORTKEY (a)" };
        NotCovered "SQL0004" Error
            "The statement or clause is valid in Redshift but not supported by gen."
            "A statement that gen cannot parse cannot be checked and is not deployed. Run it by hand, or do without it."
            Sql { bad: "EXPLAIN SELECT a FROM t", good: "SELECT a FROM t" };
        TooDeep "SQL0005" Error
            "Expressions or queries are nested too deeply."
            "Parsing stops at a depth that no hand-written statement reaches. Split the statement with WITH or a view."
            Situation("hundreds of nested parentheses, CASE expressions or subqueries");

        Type "SQL0101" Error
            "Unknown data type."
            "Types of other databases are not translated. The help names the closest Redshift type."
            Sql { bad: "CREATE TABLE t (a STRING)", good: "CREATE TABLE t (a VARCHAR(3))" };
        TypeSize "SQL0102" Error
            "A length, precision or scale is out of range."
            "A DECIMAL has at most 38 digits, 37 of them after the decimal point; a VARCHAR holds at most 65,535 bytes."
            Sql { bad: "CREATE TABLE t (a DECIMAL(39,2))", good: "CREATE TABLE t (a DECIMAL(38,2))" };
        Encoding "SQL0103" Error
            "Unknown compression encoding."
            "The encodings are RAW, AZ64, BYTEDICT, DELTA, DELTA32K, LZO, MOSTLY8, MOSTLY16, MOSTLY32, RUNLENGTH, TEXT255, TEXT32K and ZSTD."
            Sql { bad: "CREATE TABLE t (a INT ENCODE snappy)", good: "CREATE TABLE t (a INT ENCODE zstd)" };
        EncodingOfType "SQL0104" Error
            "The encoding does not support the column's type."
            "Each encoding supports certain types: AZ64 numbers and dates, TEXT255 strings, ZSTD nearly all."
            Sql { bad: "CREATE TABLE t (a VARCHAR(9) ENCODE az64)", good: "CREATE TABLE t (a VARCHAR(9) ENCODE zstd)" };
        Identity "SQL0105" Error
            "An identity column must be INTEGER or BIGINT and cannot have a DEFAULT."
            "Redshift generates the values of an identity column. Use BIGINT and remove DEFAULT."
            Sql { bad: "CREATE TABLE t (a VARCHAR(9) IDENTITY(1,1))", good: "CREATE TABLE t (a BIGINT IDENTITY(1,1))" };
        DuplicateColumn "SQL0106" Error
            "Duplicate column name."
            "Names are case-insensitive. Rename one of the columns."
            Sql { bad: "CREATE TABLE t (a INT, A INT)", good: "CREATE TABLE t (a INT, b INT)" };
        SystemColumn "SQL0107" Error
            "The name is reserved for a system column."
            "Every Redshift table has the columns oid, tableoid, xmin, cmin, xmax, cmax and ctid. Choose another name."
            Sql { bad: "CREATE TABLE t (xmin INT)", good: "CREATE TABLE t (x_min INT)" };
        NameLength "SQL0108" Error
            "A name is longer than 127 bytes."
            "Redshift truncates longer names, so two of them could become the same. Shorten the name; non-ASCII letters take several bytes."
            Situation("a table, column or alias of 128 letters");
        ShortText "SQL0109" Warning
            "A type without a length holds less than its name suggests."
            "TEXT and BPCHAR hold at most 256 bytes. Use VARCHAR or CHAR with a length."
            Sql { bad: "CREATE TABLE t (a TEXT)", good: "CREATE TABLE t (a VARCHAR(256))" };
        ColumnCount "SQL0110" Error
            "A table has more than 1,600 columns."
            "That is Redshift's limit. Split the table, or keep rarely used values in a SUPER column."
            Situation("CREATE TABLE with 1,601 columns");
        ReservedWord "SQL0111" Error
            "A reserved word is used as a name without quotes."
            "Redshift reads it as a keyword. Put it in double quotes, or choose another name."
            Sql { bad: "CREATE TABLE select (a INT)", good: "CREATE TABLE \"select\" (a INT)" };

        DistributionKey "SQL0201" Error
            "A table can have only one DISTKEY, of one column."
            "Rows are distributed by the value of a single column. Choose the column that joins use most."
            Sql { bad: "CREATE TABLE t (a INT DISTKEY, b INT DISTKEY)", good: "CREATE TABLE t (a INT DISTKEY, b INT)" };
        DistributionStyle "SQL0202" Error
            "DISTSTYLE and DISTKEY conflict."
            "DISTSTYLE KEY requires a DISTKEY; EVEN, ALL and AUTO cannot have one."
            Sql { bad: "CREATE TABLE t (a INT) DISTSTYLE EVEN DISTKEY (a)", good: "CREATE TABLE t (a INT) DISTSTYLE KEY DISTKEY (a)" };
        SortKey "SQL0203" Error
            "A table can have only one SORTKEY, of at most 400 columns, or 8 if it is interleaved."
            "Rows are stored in one order. List all its columns in one SORTKEY."
            Sql { bad: "CREATE TABLE t (a INT) SORTKEY (a) SORTKEY (a)", good: "CREATE TABLE t (a INT) SORTKEY (a)" };
        KeyColumn "SQL0204" Error
            "A key names a column that the table does not have."
            "DISTKEY, SORTKEY, PRIMARY KEY and UNIQUE must name columns of the same table."
            Sql { bad: "CREATE TABLE t (a INT) SORTKEY (b)", good: "CREATE TABLE t (a INT) SORTKEY (a)" };
        KeyType "SQL0205" Error
            "A column of this type cannot be a key."
            "SUPER, GEOMETRY, GEOGRAPHY and HLLSKETCH values have no order. Choose a column of a scalar type."
            Sql { bad: "CREATE TABLE t (a SUPER) SORTKEY (a)", good: "CREATE TABLE t (a BIGINT) SORTKEY (a)" };
        Constraint "SQL0206" Error
            "Constraint not supported by Redshift."
            "Redshift supports NOT NULL, UNIQUE, PRIMARY KEY and REFERENCES, and enforces only NOT NULL. Check other rules before the load."
            Sql { bad: "CREATE TABLE t (a INT CHECK (a > 0))", good: "CREATE TABLE t (a INT NOT NULL)" };
        RepeatedClause "SQL0207" Error
            "Duplicate clause."
            "Redshift rejects the statement. Keep one of the two."
            Sql { bad: "CREATE TABLE t (a INT) BACKUP NO BACKUP NO", good: "CREATE TABLE t (a INT) BACKUP NO" };

        AddNotNull "SQL0301" Error
            "A new NOT NULL column requires a DEFAULT."
            "Existing rows would have no value for it. Add a DEFAULT, or make the column nullable."
            Sql { bad: "ALTER TABLE t ADD COLUMN a INT NOT NULL", good: "ALTER TABLE t ADD COLUMN a INT DEFAULT 0 NOT NULL" };
        AlterType "SQL0302" Error
            "ALTER COLUMN TYPE can only change the length of a VARCHAR."
            "To change any other type, add a column, copy the values, and drop the old column."
            Sql { bad: "ALTER TABLE t ALTER COLUMN a TYPE BIGINT", good: "ALTER TABLE t ALTER COLUMN a TYPE VARCHAR(200)" };
        AlterTogether "SQL0303" Error
            "These changes cannot be combined in one statement."
            "Only changes of the distribution key and the sort key can be combined. Write one statement for each change."
            Sql {
                bad: "ALTER TABLE t ALTER DISTKEY a, ALTER COLUMN b ENCODE zstd",
                good: "ALTER TABLE t ALTER DISTKEY a, ALTER SORTKEY (a)",
            };
        AlterColumn "SQL0304" Error
            "Redshift cannot change this property of a column."
            "Use ALTER DISTKEY and ALTER SORTKEY to change the keys of a table; set NOT NULL and DEFAULT when you add the column."
            Sql { bad: "ALTER TABLE t ADD COLUMN a INT DISTKEY", good: "ALTER TABLE t ADD COLUMN a INT" };
        AlterSortKey "SQL0305" Error
            "A table cannot be altered to an interleaved SORTKEY."
            "An interleaved key can only be set when the table is created. Use a compound key, or recreate the table."
            Sql { bad: "ALTER TABLE t ALTER INTERLEAVED SORTKEY (a)", good: "ALTER TABLE t ALTER COMPOUND SORTKEY (a)" };

        MergeSource "SQL0401" Error
            "The source of MERGE must be a table."
            "Redshift's MERGE does not accept a subquery as its source. Put the rows into a temporary table first."
            Sql {
                bad: "MERGE INTO t USING (SELECT 1 AS a) AS s ON t.a = s.a WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (s.a)",
                good: "MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (s.a)",
            };
        MergeAlias "SQL0402" Error
            "The target of MERGE cannot have an alias."
            "Use the name of the target table to refer to its columns."
            Sql {
                bad: "MERGE INTO t AS x USING s ON x.a = s.a WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (s.a)",
                good: "MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (s.a)",
            };
        MergeBranches "SQL0403" Error
            "MERGE requires both WHEN MATCHED and WHEN NOT MATCHED, without further conditions."
            "To do only one of the two, write an UPDATE, a DELETE or an INSERT."
            Sql {
                bad: "MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE",
                good: "MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (s.a)",
            };
        MergeColumns "SQL0404" Error
            "The columns that MERGE sets or inserts do not match its values."
            "Each column requires one value. Add the missing value, or remove the column."
            Sql {
                bad: "MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT (a, b) VALUES (s.a)",
                good: "MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT (a, b) VALUES (s.a, s.b)",
            };

        ViewOrder "SQL0501" Error
            "A materialized view cannot have ORDER BY, LIMIT or OFFSET."
            "Its rows are stored without an order. Sort them in the query that reads the view."
            Sql {
                bad: "CREATE MATERIALIZED VIEW v AS SELECT a FROM t ORDER BY a",
                good: "CREATE MATERIALIZED VIEW v SORTKEY (a) AS SELECT a FROM t",
            };
        ViewMutable "SQL0502" Error
            "An auto-refreshed view calls a function whose result changes."
            "Rows computed at different times would be inconsistent. Refresh the view manually, or filter in the query that reads it."
            Sql {
                bad: "CREATE MATERIALIZED VIEW v AUTO REFRESH YES AS SELECT GETDATE() AS now FROM t",
                good: "CREATE MATERIALIZED VIEW v AUTO REFRESH NO AS SELECT GETDATE() AS now FROM t",
            };
        ViewClause "SQL0503" Error
            "The clause does not belong to a materialized view, or is in the wrong place."
            "The order is BACKUP, the table attributes (DISTSTYLE, DISTKEY, SORTKEY), then AUTO REFRESH."
            Sql {
                bad: "CREATE MATERIALIZED VIEW v AUTO REFRESH NO SORTKEY (a) AS SELECT a FROM t",
                good: "CREATE MATERIALIZED VIEW v SORTKEY (a) AUTO REFRESH NO AS SELECT a FROM t",
            };
        ViewColumn "SQL0504" Error
            "A column of a view has no name, or a duplicate one."
            "Name each column of the query with AS."
            Sql { bad: "CREATE VIEW v AS SELECT 1, 2 AS b FROM t", good: "CREATE VIEW v AS SELECT 1 AS a, 2 AS b FROM t" };
        ViewBinding "SQL0505" Error
            "A late-binding view must qualify its tables with a schema."
            "Redshift resolves the tables when the view is queried, by their qualified names. Write `schema.table`."
            Sql {
                bad: "CREATE VIEW v AS SELECT a FROM t WITH NO SCHEMA BINDING",
                good: "CREATE VIEW v AS SELECT a FROM s.t WITH NO SCHEMA BINDING",
            };

        Credentials "SQL0601" Error
            "COPY and UNLOAD must be authorized by an IAM role, not by access keys."
            "Keys in SQL end up in logs and query histories. Use IAM_ROLE with the role's ARN, `DEFAULT` or `'${CopyRole}'`."
            Sql {
                bad: "COPY t FROM 's3://b/p' ACCESS_KEY_ID 'AKIA' SECRET_ACCESS_KEY 'x'",
                good: "COPY t FROM 's3://b/p' IAM_ROLE '${CopyRole}'",
            };
        CopyOption "SQL0602" Error
            "Unknown COPY or UNLOAD option."
            "The options are listed in Redshift's SQL reference, under COPY and UNLOAD."
            Sql {
                bad: "COPY t FROM 's3://b/p' IAM_ROLE DEFAULT FORMAT PARQUET MANIFST",
                good: "COPY t FROM 's3://b/p' IAM_ROLE DEFAULT FORMAT PARQUET MANIFEST",
            };
        CopyFormat "SQL0603" Error
            "The option does not apply to this format."
            "Options for delimited text, such as DELIMITER or IGNOREHEADER, do not apply to columnar files. Remove the option."
            Sql {
                bad: "COPY t FROM 's3://b/p' IAM_ROLE DEFAULT FORMAT PARQUET DELIMITER ','",
                good: "COPY t FROM 's3://b/p' IAM_ROLE DEFAULT DELIMITER ','",
            };
        CopyRepeated "SQL0604" Error
            "Duplicate or conflicting options."
            "Files have one format and one compression. Keep one of the two options."
            Sql {
                bad: "COPY t FROM 's3://b/p' IAM_ROLE DEFAULT GZIP ZSTD",
                good: "COPY t FROM 's3://b/p' IAM_ROLE DEFAULT GZIP",
            };
        CopySource "SQL0605" Error
            "The location of the files must be a URL that begins with s3://."
            "Name a prefix, an object or a manifest in S3, or a placeholder for one."
            Sql { bad: "COPY t FROM '/tmp/p' IAM_ROLE DEFAULT", good: "COPY t FROM '${Manifest}' IAM_ROLE DEFAULT" };

        Clause "SQL0701" Error
            "The clause is not supported in Redshift queries."
            "The help names the Redshift equivalent."
            Sql {
                bad: "SELECT count(*) FILTER (WHERE a > 1) FROM t",
                good: "SELECT count(CASE WHEN a > 1 THEN 1 END) FROM t",
            };
        ForeignFunction "SQL0702" Error
            "The function belongs to another database."
            "The help names the equivalent Redshift function."
            Sql { bad: "SELECT jsonb_agg(a) FROM t", good: "SELECT listagg(a, ',') FROM t" };
        UnknownFunction "SQL0703" Error
            "Unknown function."
            "Call a user-defined function with its schema, as in `my.score(a)`."
            Sql { bad: "SELECT cuont(*) FROM t", good: "SELECT count(*) FROM t" };
        Arguments "SQL0704" Error
            "Wrong number of arguments."
            "The message states the expected number."
            Sql { bad: "SELECT nullif(a) FROM t", good: "SELECT nullif(a, b) FROM t" };
        DatePart "SQL0705" Error
            "Unknown date part."
            "Date parts are year, quarter, month, week, day, hour, minute, second and others, singular or plural."
            Sql { bad: "SELECT date_trunc('dya', a) FROM t", good: "SELECT date_trunc('day', a) FROM t" };
        Aggregate "SQL0706" Error
            "An aggregate or window function is not allowed here."
            "WHERE filters rows before they are grouped. Use HAVING for groups, and OVER for window functions."
            Sql { bad: "SELECT a FROM t WHERE sum(b) > 1", good: "SELECT a FROM t GROUP BY a HAVING sum(b) > 1" };
        Grouping "SQL0707" Error
            "A column is neither grouped nor aggregated."
            "A group can have several values of the column. Add it to GROUP BY, or use an aggregate such as MAX."
            Sql { bad: "SELECT a, sum(b) FROM t", good: "SELECT a, sum(b) FROM t GROUP BY a" };
        ValueCount "SQL0708" Error
            "The number of values does not match the number of columns."
            "Each row must have one value for each named column."
            Sql { bad: "INSERT INTO t (a, b) VALUES (1)", good: "INSERT INTO t (a, b) VALUES (1, 2)" };
        Pattern "SQL0709" Error
            "Invalid interval, date or format string."
            "Intervals, dates and formats are parsed when the statement runs. Correct the string."
            Sql { bad: "SELECT INTERVAL '1 dya'", good: "SELECT INTERVAL '1 day'" };

        UnknownTable "SQL0801" Error
            "Unknown table or view: no earlier statement creates it."
            "Files run in the order of their names. Correct the name, or create the table or view in an earlier file."
            Sql {
                bad: "CREATE SCHEMA s; CREATE TABLE s.t (id INT); SELECT id FROM s.tt",
                good: "CREATE SCHEMA s; CREATE TABLE s.t (id INT); SELECT id FROM s.t",
            };
        UnknownColumn "SQL0802" Error
            "Unknown column."
            "Correct the name; `\\d` in a SQL client or the platform file shows the columns."
            Sql {
                bad: "CREATE SCHEMA s; CREATE TABLE s.t (id INT); SELECT idd FROM s.t",
                good: "CREATE SCHEMA s; CREATE TABLE s.t (id INT); SELECT id FROM s.t",
            };
        AmbiguousColumn "SQL0803" Error
            "Ambiguous column: several tables of the query have it."
            "Qualify the column with the table's alias."
            Sql {
                bad: "CREATE SCHEMA s; CREATE TABLE s.t (id INT); SELECT id FROM s.t AS a JOIN s.t AS b ON a.id = b.id",
                good: "CREATE SCHEMA s; CREATE TABLE s.t (id INT); SELECT a.id FROM s.t AS a JOIN s.t AS b ON a.id = b.id",
            };
        UnknownSchema "SQL0804" Error
            "Unknown schema: no earlier statement creates it."
            "Correct the name, or create the schema first."
            Sql { bad: "CREATE TABLE s.t (id INT)", good: "CREATE SCHEMA s; CREATE TABLE s.t (id INT)" };
        UnknownRole "SQL0805" Error
            "Unknown role or user: no earlier statement creates it."
            "Correct the name, or create the role first. Write ROLE before a role; a user has no keyword."
            Sql {
                bad: "CREATE SCHEMA s; GRANT USAGE ON SCHEMA s TO ROLE analyst",
                good: "CREATE SCHEMA s; CREATE ROLE analyst; GRANT USAGE ON SCHEMA s TO ROLE analyst",
            };
        Exists "SQL0806" Error
            "An earlier statement already creates it."
            "Choose another name, or write IF NOT EXISTS."
            Sql {
                bad: "CREATE SCHEMA s; CREATE TABLE s.t (id INT); CREATE TABLE s.t (id INT)",
                good: "CREATE SCHEMA s; CREATE TABLE s.t (id INT); CREATE TABLE IF NOT EXISTS s.t (id INT)",
            };
        Alias "SQL0807" Error
            "Two tables of a query have the same name."
            "Give one of them an alias."
            Sql {
                bad: "CREATE TABLE a (x INT); SELECT 1 FROM a JOIN a ON true",
                good: "CREATE TABLE a (x INT); SELECT 1 FROM a JOIN a AS b ON true",
            };

        Privilege "SQL0901" Error
            "Unknown privilege, or one that the kind of object does not support."
            "Schemas have USAGE and CREATE, tables have SELECT, INSERT, UPDATE, DELETE and others."
            Sql { bad: "GRANT USAGE ON TABLE t TO ROLE r", good: "GRANT USAGE ON SCHEMA t TO ROLE r" };
        Password "SQL0902" Error
            "A password is written in plain text."
            "SQL is kept in files, logs and query histories. Use a placeholder, PASSWORD DISABLE, or a salted digest."
            Sql { bad: "CREATE USER u PASSWORD 'secret'", good: "CREATE USER u PASSWORD '${Password}'" };
    }
}

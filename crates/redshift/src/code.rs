//! [`Code`]: what each finding means, how it arises and what to do.

strataform_diagnostic::codes! {
    /// A stable code; `docs/diagnostics.md` has all of them.
    pub enum Code {
        Endless "SQL0001" Error
            "A text, a quoted name, a body or a comment has no end."
            "Everything up to the end of the file would belong to it. Close it; in a text, write a quote as two quotes."
            Situation("a text without its closing quote: SELECT 'a");
        Syntax "SQL0002" Error
            "The words do not make a statement."
            "Redshift would refuse the file at this word. Look the statement up in Redshift's SQL reference."
            Sql { bad: "CREATE TABEL t (a INT)", good: "CREATE TABLE t (a INT)" };
        NotRedshift "SQL0003" Error
            "The statement or clause is another database's; Redshift has none such."
            "Redshift began as PostgreSQL 8 and lacks much of what other databases have. The help names what it has instead."
            Sql { bad: "CREATE INDEX i ON t (a)", good: "CREATE TABLE t (a INT) SORTKEY (a)" };
        NotCovered "SQL0004" Error
            "Redshift knows the statement or clause, this layer does not, so it cannot vouch for it."
            "What cannot be read cannot be checked, and is not deployed. Run the statement by hand, or do without it."
            Sql { bad: "EXPLAIN SELECT a FROM t", good: "SELECT a FROM t" };
        TooDeep "SQL0005" Error
            "Expressions or queries are nested too deeply."
            "Reading stops at a depth that no hand-written statement reaches. Split the statement with WITH or a view."
            Situation("hundreds of parentheses, CASE expressions or subqueries, each within the other");

        Type "SQL0101" Error
            "Redshift has no such type."
            "Types of other databases are not translated. The help names the nearest type of Redshift."
            Sql { bad: "CREATE TABLE t (a STRING)", good: "CREATE TABLE t (a VARCHAR(3))" };
        TypeSize "SQL0102" Error
            "A length, precision or scale is out of Redshift's range."
            "A DECIMAL has at most 38 digits, 37 of them after the point; a VARCHAR holds at most 65,535 bytes."
            Sql { bad: "CREATE TABLE t (a DECIMAL(39,2))", good: "CREATE TABLE t (a DECIMAL(38,2))" };
        Encoding "SQL0103" Error
            "Redshift has no such compression encoding."
            "The encodings are RAW, AZ64, BYTEDICT, DELTA, DELTA32K, LZO, MOSTLY8, MOSTLY16, MOSTLY32, RUNLENGTH, TEXT255, TEXT32K and ZSTD."
            Sql { bad: "CREATE TABLE t (a INT ENCODE snappy)", good: "CREATE TABLE t (a INT ENCODE zstd)" };
        EncodingOfType "SQL0104" Error
            "The encoding is not for columns of this type."
            "Each encoding works on some types: AZ64 on numbers and times, TEXT255 on texts, ZSTD on nearly all."
            Sql { bad: "CREATE TABLE t (a VARCHAR(9) ENCODE az64)", good: "CREATE TABLE t (a VARCHAR(9) ENCODE zstd)" };
        Identity "SQL0105" Error
            "An identity column is INTEGER or BIGINT, and has no DEFAULT."
            "Redshift fills an identity column with numbers of its own. Use BIGINT and leave DEFAULT out."
            Sql { bad: "CREATE TABLE t (a VARCHAR(9) IDENTITY(1,1))", good: "CREATE TABLE t (a BIGINT IDENTITY(1,1))" };
        DuplicateColumn "SQL0106" Error
            "A column is named twice."
            "Names are equal whatever their case. Rename one of the columns."
            Sql { bad: "CREATE TABLE t (a INT, A INT)", good: "CREATE TABLE t (a INT, b INT)" };
        SystemColumn "SQL0107" Error
            "The name belongs to a system column."
            "Every table of Redshift has the columns oid, tableoid, xmin, cmin, xmax, cmax and ctid. Choose another name."
            Sql { bad: "CREATE TABLE t (xmin INT)", good: "CREATE TABLE t (x_min INT)" };
        NameLength "SQL0108" Error
            "A name is longer than 127 bytes."
            "Redshift cuts longer names, so two of them could become one. Shorten the name; letters outside ASCII take several bytes."
            Situation("a table, column or alias of 128 letters");
        ShortText "SQL0109" Warning
            "A type without a length holds less than its name suggests."
            "TEXT holds 256 bytes, and so does BPCHAR. Write VARCHAR or CHAR with its length."
            Sql { bad: "CREATE TABLE t (a TEXT)", good: "CREATE TABLE t (a VARCHAR(256))" };
        ColumnCount "SQL0110" Error
            "A table has more than 1,600 columns."
            "That is Redshift's limit. Split the table, or keep rarely used values in a SUPER column."
            Situation("CREATE TABLE with 1,601 columns");
        ReservedWord "SQL0111" Error
            "A reserved word stands as a name without quotes."
            "Redshift reads it as a keyword. Put it into double quotes, or choose another name."
            Sql { bad: "CREATE TABLE select (a INT)", good: "CREATE TABLE \"select\" (a INT)" };

        DistributionKey "SQL0201" Error
            "A table has one DISTKEY of one column."
            "Rows are distributed by the value of a single column. Choose the column that joins use most."
            Sql { bad: "CREATE TABLE t (a INT DISTKEY, b INT DISTKEY)", good: "CREATE TABLE t (a INT DISTKEY, b INT)" };
        DistributionStyle "SQL0202" Error
            "DISTSTYLE and DISTKEY do not go together."
            "DISTSTYLE KEY needs a DISTKEY; EVEN, ALL and AUTO have none."
            Sql { bad: "CREATE TABLE t (a INT) DISTSTYLE EVEN DISTKEY (a)", good: "CREATE TABLE t (a INT) DISTSTYLE KEY DISTKEY (a)" };
        SortKey "SQL0203" Error
            "A table has one SORTKEY, of at most 400 columns, or 8 interleaved ones."
            "Rows are stored in one order. Name all columns of the order in one SORTKEY."
            Sql { bad: "CREATE TABLE t (a INT) SORTKEY (a) SORTKEY (a)", good: "CREATE TABLE t (a INT) SORTKEY (a)" };
        KeyColumn "SQL0204" Error
            "A key names a column that the table has not."
            "A DISTKEY, SORTKEY, PRIMARY KEY or UNIQUE constraint is made of the table's own columns."
            Sql { bad: "CREATE TABLE t (a INT) SORTKEY (b)", good: "CREATE TABLE t (a INT) SORTKEY (a)" };
        KeyType "SQL0205" Error
            "A column of this type is no key."
            "Values of SUPER, GEOMETRY, GEOGRAPHY and HLLSKETCH have no order. Choose a column of a plain type."
            Sql { bad: "CREATE TABLE t (a SUPER) SORTKEY (a)", good: "CREATE TABLE t (a BIGINT) SORTKEY (a)" };
        Constraint "SQL0206" Error
            "Redshift has no such constraint."
            "There are NOT NULL, UNIQUE, PRIMARY KEY and REFERENCES, and only NOT NULL is enforced. Check other rules before the load."
            Sql { bad: "CREATE TABLE t (a INT CHECK (a > 0))", good: "CREATE TABLE t (a INT NOT NULL)" };
        RepeatedClause "SQL0207" Error
            "A clause stands twice."
            "Redshift refuses the statement. Keep one of the two."
            Sql { bad: "CREATE TABLE t (a INT) BACKUP NO BACKUP NO", good: "CREATE TABLE t (a INT) BACKUP NO" };

        AddNotNull "SQL0301" Error
            "A column that is added and NOT NULL needs a DEFAULT."
            "The rows that are there would have nothing in it. Add a DEFAULT, or let the column be null."
            Sql { bad: "ALTER TABLE t ADD COLUMN a INT NOT NULL", good: "ALTER TABLE t ADD COLUMN a INT DEFAULT 0 NOT NULL" };
        AlterType "SQL0302" Error
            "ALTER COLUMN TYPE changes the length of a VARCHAR and nothing else."
            "To change any other type, add a column, copy the values, and drop the old one."
            Sql { bad: "ALTER TABLE t ALTER COLUMN a TYPE BIGINT", good: "ALTER TABLE t ALTER COLUMN a TYPE VARCHAR(200)" };
        AlterTogether "SQL0303" Error
            "These changes of a table do not go into one statement."
            "Only changes of the distribution key and the sort key may be combined. Write one statement each."
            Sql {
                bad: "ALTER TABLE t ALTER DISTKEY a, ALTER COLUMN b ENCODE zstd",
                good: "ALTER TABLE t ALTER DISTKEY a, ALTER SORTKEY (a)",
            };
        AlterColumn "SQL0304" Error
            "Redshift cannot change this of a column."
            "Keys of a table are changed by ALTER DISTKEY and ALTER SORTKEY; NOT NULL and DEFAULT are given when a column is added."
            Sql { bad: "ALTER TABLE t ADD COLUMN a INT DISTKEY", good: "ALTER TABLE t ADD COLUMN a INT" };
        AlterSortKey "SQL0305" Error
            "A table cannot be changed to an interleaved SORTKEY."
            "An interleaved key is given when the table is created. Use a compound key, or create the table again."
            Sql { bad: "ALTER TABLE t ALTER INTERLEAVED SORTKEY (a)", good: "ALTER TABLE t ALTER COMPOUND SORTKEY (a)" };

        MergeSource "SQL0401" Error
            "MERGE reads from a table."
            "Redshift's MERGE takes no subquery as its source. Put the rows into a temporary table first."
            Sql {
                bad: "MERGE INTO t USING (SELECT 1 AS a) AS s ON t.a = s.a WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (s.a)",
                good: "MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (s.a)",
            };
        MergeAlias "SQL0402" Error
            "MERGE takes no alias of its target."
            "Write the name of the target table wherever its columns are used."
            Sql {
                bad: "MERGE INTO t AS x USING s ON x.a = s.a WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (s.a)",
                good: "MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (s.a)",
            };
        MergeBranches "SQL0403" Error
            "MERGE needs both WHEN MATCHED and WHEN NOT MATCHED, without further conditions."
            "To do only one of the two, write an UPDATE, a DELETE or an INSERT."
            Sql {
                bad: "MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE",
                good: "MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (s.a)",
            };
        MergeColumns "SQL0404" Error
            "MERGE sets or inserts columns that do not match its values."
            "A list of columns has one value each. Add the missing value, or remove the column."
            Sql {
                bad: "MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT (a, b) VALUES (s.a)",
                good: "MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT (a, b) VALUES (s.a, s.b)",
            };

        ViewOrder "SQL0501" Error
            "A materialized view has no ORDER BY, LIMIT or OFFSET."
            "Its rows are stored without an order. Order them in the query that reads the view."
            Sql {
                bad: "CREATE MATERIALIZED VIEW v AS SELECT a FROM t ORDER BY a",
                good: "CREATE MATERIALIZED VIEW v SORTKEY (a) AS SELECT a FROM t",
            };
        ViewMutable "SQL0502" Error
            "A view that refreshes itself calls a function whose result changes."
            "Rows that were computed at different times would not agree. Refresh the view by hand, or filter in the query that reads it."
            Sql {
                bad: "CREATE MATERIALIZED VIEW v AUTO REFRESH YES AS SELECT GETDATE() AS now FROM t",
                good: "CREATE MATERIALIZED VIEW v AUTO REFRESH NO AS SELECT GETDATE() AS now FROM t",
            };
        ViewClause "SQL0503" Error
            "The clause is not one of a materialized view, or stands in the wrong place."
            "The order is BACKUP, the table attributes (DISTSTYLE, DISTKEY, SORTKEY), then AUTO REFRESH."
            Sql {
                bad: "CREATE MATERIALIZED VIEW v AUTO REFRESH NO SORTKEY (a) AS SELECT a FROM t",
                good: "CREATE MATERIALIZED VIEW v SORTKEY (a) AUTO REFRESH NO AS SELECT a FROM t",
            };
        ViewColumn "SQL0504" Error
            "A column of a view has no name, or one that another has."
            "Name each column of the query with AS."
            Sql { bad: "CREATE VIEW v AS SELECT 1, 2 AS b FROM t", good: "CREATE VIEW v AS SELECT 1 AS a, 2 AS b FROM t" };
        ViewBinding "SQL0505" Error
            "A view WITH NO SCHEMA BINDING names its tables with their schemas."
            "Redshift looks the tables up when the view is read, by their full names. Write `schema.table`."
            Sql {
                bad: "CREATE VIEW v AS SELECT a FROM t WITH NO SCHEMA BINDING",
                good: "CREATE VIEW v AS SELECT a FROM s.t WITH NO SCHEMA BINDING",
            };

        Credentials "SQL0601" Error
            "COPY and UNLOAD are authorised by an IAM role, never by keys in the text."
            "Keys in SQL end up in logs and histories. Write IAM_ROLE with the role's ARN, `DEFAULT` or `'${CopyRole}'`."
            Sql {
                bad: "COPY t FROM 's3://b/p' ACCESS_KEY_ID 'AKIA' SECRET_ACCESS_KEY 'x'",
                good: "COPY t FROM 's3://b/p' IAM_ROLE '${CopyRole}'",
            };
        CopyOption "SQL0602" Error
            "Redshift's COPY or UNLOAD has no such option."
            "The options are in Redshift's SQL reference, under COPY and UNLOAD."
            Sql {
                bad: "COPY t FROM 's3://b/p' IAM_ROLE DEFAULT FORMAT PARQUET MANIFST",
                good: "COPY t FROM 's3://b/p' IAM_ROLE DEFAULT FORMAT PARQUET MANIFEST",
            };
        CopyFormat "SQL0603" Error
            "The option is not for this format."
            "Options of delimited text, such as DELIMITER or IGNOREHEADER, mean nothing for columnar files. Remove the option."
            Sql {
                bad: "COPY t FROM 's3://b/p' IAM_ROLE DEFAULT FORMAT PARQUET DELIMITER ','",
                good: "COPY t FROM 's3://b/p' IAM_ROLE DEFAULT DELIMITER ','",
            };
        CopyRepeated "SQL0604" Error
            "An option stands twice, or beside another that excludes it."
            "Files have one format and one compression. Keep one of the two options."
            Sql {
                bad: "COPY t FROM 's3://b/p' IAM_ROLE DEFAULT GZIP ZSTD",
                good: "COPY t FROM 's3://b/p' IAM_ROLE DEFAULT GZIP",
            };
        CopySource "SQL0605" Error
            "The files are named by a URL that begins with s3://."
            "Name a prefix, an object or a manifest in S3, or a placeholder that is replaced by one."
            Sql { bad: "COPY t FROM '/tmp/p' IAM_ROLE DEFAULT", good: "COPY t FROM '${Manifest}' IAM_ROLE DEFAULT" };

        Clause "SQL0701" Error
            "Redshift's queries have no such clause."
            "The help names the way in which Redshift says the same."
            Sql {
                bad: "SELECT count(*) FILTER (WHERE a > 1) FROM t",
                good: "SELECT count(CASE WHEN a > 1 THEN 1 END) FROM t",
            };
        ForeignFunction "SQL0702" Error
            "The function is another database's."
            "The help names the function of Redshift that does the same."
            Sql { bad: "SELECT jsonb_agg(a) FROM t", good: "SELECT listagg(a, ',') FROM t" };
        UnknownFunction "SQL0703" Error
            "There is no such function."
            "A function of your own is called with its schema, as in `my.score(a)`."
            Sql { bad: "SELECT cuont(*) FROM t", good: "SELECT count(*) FROM t" };
        Arguments "SQL0704" Error
            "The function takes another number of arguments."
            "The message says how many it takes."
            Sql { bad: "SELECT nullif(a) FROM t", good: "SELECT nullif(a, b) FROM t" };
        DatePart "SQL0705" Error
            "There is no such part of a date."
            "Parts are year, quarter, month, week, day, hour, minute, second and others, in singular or plural."
            Sql { bad: "SELECT date_trunc('dya', a) FROM t", good: "SELECT date_trunc('day', a) FROM t" };
        Aggregate "SQL0706" Error
            "An aggregate or window function stands where none may be."
            "WHERE selects rows before they are grouped. Use HAVING for groups, and OVER for window functions."
            Sql { bad: "SELECT a FROM t WHERE sum(b) > 1", good: "SELECT a FROM t GROUP BY a HAVING sum(b) > 1" };
        Grouping "SQL0707" Error
            "A column is neither grouped nor aggregated."
            "A group has many rows, and so many values of the column. Add it to GROUP BY, or take its max."
            Sql { bad: "SELECT a, sum(b) FROM t", good: "SELECT a, sum(b) FROM t GROUP BY a" };
        ValueCount "SQL0708" Error
            "The number of values is not the number of columns."
            "Each row has one value for each column that is named."
            Sql { bad: "INSERT INTO t (a, b) VALUES (1)", good: "INSERT INTO t (a, b) VALUES (1, 2)" };
        Pattern "SQL0709" Error
            "The text is not what the function reads."
            "Intervals, dates and formats are read when the statement runs. Correct the text."
            Sql { bad: "SELECT INTERVAL '1 dya'", good: "SELECT INTERVAL '1 day'" };

        UnknownTable "SQL0801" Error
            "No statement so far has made the table or view."
            "Files run in the order of their names. Correct the name, or create the relation in an earlier file."
            Sql {
                bad: "CREATE SCHEMA s; CREATE TABLE s.t (id INT); SELECT id FROM s.tt",
                good: "CREATE SCHEMA s; CREATE TABLE s.t (id INT); SELECT id FROM s.t",
            };
        UnknownColumn "SQL0802" Error
            "The tables that are read have no such column."
            "Correct the name; `\\d` of a SQL client or the platform file shows the columns."
            Sql {
                bad: "CREATE SCHEMA s; CREATE TABLE s.t (id INT); SELECT idd FROM s.t",
                good: "CREATE SCHEMA s; CREATE TABLE s.t (id INT); SELECT id FROM s.t",
            };
        AmbiguousColumn "SQL0803" Error
            "Several tables that are read have the column."
            "Write the alias of the table in front of the column."
            Sql {
                bad: "CREATE SCHEMA s; CREATE TABLE s.t (id INT); SELECT id FROM s.t AS a JOIN s.t AS b ON a.id = b.id",
                good: "CREATE SCHEMA s; CREATE TABLE s.t (id INT); SELECT a.id FROM s.t AS a JOIN s.t AS b ON a.id = b.id",
            };
        UnknownSchema "SQL0804" Error
            "No statement so far has made the schema."
            "Correct the name, or create the schema first."
            Sql { bad: "CREATE TABLE s.t (id INT)", good: "CREATE SCHEMA s; CREATE TABLE s.t (id INT)" };
        UnknownRole "SQL0805" Error
            "No statement so far has made the role or user."
            "Correct the name, or create the role first. A role is written with ROLE, a user without."
            Sql {
                bad: "CREATE SCHEMA s; GRANT USAGE ON SCHEMA s TO ROLE analyst",
                good: "CREATE SCHEMA s; CREATE ROLE analyst; GRANT USAGE ON SCHEMA s TO ROLE analyst",
            };
        Exists "SQL0806" Error
            "An earlier statement has made it already."
            "Choose another name, or write IF NOT EXISTS."
            Sql {
                bad: "CREATE SCHEMA s; CREATE TABLE s.t (id INT); CREATE TABLE s.t (id INT)",
                good: "CREATE SCHEMA s; CREATE TABLE s.t (id INT); CREATE TABLE IF NOT EXISTS s.t (id INT)",
            };
        Alias "SQL0807" Error
            "Two tables of a query have one name."
            "Give one of them an alias."
            Sql {
                bad: "CREATE TABLE a (x INT); SELECT 1 FROM a JOIN a ON true",
                good: "CREATE TABLE a (x INT); SELECT 1 FROM a JOIN a AS b ON true",
            };

        Privilege "SQL0901" Error
            "Redshift has no such privilege, or not on that kind of object."
            "Schemas have USAGE and CREATE, tables have SELECT, INSERT, UPDATE, DELETE and others."
            Sql { bad: "GRANT USAGE ON TABLE t TO ROLE r", good: "GRANT USAGE ON SCHEMA t TO ROLE r" };
        Password "SQL0902" Error
            "A password stands in the text."
            "SQL is kept in files, logs and histories. Use a placeholder, PASSWORD DISABLE, or a salted digest."
            Sql { bad: "CREATE USER u PASSWORD 'secret'", good: "CREATE USER u PASSWORD '${Password}'" };
    }
}

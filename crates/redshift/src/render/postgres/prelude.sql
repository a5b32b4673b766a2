-- Redshift functions that PostgreSQL 15 does not have, in a schema on the search path.
CREATE SCHEMA rs;
-- In Redshift, every user can call them.
GRANT USAGE ON SCHEMA rs TO PUBLIC;

CREATE FUNCTION rs.getdate() RETURNS timestamp LANGUAGE sql STABLE
AS $$ SELECT date_trunc('second', statement_timestamp() AT TIME ZONE 'UTC') $$;

CREATE FUNCTION rs.dateadd(part text, n bigint, t timestamp) RETURNS timestamp LANGUAGE sql IMMUTABLE
AS $$
    SELECT CASE part
        WHEN 'year' THEN t + make_interval(years => n::int)
        WHEN 'quarter' THEN t + make_interval(months => 3 * n::int)
        WHEN 'month' THEN t + make_interval(months => n::int)
        WHEN 'dow' THEN t + make_interval(days => n::int)
        WHEN 'doy' THEN t + make_interval(days => n::int)
        ELSE t + n * ('1 ' || part)::interval
    END
$$;
CREATE FUNCTION rs.dateadd(part text, n bigint, t date) RETURNS timestamp LANGUAGE sql IMMUTABLE
AS $$ SELECT rs.dateadd(part, n, t::timestamp) $$;

-- Redshift counts the boundaries between two times, not the elapsed time.
CREATE FUNCTION rs.datediff(part text, a timestamp, b timestamp) RETURNS bigint LANGUAGE sql IMMUTABLE
AS $$
    SELECT CASE part
        WHEN 'year' THEN extract(year FROM b) - extract(year FROM a)
        WHEN 'quarter' THEN 4 * extract(year FROM b) + extract(quarter FROM b)
            - 4 * extract(year FROM a) - extract(quarter FROM a)
        WHEN 'month' THEN 12 * extract(year FROM b) + extract(month FROM b)
            - 12 * extract(year FROM a) - extract(month FROM a)
        -- In Redshift, weeks begin on Sunday.
        WHEN 'week' THEN (date_trunc('week', b + interval '1 day')::date - date_trunc('week', a + interval '1 day')::date) / 7
        WHEN 'day' THEN b::date - a::date
        WHEN 'millisecond' THEN floor(extract(epoch FROM b) * 1000) - floor(extract(epoch FROM a) * 1000)
        WHEN 'microsecond' THEN (extract(epoch FROM b) - extract(epoch FROM a)) * 1000000
        ELSE round(extract(epoch FROM date_trunc(part, b) - date_trunc(part, a))
            / extract(epoch FROM ('1 ' || part)::interval))
    END::bigint
$$;

CREATE FUNCTION rs.date_trunc(part text, t date) RETURNS timestamp LANGUAGE sql IMMUTABLE
AS $$ SELECT pg_catalog.date_trunc(part, t::timestamp) $$;

CREATE FUNCTION rs.last_day(t timestamp) RETURNS date LANGUAGE sql IMMUTABLE
AS $$ SELECT (date_trunc('month', t) + interval '1 month' - interval '1 day')::date $$;
CREATE FUNCTION rs.add_months(t timestamp, n bigint) RETURNS timestamp LANGUAGE sql IMMUTABLE
AS $$
    SELECT CASE WHEN t::date = rs.last_day(t)
        THEN rs.last_day(t + make_interval(months => n::int)) + t::time
        ELSE t + make_interval(months => n::int)
    END
$$;
CREATE FUNCTION rs.convert_timezone(origin text, target text, t timestamp) RETURNS timestamp LANGUAGE sql IMMUTABLE
AS $$ SELECT (t AT TIME ZONE origin) AT TIME ZONE target $$;
CREATE FUNCTION rs.convert_timezone(target text, t timestamp) RETURNS timestamp LANGUAGE sql IMMUTABLE
AS $$ SELECT rs.convert_timezone('UTC', target, t) $$;

CREATE FUNCTION rs.round(x double precision, n int) RETURNS double precision LANGUAGE sql IMMUTABLE
AS $$ SELECT pg_catalog.round(x::numeric, n)::double precision $$;
CREATE FUNCTION rs.charindex(part text, whole text) RETURNS int LANGUAGE sql IMMUTABLE
AS $$ SELECT pg_catalog.strpos(whole, part) $$;
CREATE FUNCTION rs.regexp_substr(t text, pattern text) RETURNS text LANGUAGE sql IMMUTABLE
AS $$ SELECT coalesce(pg_catalog.regexp_substr(t, pattern), '') $$;
CREATE FUNCTION rs.from_varbyte(bytes bytea, encoding text) RETURNS text LANGUAGE sql IMMUTABLE
AS $$ SELECT CASE WHEN lower(encoding) = 'hex' THEN encode(bytes, 'hex') ELSE convert_from(bytes, 'UTF8') END $$;
CREATE FUNCTION rs.can_json_parse(t text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE
AS $$ BEGIN PERFORM t::jsonb; RETURN t IS NOT NULL; EXCEPTION WHEN others THEN RETURN false; END $$;
CREATE FUNCTION rs.can_json_parse(bytes bytea) RETURNS boolean LANGUAGE plpgsql IMMUTABLE
AS $$ BEGIN PERFORM convert_from(bytes, 'UTF8')::jsonb; RETURN bytes IS NOT NULL; EXCEPTION WHEN others THEN RETURN false; END $$;
CREATE FUNCTION rs.json_parse(t text) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$ SELECT t::jsonb $$;
CREATE FUNCTION rs.json_parse(bytes bytea) RETURNS jsonb LANGUAGE sql IMMUTABLE
AS $$ SELECT convert_from(bytes, 'UTF8')::jsonb $$;
CREATE FUNCTION rs.json_serialize(value jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT value::text $$;
CREATE FUNCTION rs.json_extract_path_text(t text, k text, quiet boolean) RETURNS text LANGUAGE plpgsql IMMUTABLE
AS $$ BEGIN RETURN t::jsonb ->> k; EXCEPTION WHEN others THEN IF quiet THEN RETURN NULL; END IF; RAISE; END $$;

-- Returns null if a text is not a valid value of the type of the second argument.
CREATE FUNCTION rs.try_cast(t text, sample anyelement) RETURNS anyelement LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
    EXECUTE format('SELECT CAST($1 AS %s)', pg_typeof(sample)) INTO sample USING t;
    RETURN sample;
EXCEPTION WHEN others THEN
    RETURN NULL;
END
$$;

-- ALTER TABLE … APPEND FROM moves the rows of columns with the same names.
CREATE PROCEDURE rs.append(target text, source text) LANGUAGE plpgsql
AS $$
DECLARE
    names text;
BEGIN
    SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) INTO names
        FROM pg_attribute a JOIN pg_attribute b ON b.attname = a.attname AND b.attrelid = source::regclass
        WHERE a.attrelid = target::regclass AND a.attnum > 0 AND b.attnum > 0
            AND NOT a.attisdropped AND NOT b.attisdropped;
    EXECUTE format('INSERT INTO %s (%s) SELECT %s FROM %s', target, names, names, source);
    EXECUTE format('DELETE FROM %s', source);
END
$$;

-- ALTER TABLE … ALTER COLUMN … TYPE VARCHAR(n), with a check of the length in bytes.
CREATE PROCEDURE rs.varchar(target text, name text, bytes text, length int) LANGUAGE plpgsql
AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT IF EXISTS %I', target, bytes);
    EXECUTE format('ALTER TABLE %s ALTER COLUMN %I TYPE varchar(%s)', target, name, length);
    EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I CHECK (octet_length(%I) <= %s)', target, bytes, name, length);
END
$$;

-- ALTER TABLE … RENAME COLUMN: the check of the length is named after the column.
CREATE PROCEDURE rs.rename_column(target text, name text, bytes text, new_name text, new_bytes text)
LANGUAGE plpgsql
AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s RENAME COLUMN %I TO %I', target, name, new_name);
    IF EXISTS (SELECT FROM pg_constraint WHERE conrelid = target::regclass AND conname = bytes) THEN
        EXECUTE format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I', target, bytes, new_bytes);
    END IF;
END
$$;

-- The system views of Redshift, for the tables of this database. The schema rs itself is hidden.
CREATE VIEW rs.svv_tables AS
    SELECT table_catalog, table_schema, table_name, table_type, NULL::varchar AS remarks
    FROM information_schema.tables WHERE table_schema <> 'rs';
CREATE VIEW rs.svv_columns AS
    SELECT table_catalog, table_schema, table_name, column_name, ordinal_position, column_default, is_nullable,
        data_type, character_maximum_length, numeric_precision, numeric_scale, datetime_precision,
        NULL::varchar AS remarks
    FROM information_schema.columns WHERE table_schema <> 'rs';
CREATE VIEW rs.svv_all_columns AS
    SELECT table_catalog AS database_name, table_schema AS schema_name, table_name, column_name, ordinal_position,
        column_default, is_nullable, data_type, character_maximum_length, numeric_precision, numeric_scale, remarks
    FROM rs.svv_columns;
-- In Redshift, this view shows only tables in schemas on the search path.
CREATE VIEW rs.pg_table_def AS
    SELECT n.nspname AS schemaname, c.relname AS tablename, a.attname AS "column",
        format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS "notnull"
    FROM pg_catalog.pg_attribute AS a
    JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
        AND n.nspname = ANY (current_schemas(false)) AND n.nspname <> 'rs';
GRANT SELECT ON rs.svv_tables, rs.svv_columns, rs.svv_all_columns, rs.pg_table_def TO PUBLIC;
-- Roles do not sign in; users do.
CREATE VIEW rs.svv_roles AS
    SELECT oid AS role_id, rolname::varchar AS role_name FROM pg_catalog.pg_roles
    WHERE NOT rolcanlogin AND rolname NOT LIKE 'pg\_%';
GRANT SELECT ON rs.svv_roles TO PUBLIC;

-- Redshift functions of the expression catalog that PostgreSQL lacks.
create schema redshift;
create function redshift.dateadd(unit text, n bigint, moment timestamp) returns timestamp language sql immutable as $$
  select moment + n * ('1 ' || unit)::interval $$;
-- Redshift counts the boundaries between two times, not the elapsed time.
create function redshift.datediff(unit text, a timestamp, b timestamp) returns bigint language sql immutable as $$
  select case unit
    when 'year' then extract(year from b) - extract(year from a)
    when 'month' then extract(year from b) * 12 + extract(month from b) - extract(year from a) * 12 - extract(month from a)
    when 'day' then b::date - a::date
    when 'hour' then extract(epoch from date_trunc('hour', b) - date_trunc('hour', a)) / 3600
    when 'minute' then extract(epoch from date_trunc('minute', b) - date_trunc('minute', a)) / 60
    when 'second' then extract(epoch from date_trunc('second', b) - date_trunc('second', a))
  end::bigint $$;
create function redshift.sha2(t text, bits integer) returns text language sql immutable as $$
  select encode(sha256(convert_to(t, 'UTF8')), 'hex') $$;
-- Redshift replaces every match.
create function redshift.regexp_replace(t text, pattern text, new text) returns text language sql immutable as $$
  select pg_catalog.regexp_replace(t, pattern, new, 'g') $$;

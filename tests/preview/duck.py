"""Rows for the data sets of the clickstream blueprint, and DuckDB's results for them: duck.py FOLDER.

Writes daily_traffic.parquet, funnel.csv and session.parquet there, and prints the expected values of a page by step.
The steps are those in tests/preview.rs: the SQL here is written from a reader's expectation, not from the definition.
"""

import json
import sys

import duckdb

folder = sys.argv[1]
db = duckdb.connect()
db.execute("SELECT setseed(0.25)")
db.execute(
    """
    CREATE TABLE daily_traffic AS
    SELECT TIMESTAMP '2026-01-01' + to_days(CAST(d AS INTEGER)) AS day, country, device,
           CAST(hash(d, country, device) % 400 AS BIGINT) + 20 AS visitors,
           CAST(hash(d, country, device, 1) % 300 AS BIGINT) + 10 AS sessions,
           CAST(hash(d, country, device, 2) % 900 AS BIGINT) AS page_views,
           CAST(hash(d, country, device, 3) % 10 AS BIGINT) AS purchases,
           CAST(CASE WHEN hash(d, country, device, 4) % 7 = 0 THEN NULL
                     ELSE (hash(d, country, device, 5) % 100000) / 100.0 END AS DECIMAL(18, 2)) AS revenue
    FROM range(120) AS days(d), (VALUES ('DE'), ('FR'), ('it''s'), ('??')) AS countries(country),
         (VALUES ('mobile'), ('desktop')) AS devices(device)
    """
)
db.execute(
    """
    CREATE TABLE funnel AS
    SELECT 's-' || i AS session_id, step, TIMESTAMP '2026-01-01' + to_days(CAST(i % 120 AS INTEGER)) AS day,
           n AS step_number, 1::BIGINT AS sessions
    FROM range(1800) AS all_of(i),
         (VALUES ('page_view', 1), ('search', 2), ('add_to_cart', 3), ('purchase', 4)) AS s(step, n)
    WHERE hash(i, 9) % 4 + 1 >= n
    """
)
db.execute(
    """
    CREATE TABLE session AS
    SELECT 's-' || i AS session_id, 'v-' || (hash(i, 8) % 700) AS visitor_id,
           date_trunc('day', TIMESTAMP '2026-01-01' + to_minutes(CAST(i * 57 AS INTEGER)))::TIMESTAMP AS day,
           ['DE', 'FR', 'it''s', '??'][1 + CAST(hash(i, 7) % 4 AS INTEGER)] AS country,
           CASE WHEN hash(i) % 3 = 0 THEN 'mobile' ELSE 'desktop' END AS device, 1::BIGINT AS sessions,
           CAST(hash(i, 4) % 9 AS BIGINT) AS page_views, CAST(hash(i, 5) % 2 AS BIGINT) AS purchases,
           TIMESTAMP '2026-01-01' + to_minutes(CAST(i * 57 AS INTEGER)) AS started_at,
           TIMESTAMP '2026-01-01' + to_minutes(CAST(i * 57 + 20 AS INTEGER)) AS ended_at,
           CAST(hash(i, 1) % 60 + 1 AS BIGINT) AS events, CAST(hash(i, 2) % 5 AS INTEGER) AS furthest_step,
           CAST((hash(i, 3) % 30000) / 100.0 AS DECIMAL(18, 2)) AS revenue
    FROM range(3000) AS all_of(i)
    """
)
for table, ending in [("daily_traffic", "parquet"), ("funnel", "csv"), ("session", "parquet")]:
    options = "(FORMAT PARQUET)" if ending == "parquet" else "(FORMAT CSV, HEADER)"
    db.execute(f"COPY {table} TO '{folder}/{table}.{ending}' {options}")

LAST_90 = "day > (SELECT max(day) FROM daily_traffic) - INTERVAL 90 DAY"

BY_DEVICE = ", ".join(
    f"sum(revenue) FILTER (device = '{device}')::DOUBLE AS {device}" for device in ("desktop", "mobile")
)


def rows(sql: str) -> list[list[object]]:
    found = db.execute(sql).fetchall()
    return [[float(cell) if hasattr(cell, "as_tuple") else cell for cell in row] for row in found]


# The last day on which such a session began.
newest = "day = (SELECT max(day) FROM session WHERE country = 'DE' AND device = 'mobile')"
print(
    json.dumps(
        {
            "devices": rows(f"SELECT device, sum(sessions)::BIGINT FROM session WHERE {LAST_90} GROUP BY 1"),
            "devices of DE": rows(
                f"SELECT device, sum(sessions)::BIGINT FROM session WHERE {LAST_90} AND country = 'DE' GROUP BY 1"
            ),
            "all days": rows("SELECT device, sum(sessions)::BIGINT FROM session GROUP BY 1"),
            "revenue of two countries": rows(
                f"""SELECT country, {BY_DEVICE} FROM daily_traffic
                    WHERE {LAST_90} AND country IN ('FR', 'it''s') GROUP BY country"""
            ),
            "conversion": rows(
                f"""SELECT sum(purchases) / sum(sessions)::DOUBLE FROM session
                    WHERE {newest} AND country = 'DE' AND device = 'mobile'"""
            ),
            "page views": rows(
                f"""SELECT strftime(day, '%Y-%m-%dT%H:%M:%SZ'), sum(page_views)::BIGINT,
                           sum(page_views) / sum(sessions)::DOUBLE
                    FROM session WHERE {LAST_90} AND country = 'FR' GROUP BY day"""
            ),
            "visitors": rows(
                f"""SELECT strftime(day, '%Y-%m-%dT%H:%M:%SZ'), count(DISTINCT visitor_id)
                    FROM session WHERE {LAST_90} GROUP BY day"""
            ),
            "one country divided": rows(
                f"""SELECT device, {BY_DEVICE} FROM daily_traffic
                    WHERE {LAST_90} AND country = 'FR' GROUP BY device"""
            ),
            "funnel": rows(
                """SELECT step, sum(sessions)::BIGINT FROM funnel
                   WHERE day > (SELECT max(day) FROM funnel) - INTERVAL 90 DAY GROUP BY 1"""
            ),
        }
    )
)

"""PyIceberg reads the Iceberg table by the Data Catalog, and sees the state after the last run."""

from __future__ import annotations

from decimal import Decimal

from pyiceberg.catalog import load_catalog

from deployed import ENDPOINT, ORDERS, equal

ORDERS.use()
database = f"{ORDERS.name}_dev"
catalog = load_catalog("glue", **{"type": "glue", "glue.endpoint": ENDPOINT, "s3.endpoint": ENDPOINT})
assert (database,) in catalog.list_namespaces()
equal(catalog.list_tables(database), [(database, "order_line")], "Iceberg tables")
table = catalog.load_table(f"{database}.order_line")
equal([field.name for field in table.spec().fields], ["changed_at_day"], "the partition")

rows = sorted(table.scan().to_arrow().to_pylist(), key=lambda row: row["line_number"])
equal([row["line_number"] for row in rows], [1, 2, 3, 4], "a line is there once")
equal([row["quantity"] for row in rows], [5, 2, 2, 2], "the changed line has its new quantity")
equal([row["note"] for row in rows], ['late; "change"', None, None, None], "texts")
equal({row["order_id"] for row in rows}, {9_007_199_254_740_993}, "integers of 64 bits")
price = Decimal("9999999999.99")
equal({row["unit_price"] for row in rows}, {price}, "decimals")
net = [5 * price, (2 * price * Decimal("0.85")).quantize(Decimal("0.01")), 2 * price, 2 * price]
equal([row["net_amount"] for row in rows], net, "derived decimals")
equal([row["channel"] for row in rows], ["web", "web", "web", "store"], "derived texts")

# What a run before saw is still there.
first = table.snapshots()[0].snapshot_id
before = table.scan(snapshot_id=first, selected_fields=("line_number", "quantity")).to_arrow().to_pylist()
equal(sorted(row["line_number"] for row in before), [1, 2, 3], "the lines of the first run")
equal({row["quantity"] for row in before}, {2}, "the quantities of the first run")
big = table.scan(row_filter="quantity > 2", selected_fields=("line_number",)).to_arrow().to_pylist()
equal(big, [{"line_number": 1}], "a filter")

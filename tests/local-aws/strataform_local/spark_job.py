"""`python spark_job.py SPEC`: run a Glue script on PySpark, with folders in place of buckets.

Runs in the Python that has PySpark, without this package's own dependencies. The deployed script is
unchanged; only its session is created here, because Glue also creates it outside the script.
"""

from __future__ import annotations

import json
import runpy
import sys
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

CATALOG = "spark.sql.catalog.glue_catalog"
# The package with Iceberg 1.10, the version in Glue 5.1.
ARCHIVE = "iceberg-spark-runtime-3.5_2.12-1.10.2.jar"


def _settings(warehouse: str | None) -> dict[str, str]:
    found = {
        "spark.master": "local[*]",
        "spark.ui.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "1g",
        # For short runs, the C2 compiler and parallel garbage collectors cost more than they save.
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    }
    if warehouse is not None:
        import snowpark_connect_deps_iceberg

        found |= {
            "spark.jars": str(snowpark_connect_deps_iceberg.get_jar_path(ARCHIVE)),
            "spark.sql.extensions": "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
            CATALOG: "org.apache.iceberg.spark.SparkCatalog",
            f"{CATALOG}.type": "hadoop",
            f"{CATALOG}.warehouse": warehouse,
        }
    return found


def main() -> None:
    spec = json.loads(Path(sys.argv[1]).read_text())
    builder: Any = SparkSession.builder
    for name, value in _settings(spec["warehouse"]).items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    sys.argv = [spec["script"], *spec["arguments"]]
    runpy.run_path(spec["script"], run_name="__main__")


if __name__ == "__main__":
    main()

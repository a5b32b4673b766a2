"""`python spark_job.py SPEC`: run a Glue script on PySpark, with folders in place of buckets.

Runs in the Python that has PySpark, without this package's own dependencies. The deployed script is
unchanged; only its session is created here, because Glue also creates it outside the script.

Without SPEC, it runs a job for each line of standard input, in one Spark: a line of JSON with `spec`, `log`,
`environment` and `now` (the time that the script sees, or null) in, a line with the exit code out.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import runpy
import sys
import traceback
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

CATALOG = "spark.sql.catalog.glue_catalog"
# The package with Iceberg 1.10, the version in Glue 5.1.
ARCHIVE = "iceberg-spark-runtime-3.5_2.12-1.10.2.jar"


def _settings() -> dict[str, str]:
    return {
        "spark.master": "local[*]",
        "spark.ui.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "1g",
        # For short runs, the C2 compiler and parallel garbage collectors cost more than they save.
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        # So do classes that are generated and compiled for each query: they took 270 of the 630 CPU
        # seconds that Spark took in two simulated days.
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    }


def _iceberg() -> dict[str, str]:
    """Return the settings of a Spark that can have Iceberg tables."""
    import snowpark_connect_deps_iceberg

    return {
        "spark.jars": str(snowpark_connect_deps_iceberg.get_jar_path(ARCHIVE)),
        "spark.sql.extensions": "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
    }


def _catalog(warehouse: str) -> dict[str, str]:
    """Return the settings of the catalog whose tables are in a folder."""
    return {
        CATALOG: "org.apache.iceberg.spark.SparkCatalog",
        f"{CATALOG}.type": "hadoop",
        f"{CATALOG}.warehouse": warehouse,
    }


def _session(settings: dict[str, str]) -> SparkSession:
    builder: Any = SparkSession.builder
    for name, value in settings.items():
        builder = builder.config(name, value)
    spark: SparkSession = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    return spark


def _run(spec: dict[str, Any]) -> None:
    sys.argv = [spec["script"], *spec["arguments"]]
    runpy.run_path(spec["script"], run_name="__main__")


@contextlib.contextmanager
def _turned(now: float | None) -> Iterator[None]:
    """Let a script that imports `datetime` see another time; imported modules keep the real one."""
    if now is None:
        yield
        return
    seconds = now

    class Turned(datetime.datetime):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> Turned:
            return cls.fromtimestamp(seconds, tz)

    module = types.ModuleType("datetime")
    vars(module).update(vars(datetime) | {"datetime": Turned})
    sys.modules["datetime"] = module
    try:
        yield
    finally:
        sys.modules["datetime"] = datetime


def _next(spark: SparkSession, asked: dict[str, Any]) -> int:
    """Run a job in a session of its own; return its exit code."""
    spec = json.loads(Path(asked["spec"]).read_text())
    session = spark.newSession()
    for name, value in _catalog(spec["warehouse"]).items() if spec["warehouse"] else ():
        session.conf.set(name, value)
    # The script's builder returns this session, and Spark itself looks for it as the active one.
    SparkSession._instantiatedSession = session
    java: Any = session._jsparkSession
    session._jvm.SparkSession.setDefaultSession(java)
    session._jvm.SparkSession.setActiveSession(java)
    os.environ.update(asked["environment"])
    with (
        Path(asked["log"]).open("w") as log,
        contextlib.redirect_stdout(log),
        contextlib.redirect_stderr(log),
        _turned(asked["now"]),
    ):
        try:
            _run(spec)
        except SystemExit as ended:
            return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        except Exception:
            traceback.print_exc()
            return 1
        finally:
            for name in asked["environment"]:
                os.environ.pop(name, None)
    return 0


def _serve() -> None:
    # Java's output goes elsewhere: it would be mixed with the answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    spark = _session(_settings() | _iceberg())
    for line in sys.stdin:
        print(json.dumps(_next(spark, json.loads(line))), file=answers, flush=True)


def main() -> None:
    if len(sys.argv) < 2:
        _serve()
        return
    spec = json.loads(Path(sys.argv[1]).read_text())
    warehouse = spec["warehouse"]
    _session(_settings() | ({} if warehouse is None else _iceberg() | _catalog(warehouse)))
    _run(spec)


if __name__ == "__main__":
    main()

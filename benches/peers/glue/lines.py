"""The minimum cost of reading: every line of the files, without processing.

    lines.py RAW
"""

import sys

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

spark = SparkSession.builder.appName("lines").getOrCreate()
rows = spark.read.option("recursiveFileLookup", True).text(sys.argv[1])
print("RESULT", rows.agg(F.count("*"), F.sum(F.length("value"))).first())

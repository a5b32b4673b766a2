"""The time of Spark itself: a session, one empty job, and the shutdown."""

from pyspark.sql import SparkSession

spark = SparkSession.builder.appName("start").getOrCreate()
spark.range(1).collect()

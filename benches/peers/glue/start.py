"""The time that Spark itself takes: a session, one empty job, and the end."""

from pyspark.sql import SparkSession

spark = SparkSession.builder.appName("start").getOrCreate()
spark.range(1).collect()

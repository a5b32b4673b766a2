"""A local AWS: ministack and an extension for what it lacks, on one loopback port."""

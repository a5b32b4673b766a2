"""Local AWS: ministack, and what it lacks, on one loopback port."""

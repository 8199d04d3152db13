"""Many documents: processes, shards, Spark, and loading."""

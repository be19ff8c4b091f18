"""Run folders: result.json and its schema, Parquet, JUnit. The only import of pandas."""

"""The far end as a witness: it records the calls that it receives, and tells their callers."""

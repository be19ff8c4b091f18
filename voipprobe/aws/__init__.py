"""Everything that speaks to AWS; the only room that imports boto3."""

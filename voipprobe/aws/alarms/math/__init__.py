"""CloudWatch's metric math, as far as an alarm of ours may use it. No I/O, no clock."""

"""What the counters of a host say before and after a trial, and the difference."""

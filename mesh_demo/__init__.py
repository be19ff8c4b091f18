"""Four Regions on one machine: a small network whose truth is known, and agents that measure it."""

"""The definitions file: what alarms there are, for every path, agent and Region."""

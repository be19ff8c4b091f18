"""The always-on probe agent: its configuration, schedule, rounds, store and publishers."""

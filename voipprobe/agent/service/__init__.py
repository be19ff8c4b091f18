"""The agent as a service: everything started, watched, reloaded and ended."""

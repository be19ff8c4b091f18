"""SIPp: its version, its arguments, its statistics, its process."""

"""iperf3: its arguments, its JSON, its process."""

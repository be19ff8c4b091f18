"""How fast voipprobe itself is, measured beside the tools that people use today."""

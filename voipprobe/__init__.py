"""voipprobe places real SIP calls, measures their media, and says how good they were."""

__version__ = "0.1.0"

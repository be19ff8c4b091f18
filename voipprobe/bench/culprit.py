"""Whose fault it is that a trial is void."""

from enum import StrEnum


class Culprit(StrEnum):
    """Never the system under test: what it does wrong is a failure, not a void."""

    GENERATOR = "generator"
    HOST = "host"
    """The host of the generator: drops below its sockets."""
    NEIGHBOURS = "neighbours"
    """Other machines on the same hardware took CPU time (steal). One-sided: that can make a trial
    worse and never better, so it excuses a failure and takes nothing from a pass."""
    CAPTURE = "capture"
    TOOL = "tool"
    """Something was not measured that must be, evidence of health included."""

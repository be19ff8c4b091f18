"""Whose fault it is that a trial is void."""

from enum import StrEnum


class Culprit(StrEnum):
    """Never the system under test: what it does wrong is a failure, not a void."""

    GENERATOR = "generator"
    HOST = "host"
    """The host of the generator: steal, or drops below the sockets."""
    CAPTURE = "capture"
    TOOL = "tool"
    """Something was not measured that must be, evidence of health included."""

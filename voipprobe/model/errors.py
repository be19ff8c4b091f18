"""One tree of errors. A message says what is wrong, where, and what to do."""


class VoipprobeError(Exception):
    """Anything that a user can cause or cure; the command line prints it as one line."""


class ConfigError(VoipprobeError):
    """Wrong usage or configuration; nothing was measured (exit code 2)."""


class MeasurementError(VoipprobeError):
    """We could not measure: it says nothing about the target (exit code 3)."""


class ToolError(MeasurementError):
    """A tool that we drive is missing, too old, crashed or hung."""


class CaptureError(MeasurementError):
    """Packets could not be captured or a capture could not be read."""


class StoreError(MeasurementError):
    """A result could not be written or read."""


class CloudError(MeasurementError):
    """A cloud service refused or failed.

    Attributes:
        retryable: whether the same request may succeed later.
        code: the service's own word, or the name of what went wrong on the way; "" if unknown.
        maybe_done: no answer came, or one that leaves open whether the request took effect.
    """

    def __init__(
        self, message: str, *, retryable: bool, code: str = "", maybe_done: bool = False
    ) -> None:
        super().__init__(message)
        self.retryable = retryable
        self.code = code
        self.maybe_done = maybe_done

"""Measurements as JSON lines, appended to a file or to standard output."""

import json
import os
import stat
import sys
from collections.abc import Sequence
from typing import Final

from voipprobe.agent.publish.contract import Delivery
from voipprobe.metrics.catalogue import CATALOGUE
from voipprobe.model.measurement import Measurement

RETRY_S: Final = 10.0
MODE: Final = 0o640


def json_line(measurement: Measurement) -> str:
    """One measurement as one line, without its end."""
    return json.dumps(
        {
            "metric": measurement.metric,
            "unit": CATALOGUE[measurement.metric].unit.value,
            "dimensions": dict(measurement.dimensions),
            "at": measurement.at,
            "samples": measurement.samples,
        },
        separators=(",", ":"),
        allow_nan=False,
    )


class JsonLines:
    """Appends; the file is opened for every batch, so that it may be rotated away."""

    name = "jsonlines"
    interval_s = 0.0

    def __init__(self, file: str) -> None:
        self._file = file

    def deliver(self, batch: Sequence[Measurement]) -> Delivery:
        """Append a batch in one write."""
        text = "".join(json_line(one) + "\n" for one in batch)
        try:
            self._append(text)
        except OSError as error:
            complaint = f"{self._file}: cannot be appended to: {error.strerror}"
            return Delivery(again=tuple(batch), complaint=complaint, retry_after_s=RETRY_S)
        return Delivery()

    def _append(self, text: str) -> None:
        if self._file == "-":
            sys.stdout.write(text)
            sys.stdout.flush()
            return
        descriptor = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, MODE)
        try:
            _append_whole(descriptor, text.encode())
        finally:
            os.close(descriptor)

    def close(self) -> None:
        """Nothing is held."""


def _append_whole(descriptor: int, octets: bytes) -> None:
    """All of it or, where the disk is full, nothing: half a batch would be delivered twice."""
    before = os.lseek(descriptor, 0, os.SEEK_END) if _is_regular(descriptor) else None
    try:
        while octets:
            octets = octets[os.write(descriptor, octets) :]
    except OSError:
        if before is not None:
            os.ftruncate(descriptor, before)
        raise


def _is_regular(descriptor: int) -> bool:
    return stat.S_ISREG(os.fstat(descriptor).st_mode)

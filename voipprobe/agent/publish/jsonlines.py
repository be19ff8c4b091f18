"""Measurements as JSON lines, appended to a file or to standard output."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from voipprobe.agent.publish.contract import Delivery
from voipprobe.metrics.catalogue import CATALOGUE
from voipprobe.model.measurement import Measurement

RETRY_S = 10.0


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
        path = Path(self._file)
        if not path.exists():
            path.touch(mode=0o640)
        with path.open("a") as file:
            before = file.tell()
            try:
                file.write(text)
                file.flush()
            except OSError:
                file.truncate(before)  # half a batch would be delivered twice
                raise

    def close(self) -> None:
        """Nothing is held."""

"""What publishing costs an agent in a day: requests, bytes, series, CPU.

Real requests of botocore over loopback to a server that takes everything; a minute is measured
and every minute of the day is like it.
"""

import contextlib
import gzip
import os
import random
import threading
import time
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from benchmarks.rows import Row
from voipprobe.aws.metrics.datum import data_of
from voipprobe.aws.metrics.publisher import CloudWatchPublisher
from voipprobe.aws.session import client
from voipprobe.metrics.catalogue import PATH, SUBJECTS, Kind, Metric
from voipprobe.metrics.series import series
from voipprobe.model.measurement import Measurement, counted

PATHS: Final = 12
CALLS: Final = 10
MINUTES: Final = 5
DAY_MINUTES: Final = 24 * 60
MEGA: Final = 1e6
NAMESPACE: Final = "VoipProbe"
A_ROUND: Final = frozenset({"SER", "SEER", "ISA"})
"""Distributions with one sample a round; all others have one a call."""
_AWAY: Final[Mapping[str, str]] = {
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_DEFAULT_REGION": "us-east-1", "AWS_CONFIG_FILE": os.devnull,
}  # fmt: skip


class Sink(ThreadingHTTPServer):
    """Takes every request and counts them and their bytes, before and after compression."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests = self.wire_bytes = self.body_bytes = 0

    def counts(self) -> tuple[int, int, int]:
        """Since the last time."""
        found = (self.requests, self.wire_bytes, self.body_bytes)
        self.requests = self.wire_bytes = self.body_bytes = 0
        return found


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet: the second would wait 40 ms for an ACK
    server: Sink

    def do_POST(self) -> None:
        wire = self.rfile.read(int(self.headers["Content-Length"]))
        packed = self.headers["Content-Encoding"] == "gzip"
        self.server.requests += 1
        self.server.wire_bytes += len(wire)
        self.server.body_bytes += len(gzip.decompress(wire) if packed else wire)
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        """Counted, not told."""


def cloudwatch_rows() -> Iterator[Row]:
    """An agent with 12 paths and ten calls a minute on each, beside one request a sample."""
    with _sink() as sink:
        cpu_s = _publish(sink)
        ours = [figure * DAY_MINUTES / MINUTES for figure in sink.counts()]
        _one_by_one()
        theirs = [figure * DAY_MINUTES for figure in sink.counts()]
    what = f"CloudWatch, agent with {PATHS} paths, a day against one PutMetricData a sample:"
    yield Row(f"{what} requests", f"{ours[0]:,.0f} against {theirs[0]:,.0f}",
              "one a minute", ours[0] <= DAY_MINUTES)  # fmt: skip
    found = f"{ours[1] / MEGA:.1f} MB against {theirs[1] / MEGA:,.1f} MB"
    yield Row(f"{what} bytes sent", found, "", None)
    raw = f"{ours[2] / DAY_MINUTES / MEGA:.3f} MB"
    yield Row("the same: bytes of one request before compression", raw, "1 MB",
              ours[2] / DAY_MINUTES <= MEGA)  # fmt: skip
    count = series(PATHS, 1)
    words = f"{count.usual} in every minute, {count.most} at most, either way"
    yield Row("the same: series", words, "", None)
    yield Row(
        "the same: CPU of publishing, share of a core", f"{cpu_s / MINUTES / 60:.2%}", "", None
    )


def a_minute(at: float) -> list[Measurement]:
    """What one agent measures of all its paths in a minute."""
    chance = random.Random(0)  # noqa: S311 - the same minute every time
    metrics = [one for name, many in SUBJECTS.items() if name != "iperf" for one in many]
    return [
        _measurement(metric, path, at, chance)
        for path in range(PATHS)
        for metric in metrics
        if metric.dimensions == PATH and not metric.sparse
    ]


def _measurement(metric: Metric, path: int, at: float, chance: random.Random) -> Measurement:
    dimensions = (("Source", "us-east-1"), ("Destination", f"peer-{path:02}"), ("Scenario", "call"))
    many = CALLS if metric.kind is Kind.DISTRIBUTION and metric.name not in A_ROUND else 1
    values = [chance.lognormvariate(2.0, 1.0) for _ in range(many)]
    return Measurement(metric=metric.name, dimensions=dimensions, at=at, samples=counted(values))


def _publish(sink: Sink) -> float:
    """CPU seconds of our side for some minutes; the first one makes the client and is left out."""
    publisher = CloudWatchPublisher(NAMESPACE)
    now = time.time()
    publisher.publish(a_minute(now))
    sink.counts()
    before = time.thread_time()
    for minute in range(MINUTES):
        publisher.publish(a_minute(now - 60 * minute))
    spent = time.thread_time() - before
    publisher.close()
    return spent


def _one_by_one() -> None:
    """A minute as a simple exporter sends it: each sample as it comes."""
    line = client("cloudwatch")
    for measurement in a_minute(time.time()):
        (datum,) = data_of(measurement)
        plain: dict[str, Any] = {
            name: value for name, value in datum.items() if name not in {"Values", "Counts"}
        }
        for value in datum["Values"]:
            line.put_metric_data(Namespace=NAMESPACE, MetricData=[{**plain, "Value": value}])
    line.close()


@contextlib.contextmanager
def _sink() -> Iterator[Sink]:
    server = Sink()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    url = f"http://127.0.0.1:{server.server_address[1]}"
    before = dict(os.environ)
    os.environ.update({**_AWAY, "AWS_ENDPOINT_URL": url})
    try:
        yield server
    finally:
        os.environ.clear()
        os.environ.update(before)
        server.shutdown()
        thread.join()
        server.server_close()

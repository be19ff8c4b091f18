"""CloudWatchPublisher: measurements out, each with its own time, in as few requests as can be.

One attempt a request: botocore repeats nothing behind our back, because a request whose answer
was lost may have been taken. When to come again is for the caller to decide (it has the spool);
`retry_after_s` says when it should. Must not know the spool.

What arrives once and what may arrive twice: CloudWatch has no idempotency token. What it
confirmed is not sent again. What it refused, and what never left, it does not have. A request
that got no answer (reset, timeout) or a 5xx may have been taken or not: it is sent again, since
a lost sample cannot be found again, while one counted twice leaves Minimum, Maximum, and of a
minute sent twice as a whole also Average and percentiles, as they were. `maybe_twice` counts them.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, NamedTuple

from voipprobe.aws.metrics.backoff import Backoff
from voipprobe.aws.metrics.batch import batched, data_in
from voipprobe.aws.metrics.datum import Group
from voipprobe.aws.metrics.isolate import BAD_DATA, isolate
from voipprobe.aws.metrics.limits import Limits, limits_of
from voipprobe.aws.metrics.outcome import PublishOutcome, Tally, all_places, places
from voipprobe.aws.metrics.prepare import Refusal, prepare
from voipprobe.aws.metrics.validate import namespace_mistakes, request_mistakes
from voipprobe.aws.metrics.wire import guard
from voipprobe.aws.session import READ_TIMEOUT_S, RENEW, client, cloud_errors
from voipprobe.model.errors import CloudError, ConfigError
from voipprobe.model.measurement import Measurement

MOST_REFUSALS: Final = 64
"""Requests in one publish that are taken apart; beyond it the rest waits."""

TOO_MUCH: Final = "more different values than a request of 1 MB holds"


class _Line(NamedTuple):
    """An open line to CloudWatch, and what it takes."""

    client: Any
    limits: Limits


class CloudWatchPublisher:
    """Publishes to one namespace of one Region. For one thread.

    Args:
        namespace: of all metrics.
        region: None for the one that the environment names.
        read_timeout_s: longest wait for an answer.
        clock: epoch seconds.
        backoff: the waits after failures.

    Raises:
        ConfigError: CloudWatch does not take the namespace.
    """

    def __init__(
        self,
        namespace: str,
        *,
        region: str | None = None,
        read_timeout_s: float = READ_TIMEOUT_S,
        clock: Callable[[], float] = time.time,
        backoff: Backoff | None = None,
    ) -> None:
        mistakes = namespace_mistakes(namespace)
        if mistakes:
            raise ConfigError(f"CloudWatch namespace {namespace[:80]!r}: {'; '.join(mistakes)}")
        self._namespace = namespace
        self._region = region
        self._read_timeout_s = read_timeout_s
        self._clock = clock
        self._backoff = backoff or Backoff()
        self._open: _Line | None = None

    def publish(self, measurements: Sequence[Measurement]) -> PublishOutcome:
        """Send them, oldest first, until a request fails for another reason than its data.

        Args:
            measurements: what waits; some thousand at a time.

        Returns:
            What became of each; nothing is raised for the cloud's sake.
        """
        tally = Tally()
        try:
            line = self._line()
        except ConfigError as error:  # no Region, no such profile: may be put right meanwhile
            return self._wait(tally, range(len(measurements)), error)
        prepared = prepare(measurements, self._clock(), line.limits)
        tally.refused += prepared.refused
        tally.too_old += prepared.too_old
        requests, too_big = batched(prepared.groups, self._namespace, line.limits)
        tally.refused += [Refusal(place, TOO_MUCH) for place in places(too_big)]
        return self._send_all(line, deque(requests), tally)

    def close(self) -> None:
        """End its connections; the next publish opens new ones."""
        if self._open is not None:
            self._open.client.close()
            self._open = None

    def _send_all(self, line: _Line, queue: deque[list[Group]], tally: Tally) -> PublishOutcome:
        while queue:
            request = queue.popleft()
            try:
                self._send(line, request, tally)
            except CloudError as error:
                tally.failures += 1
                if error.code not in BAD_DATA or tally.failures > MOST_REFUSALS:
                    tally.maybe_twice = len(places(request)) if error.maybe_done else 0
                    return self._wait(tally, all_places([request, *queue]), error)
                found = isolate(request, str(error))
                tally.refused += found.refused
                queue.extendleft(reversed(found.requests))
            else:
                tally.confirm(request)
                self._backoff.succeeded()
        return tally.outcome()

    def _send(self, line: _Line, request: Sequence[Group], tally: Tally) -> None:
        data = data_in(request)
        mistakes = request_mistakes(self._namespace, data, line.limits)
        if mistakes:  # halves of it may be good
            raise CloudError("; ".join(mistakes), retryable=False, code="ParamValidationError")
        tally.requests += 1
        with cloud_errors(f"PutMetricData in {line.client.meta.region_name}"):
            line.client.put_metric_data(Namespace=self._namespace, MetricData=data)

    def _wait(
        self, tally: Tally, waiting: Iterable[int], error: CloudError | ConfigError
    ) -> PublishOutcome:
        if isinstance(error, CloudError) and error.code in RENEW:
            self.close()  # the next client reads the credentials anew
        tally.later += waiting
        return tally.outcome(retry_after_s=self._backoff.failed(), problem=str(error))

    def _line(self) -> _Line:
        if self._open is None:
            made = client(
                "cloudwatch", region=self._region, attempts=1, read_timeout_s=self._read_timeout_s
            )
            limits = limits_of(made.meta.service_model)
            guard(made, limits)
            self._open = _Line(made, limits)
        return self._open

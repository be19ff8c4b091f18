"""The last look at a request: its bytes as botocore wrote them, before they are compressed.

Knows botocore's events. Must not send anything.
"""

from typing import Any, Final
from urllib.parse import urlencode

from voipprobe.aws.metrics.limits import Limits
from voipprobe.aws.metrics.validate import body_mistakes
from voipprobe.model.errors import CloudError

TOO_BIG: Final = "RequestEntityTooLarge"
_WRITTEN: Final = "before-call.cloudwatch.PutMetricData"


def guard(client: Any, limits: Limits) -> None:
    """Have each PutMetricData of a client weighed before it leaves.

    One that is too big ends in a CloudError of code TOO_BIG, raised out of `put_metric_data`.
    """

    def weigh(params: dict[str, Any], **_: object) -> None:
        mistakes = body_mistakes(body_bytes(params["body"]), limits)
        if mistakes:
            raise CloudError("; ".join(mistakes), retryable=False, code=TOO_BIG)

    client.meta.events.register(_WRITTEN, weigh)


def body_bytes(body: str | bytes | dict[str, Any]) -> int:
    """Of a body in any of botocore's protocols; the query protocol's is still a form."""
    if isinstance(body, dict):
        body = urlencode(body, doseq=True)
    return len(body.encode() if isinstance(body, str) else body)

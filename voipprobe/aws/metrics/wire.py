"""How many bytes a request really has: botocore's own serialiser is asked.

Knows botocore's serialisers. Must not send anything.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from botocore.serialize import create_serializer

from voipprobe.aws.metrics.datum import Datum

OPERATION = "PutMetricData"


class Scale:
    """Weighs requests in the protocol in which this client sends them."""

    def __init__(self, client: Any, namespace: str) -> None:
        model = client.meta.service_model
        protocol = getattr(model, "resolved_protocol", model.metadata.get("protocol"))
        self._serializer = create_serializer(protocol, include_validation=False)
        self._operation = model.operation_model(OPERATION)
        self._namespace = namespace

    def body_bytes(self, data: Sequence[Datum]) -> int:
        """Of a request with these data, before compression: what the 1 MB are counted in."""
        request = {"Namespace": self._namespace, "MetricData": list(data)}
        body = self._serializer.serialize_to_request(request, self._operation)["body"]
        if isinstance(body, dict):  # the query protocol writes it as a form
            body = urlencode(body, doseq=True)
        return len(body.encode() if isinstance(body, str) else body)

"""What an EC2 instance knows of itself, by version 2 of its metadata service (IMDSv2)."""

import http.client
import json
import os
from typing import Final
from urllib.parse import urlsplit

ENDPOINT: Final = "http://169.254.169.254"
TIMEOUT_S: Final = 1.0
TOKEN_SECONDS: Final = "60"  # noqa: S105 - how long a token lives


def instance_document() -> dict[str, str] | None:
    """The instance identity document (`instanceId`, `region`, `availabilityZone`, ...).

    None where there is no such service: not on EC2, or switched off. botocore's variables
    AWS_EC2_METADATA_DISABLED and AWS_EC2_METADATA_SERVICE_ENDPOINT hold here too.
    """
    if os.environ.get("AWS_EC2_METADATA_DISABLED", "").lower() == "true":
        return None
    try:
        endpoint = urlsplit(os.environ.get("AWS_EC2_METADATA_SERVICE_ENDPOINT") or ENDPOINT)
        return _ask(endpoint.hostname, endpoint.port or 80) if endpoint.hostname else None
    except (OSError, http.client.HTTPException, ValueError):
        return None


def _ask(host: str, port: int) -> dict[str, str] | None:
    life = {"X-aws-ec2-metadata-token-ttl-seconds": TOKEN_SECONDS}
    token = _request(host, port, "PUT", "/latest/api/token", life)
    if token is None:
        return None
    path = "/latest/dynamic/instance-identity/document"
    text = _request(host, port, "GET", path, {"X-aws-ec2-metadata-token": token})
    if text is None:
        return None
    document = json.loads(text)
    if not isinstance(document, dict) or not document:  # some other service answers there
        return None
    return {key: str(value) for key, value in document.items()}


def _request(host: str, port: int, method: str, path: str, headers: dict[str, str]) -> str | None:
    connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)
    try:
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        text = answer.read(65536).decode()
        return text if answer.status == 200 else None
    finally:
        connection.close()

"""`python -m support.fleet.cloud ADDRESS PORT [REGION=PUBLIC ...]`: a moto server as an account.

It has the image that Debian publishes, and hands out the public addresses that it is told, so that
an instance of moto can be a host of the test network.
"""

import base64
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from support.playbooks import ROOT
from voipprobe.process.child import Child

IMAGE = {
    "ami_id": "ami-0debian12arm64", "name": "debian-12-arm64-20261101-2284", "description": "-",
    "owner_id": "136693071363", "public": True, "virtualization_type": "hvm",
    "architecture": "arm64", "state": "available", "platform": None, "image_type": "machine",
    "hypervisor": "xen", "root_device_name": "/dev/xvda", "root_device_type": "ebs",
    "sriov": "simple", "creation_date": "2026-11-01T00:00:00.000Z",
}  # fmt: skip


REQUESTS = "requests.jsonl"
CREDENTIAL = re.compile(r"Credential=([^/]+)/\d+/[^/]+/([^/]+)/aws4_request")


@contextmanager
def cloud(
    folder: Path, *arguments: str, address: str = "127.0.0.1", before: list[str] | None = None
) -> Iterator[str]:
    """The URL of a server that runs; `before` is what runs it."""
    argv = [*(before or []), sys.executable, "-m", "support.fleet.cloud", address, *arguments]
    variables = {
        "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}", "PYTHONWARNINGS": "ignore",
        "MOTO_ENABLE_RECORDING": "1", "MOTO_RECORDER_FILEPATH": str(folder / REQUESTS),
    }  # fmt: skip
    with Child(argv, folder=folder, name="cloud", environment=variables) as child:
        while "http://" not in child.stdout.read_text():
            assert child.wait(0.1) is None, child.complaint()
        yield child.stdout.read_text().split()[0]


def actions(folder: Path, key: str) -> set[str]:
    """What was asked for with an access key, as policies name it: `ec2:RunInstances`."""
    requests = map(json.loads, (folder / REQUESTS).read_text().splitlines())
    asked = (_asked(one) for one in requests)
    return {action for whose, action in asked if whose == key}


def _asked(request: dict[str, Any]) -> tuple[str, str]:
    """By its signature the key and the service, by header or body the operation."""
    headers = {name.lower(): value for name, value in request["headers"].items()}
    found = CREDENTIAL.search(headers["authorization"])
    assert found
    name = {"monitoring": "cloudwatch"}.get(found[2], found[2])
    body = parse_qs(base64.b64decode(request["body"] or "").decode(errors="replace"))
    (operation,) = body.get("Action", [headers.get("x-amz-target", "").rpartition(".")[2]])
    return found[1], f"{name}:{operation}"


def _serve(address: str, public: dict[str, str]) -> None:
    from moto.ec2.models.elastic_ip_addresses import ElasticAddressBackend  # noqa: PLC0415
    from moto.server import ThreadedMotoServer  # noqa: PLC0415 - it reads its images here

    allocate: Any = ElasticAddressBackend.allocate_address

    def chosen(self: Any, domain: str, address: str | None = None, tags: Any = None) -> Any:
        return allocate(self, domain, public.get(self.region_name, address), tags)

    ElasticAddressBackend.allocate_address = chosen  # type: ignore[method-assign]
    server = ThreadedMotoServer(ip_address=address, port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    print(f"http://{host}:{port}", flush=True)
    server._thread.join()  # type: ignore[union-attr]


if __name__ == "__main__":
    with tempfile.NamedTemporaryFile("w", suffix=".json") as images:
        json.dump([IMAGE], images)
        images.flush()
        os.environ["MOTO_AMIS_PATH"] = images.name
        _serve(sys.argv[1], dict(word.split("=") for word in sys.argv[2:]))

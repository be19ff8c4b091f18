"""A certificate for SIPp's TLS, which will not start without one, also as a client."""

from pathlib import Path

from voipprobe.model.errors import ToolError
from voipprobe.process.tools import find_tool, tool_output

CERTIFICATE, KEY = "certificate.pem", "key.pem"
DAYS = 2


def write_certificate(folder: Path) -> None:
    """A new self-signed certificate and its key; peers are not verified with it.

    Raises:
        ToolError: openssl is missing or failed.
    """
    argv = [find_tool("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes"]
    argv += ["-subj", "/CN=voipprobe", "-days", str(DAYS)]
    argv += ["-keyout", str(folder / KEY), "-out", str(folder / CERTIFICATE)]
    code, text = tool_output(argv)
    if code:
        raise ToolError(f"openssl cannot make a certificate: {text.strip().splitlines()[-1]}")

"""Key logs: what they can open, and those inside pcapng files."""

import struct
from pathlib import Path

import pytest
from support.pcaps import block, interface_block, packet_block, section_block

from voipprobe.capture.tshark.secrets import (
    MAX_EMBEDDED_OCTETS,
    KeyLog,
    embedded_secrets,
    keylog_text,
)
from voipprobe.model.errors import ConfigError

RANDOM = "00112233445566778899aabbccddeeff" * 2
LINES = f"""# SSL/TLS secrets log file
CLIENT_RANDOM {RANDOM} {"01" * 48}

SERVER_HANDSHAKE_TRAFFIC_SECRET ff{RANDOM[2:]} {"02" * 32}\r
CLIENT_RANDOM {"zz" * 32} {"01" * 48}
CLIENT_RANDOM 0011 {"01" * 48}
nonsense
"""


def secrets_block(text: bytes, order: str = "<", kind: int = 0x544C534B) -> bytes:
    return block(10, struct.pack(f"{order}II", kind, len(text)) + text, order)


def test_randoms_are_those_of_lines_that_make_sense() -> None:
    """Each label, comments and damaged lines passed over."""
    keylog = KeyLog.of(LINES.encode())
    assert keylog.randoms.tolist() == [0x0011223344556677, 0xFF11223344556677]
    assert (keylog.secrets, keylog.opens_any) == (2, False)


def test_secrets_that_go_by_no_random_may_open_anything() -> None:
    """RSA's are found by the encrypted secret; a key log that grows may get the right one yet."""
    assert KeyLog.of(b"RSA 0011223344556677 0011\n").opens_any
    assert KeyLog.of(b"", is_growing=True).opens_any


def test_a_key_log_that_cannot_be_read_is_wrong_usage(tmp_path: Path) -> None:
    """Its name and the reason."""
    with pytest.raises(ConfigError, match=r"keys\.log cannot be read: No such file"):
        keylog_text(tmp_path / "keys.log")


@pytest.mark.parametrize("order", ["<", ">"])
def test_secrets_before_the_first_packet_are_found(tmp_path: Path, order: str) -> None:
    """In either byte order, several blocks, and no other kind of secret."""
    blocks = [
        section_block(order),
        secrets_block(b"one\n", order),
        secrets_block(b"wireguard\n", order, kind=0x57474B4C),
        interface_block(order=order),
        secrets_block(b"two\n", order),
        packet_block(1, b"frame", order=order),
    ]
    path = tmp_path / "a.pcapng"
    path.write_bytes(b"".join(blocks))
    assert embedded_secrets(path) == b"one\n\ntwo\n"


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"\n\r\r\n",
        section_block()[:20],
        section_block() + struct.pack("<III", 10, MAX_EMBEDDED_OCTETS + 4, 0),
        section_block() + secrets_block(b"x")[:18],
        section_block() + struct.pack("<III", 10, 12, 12),
    ],
)
def test_damage_and_hostile_lengths_hold_no_secret(tmp_path: Path, octets: bytes) -> None:
    """No error either: the reader of the capture names the damage."""
    path = tmp_path / "a.pcapng"
    path.write_bytes(octets)
    assert embedded_secrets(path).strip(b"x") == b""
    assert embedded_secrets(tmp_path / "none") == b""

"""Compressed captures: whole, in pieces, cut off, damaged, hostile."""

import gzip
import io
import itertools
import zlib
from pathlib import Path

import pytest
from support.pcaps import frames, pcap_octets, section_block, voice
from support.readings import read

from voipprobe.capture.files.compressed import Gzip, Zstd
from voipprobe.model.errors import CaptureError

COUNT = 4000
RECORD_OCTETS = 16 + 14 + 20 + 8 + 12 + 160
OCTETS = pcap_octets(frames(voice(COUNT, jitter_ms=3)))


def _written(tmp_path: Path, octets: bytes, name: str = "a.pcap.gz") -> Path:
    path = tmp_path / name
    path.write_bytes(octets)
    return path


@pytest.mark.parametrize("members", [1, 3])
def test_gzip_is_read_as_if_it_were_plain(tmp_path: Path, members: int) -> None:
    """Also in several members, as pigz and `cat a.gz b.gz` write them, and with zeros behind."""
    cuts = [len(OCTETS) * i // members for i in range(members + 1)]
    packed = b"".join(gzip.compress(OCTETS[a:b]) for a, b in itertools.pairwise(cuts))
    reading = read(_written(tmp_path, packed + b"\0" * 512))
    assert (reading.streams[0].packets, reading.damage) == (COUNT, ())
    assert (reading.info.bytes, reading.info.truncated) == (len(OCTETS), False)


@pytest.mark.parametrize("kept", [0.999, 0.5, 0.1])
def test_gzip_that_is_cut_off_keeps_what_came_before(tmp_path: Path, kept: float) -> None:
    """Every packet that zlib can still give is there, and the reason names the file's length."""
    packed = gzip.compress(OCTETS)
    cut = packed[: int(len(packed) * kept)]
    expected = len(zlib.decompressobj(31).decompress(cut))
    reading = read(_written(tmp_path, cut))
    (damage,) = reading.damage
    assert reading.info.packets == (expected - 24) // RECORD_OCTETS
    assert damage.offset == 24 + reading.info.packets * RECORD_OCTETS
    assert f"cut off after {len(cut)} bytes" in damage.reason


def test_gzip_damaged_in_the_middle_keeps_what_came_before(tmp_path: Path) -> None:
    """zlib gives nothing at all of a call that fails: what came out before is saved."""
    packer = zlib.compressobj(wbits=31)
    sound = packer.compress(OCTETS[: len(OCTETS) // 2]) + packer.flush(zlib.Z_FULL_FLUSH)
    reading = read(_written(tmp_path, sound + b"\x07" * 100))  # there is no such kind of block
    assert reading.info.packets == (len(OCTETS) // 2 - 24) // RECORD_OCTETS
    assert reading.damage[0].reason == f"the gzip data are damaged at byte {len(sound)}"


def test_a_gzip_bomb_comes_out_in_bounded_pieces() -> None:
    """A few kilobytes that stand for 64 MB never give more than was asked for."""
    stream = Gzip(io.BytesIO(gzip.compress(b"\0" * (64 << 20))))
    room = bytearray(4096)
    assert stream.readinto(memoryview(room)) == 4096
    assert len(stream._waiting) <= 1 << 16


def test_compressed_text_is_no_capture(tmp_path: Path) -> None:
    """What is inside decides."""
    with pytest.raises(CaptureError, match="neither pcap nor pcapng"):
        read(_written(tmp_path, gzip.compress(b"INVITE sip:a@b SIP/2.0\r\n" * 9)))


def test_pcapng_may_be_compressed_too(tmp_path: Path) -> None:
    """The format is told by the decompressed octets."""
    assert read(_written(tmp_path, gzip.compress(section_block()))).info.packets == 0


def test_zstd_is_read_as_if_it_were_plain(tmp_path: Path) -> None:
    """In several frames, as `zstd` and `pzstd` write them; cut off, what came before is kept."""
    zstandard = pytest.importorskip("zstandard")
    half = len(OCTETS) // 2
    packed = [zstandard.compress(part) for part in (OCTETS[:half], OCTETS[half:])]
    reading = read(_written(tmp_path, b"".join(packed)))
    assert (reading.streams[0].packets, reading.damage) == (COUNT, ())
    cut = read(_written(tmp_path, packed[0] + packed[1][: len(packed[1]) // 2]))
    assert cut.info.packets >= COUNT // 2 - 1
    assert cut.info.truncated


def test_zstd_damaged_keeps_what_came_before(tmp_path: Path) -> None:
    """The reason names zstd."""
    zstandard = pytest.importorskip("zstandard")
    packed = zstandard.compress(OCTETS) + b"\x28\xb5\x2f\xfd" + b"\xff" * 40
    reading = read(_written(tmp_path, packed))
    assert 0 < reading.info.packets <= COUNT
    assert "zstd" in reading.damage[0].reason


@pytest.mark.parametrize("is_streamed", [False, True])
def test_zstd_cut_off_anywhere_is_told(is_streamed: bool) -> None:
    """Byte by byte over frames with and without checksum and size, and one to be skipped."""
    zstandard = pytest.importorskip("zstandard")
    packer = zstandard.ZstdCompressor(write_checksum=is_streamed, write_content_size=True)
    machine = packer.compressobj() if is_streamed else packer
    frame = machine.compress(OCTETS[:3000]) + (machine.flush() if is_streamed else b"")
    skippable = b"\x52\x2a\x4d\x18\x03\0\0\0abc"
    packed = frame + skippable + frame
    whole = {0, len(frame), len(frame) + len(skippable), len(packed)}
    for cut in range(len(packed) + 1):
        stream = Zstd(io.BytesIO(packed[:cut]))
        stream.readall()
        told = f"the zstd data are cut off after {cut} bytes"
        assert stream.problem == (None if cut in whole else told)

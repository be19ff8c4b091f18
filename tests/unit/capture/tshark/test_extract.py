"""The frames that another reader is given: those of wanted connections, as they were."""

from collections.abc import Callable
from pathlib import Path

import pytest
from support.pcaps import TimedFrame, ethernet, frames, pcap_octets, tcp, voice, write_pcap
from support.sip import message
from support.tcp_capture import conversation

from voipprobe.capture.files.reader import CaptureFile
from voipprobe.capture.tshark import extract as extract_module
from voipprobe.capture.tshark.connections import Connections
from voipprobe.capture.tshark.extract import Extract
from voipprobe.capture.tshark.secrets import KeyLog, embedded_secrets

INVITE = message("INVITE sip:b@x SIP/2.0", cseq="1 INVITE")
ENDS = (("10.0.0.1", 40000), ("10.0.0.9", 5060))


def mixed() -> list[TimedFrame]:
    """RTP, a download, and three segments of SIP; the middle one has no text."""
    sip = [
        (t, ethernet(p)) for t, p in conversation([(True, INVITE), (True, b"x"), (True, INVITE)])
    ]
    page = conversation([(False, b"page" * 300)] * 3, server=("10.0.0.8", 80))
    return sorted([*frames(voice(20)), *sip, *((t + 1, ethernet(p)) for t, p in page)])


def extracted(paths: list[Path], extract: Extract) -> Connections:
    connections = Connections((), KeyLog.of(b""))
    work: list[Callable[..., None]] = [
        connections.mark,
        lambda batch, number: extract.take(batch, number, connections.table),
    ]
    for step in work:
        before = 0
        for path in paths:
            for batch in CaptureFile(path).batches():
                step(batch, before + 1)
                before += batch.frame_count
    return connections


def contents(path: Path) -> list[tuple[int, int, bytes]]:
    """(time, link type, octets) of each frame of a file."""
    found = []
    for batch in CaptureFile(path).batches():
        for frame in batch.frames[: batch.frame_count]:
            octets = batch.window["octets"][0][frame["at"] : frame["at"] + frame["captured"]]
            found.append((int(frame["time_ns"]), int(frame["link"]), octets.tobytes()))
    return found


def test_only_frames_of_wanted_connections_in_order(tmp_path: Path) -> None:
    """Octet for octet and to the nanosecond, with their numbers in the capture."""
    timed = mixed()
    with Extract(spills=True) as extract:
        extracted([write_pcap(tmp_path / "a.pcap", timed)], extract)
        got, numbers = contents(extract.path), extract.frames["number"].tolist()
    wanted = [(at, one) for at, one in enumerate(timed, 1) if b"\x13\xc4" in one[1][34:38]]
    assert len(wanted) == 3
    assert numbers == [at for at, _ in wanted]
    assert got == [(time_ns, 1, frame) for _, (time_ns, frame) in wanted]


def test_a_connection_over_files_of_several_link_types(tmp_path: Path) -> None:
    """Each frame keeps its own link type, and numbers run on."""
    packets = conversation([(True, INVITE), (False, INVITE)])
    (tmp_path / "a.pcap").write_bytes(pcap_octets([(packets[0][0], ethernet(packets[0][1]))]))
    (tmp_path / "b.pcap").write_bytes(pcap_octets(packets[1:], link=101))
    with Extract(spills=True) as extract:
        extracted([tmp_path / "a.pcap", tmp_path / "b.pcap"], extract)
        assert [link for _, link, _ in contents(extract.path)] == [1, 101]
        assert extract.frames["number"].tolist() == [1, 2]


def test_secrets_go_along(tmp_path: Path) -> None:
    """Before the first frame, where tshark looks for them."""
    with Extract(secrets=b"CLIENT_RANDOM 00 11\n", spills=True) as extract:
        extracted([write_pcap(tmp_path / "a.pcap", mixed())], extract)
        assert embedded_secrets(extract.path) == b"CLIENT_RANDOM 00 11\n"


@pytest.fixture
def little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extract_module, "MEMORY_OCTETS", 8 << 20)


def flood(path: Path) -> Path:
    """14 MB: more than two windows, and more than there is memory for."""
    frame = ethernet(tcp(INVITE, *ENDS))
    return write_pcap(path, [(10**18 + n, frame) for n in range(40_000)])


@pytest.mark.usefixtures("little_memory")
def test_what_memory_does_not_hold_lies_in_a_file_without_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody else finds it, and nothing is missing."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "spill"))
    (tmp_path / "spill").mkdir()
    with Extract(spills=True) as extract:
        extracted([flood(tmp_path / "a.pcap")], extract)
        assert len(contents(extract.path)) == 40_000
        assert list((tmp_path / "spill").iterdir()) == []
        assert extract.left_out == 0


@pytest.mark.usefixtures("little_memory")
def test_a_live_capture_leaves_out_what_memory_does_not_hold(tmp_path: Path) -> None:
    """Counted by segment, and nothing is on a disk."""
    with Extract(spills=False) as extract:
        extracted([flood(tmp_path / "a.pcap")], extract)
        assert extract.left_out == 40_000 - len(extract.frames)
        assert len(contents(extract.path)) == len(extract.frames) > 10_000
        assert extract.left_out > 10_000
        assert str(extract.path.readlink()).startswith("/memfd:")

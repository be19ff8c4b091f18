"""Recorder and exchange together, as the agent starts and stops them."""

import threading
from pathlib import Path

import pytest

from voipprobe.agent.far_end.client import ask
from voipprobe.agent.far_end.document import Question
from voipprobe.agent.far_end.service import FarEnd, FarEndOptions
from voipprobe.capture.sequences.seen import Inquiry, SeenCalls
from voipprobe.model.errors import ToolError
from voipprobe.traffic.address import free_ports
from voipprobe.traffic.responder.allow import parse_networks

pytestmark = [pytest.mark.voice, pytest.mark.integration, pytest.mark.netns]

HOST = "127.0.0.1"
QUESTION = Question(frozenset({"one"}), 5.0)


def options(folder: Path, *, exchange_port: int = 0) -> FarEndOptions:
    """A far end on loopback, at ports that nobody uses."""
    sip, media = free_ports(HOST, 2, span=8)
    return FarEndOptions(
        address=HOST,
        interface="lo",
        sip_port=sip,
        media_ports=range(media, media + 8),
        exchange_port=exchange_port,
        networks=parse_networks(["127.0.0.0/8"]),
        folder=folder,
    )


def test_whoever_reads_gets_all_that_it_needs(tmp_path: Path) -> None:
    """The inquiry names the recording, our end, the asker and its calls."""
    inquiries: list[Inquiry] = []

    def read(inquiry: Inquiry) -> SeenCalls:
        assert all(file.stat().st_size for file in inquiry.files)
        inquiries.append(inquiry)
        return SeenCalls(received=7)

    chosen = options(tmp_path)
    far = FarEnd(chosen, read=read)
    try:
        answer = ask(HOST, far.server.port, QUESTION, local_address="127.0.0.5")
    finally:
        far.stop()
    assert answer.seen == SeenCalls(received=7)
    (inquiry,) = inquiries
    assert (inquiry.peer, inquiry.call_ids) == ("127.0.0.5", QUESTION.call_ids)
    assert inquiry.ours.addresses == {HOST}
    assert inquiry.ours.ports == {chosen.sip_port, *chosen.media_ports}
    assert inquiry.files
    assert inquiry.recorded_from_s is not None


def test_a_far_end_that_was_stopped_leaves_nothing(tmp_path: Path) -> None:
    """No thread, no recording, and the port is free for the next one."""
    far = FarEnd(options(tmp_path))
    port = far.server.port
    far.stop()
    assert [one.name for one in threading.enumerate() if one.name == "exchange"] == []
    assert list(tmp_path.iterdir()) == []
    again = FarEnd(options(tmp_path, exchange_port=port))
    try:
        with pytest.raises(ToolError, match="cannot listen"):
            FarEnd(options(tmp_path / "other", exchange_port=port))
    finally:
        again.stop()
    assert list((tmp_path / "other").iterdir()) == []

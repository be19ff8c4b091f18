"""What `analyze` takes on its command line."""

import os
from pathlib import Path

import pytest

from voipprobe.cli.inputs import capture_paths, parse_buffer, parse_ports
from voipprobe.model.errors import ConfigError


def test_a_folder_is_its_captures_in_order_of_their_names(tmp_path: Path) -> None:
    """As a ring buffer numbers them; nothing else that lies there is read."""
    names = ["c_00002.pcapng", "c_00001.pcapng.gz", "x.pcap3", "y.CAP", "z.pcap.12", "r.pcap.zst"]
    for name in [*names, "result.json", "pcap", "a.pcap.txt", "report.html"]:
        (tmp_path / name).touch()
    assert [path.name for path in capture_paths([str(tmp_path)])] == sorted(names)


def test_files_keep_their_order_whatever_they_are_called(tmp_path: Path) -> None:
    """Who names them says in which order they are read."""
    for name in ("b", "a"):
        (tmp_path / name).touch()
    given = [str(tmp_path / "b"), "-", str(tmp_path / "a")]
    assert [str(path) for path in capture_paths(given)] == given


def test_a_pipe_is_a_file(tmp_path: Path) -> None:
    """For <(ssh probe dumpcap -w -)."""
    os.mkfifo(tmp_path / "pipe")
    assert capture_paths([str(tmp_path / "pipe")]) == [tmp_path / "pipe"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["nowhere.pcap"], "no such file"),
        (["."], "holds no .pcap"),
        (["-", "-"], "once only"),
    ],
)
def test_what_cannot_be_read_is_refused_first(
    given: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is analysed."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match=said):
        capture_paths(given)


def test_ports() -> None:
    """Repeated as often as one likes, as long as they agree."""
    assert parse_ports(["5080=sip", "20000=rtp", "5080=sip"]) == {5080: "sip", 20000: "rtp"}


@pytest.mark.parametrize(
    "text", ["5080", "5080=", "x=sip", "0=sip", "65536=rtp", "-1=rtp", "5=RTP"]
)
def test_wrong_ports(text: str) -> None:
    """The option is shown as it was written."""
    with pytest.raises(ConfigError, match=text):
        parse_ports([text])


def test_a_port_cannot_be_two_things() -> None:
    """One of the two is a mistake."""
    with pytest.raises(ConfigError, match="5080 is said to be both"):
        parse_ports(["5080=sip", "5080=rtp"])


@pytest.mark.parametrize(("text", "expected"), [("0", 0.0), ("1000", 1000.0), ("62.5", 62.5)])
def test_buffers(text: str, expected: float) -> None:
    """Both ends of the range are in it."""
    assert parse_buffer(text) == expected
    assert parse_buffer("adaptive") == "adaptive"


@pytest.mark.parametrize("text", ["", "-1", "1000.1", "nan", "inf", "Adaptive", "60ms"])
def test_wrong_buffers(text: str) -> None:
    """Not a number, not finite, or too deep to be meant."""
    with pytest.raises(ConfigError, match="neither 0 to 1000"):
        parse_buffer(text)

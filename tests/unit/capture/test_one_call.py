"""One call out of a capture: what is left is of that call alone."""

from pathlib import Path

import pytest
from support.calls_capture import write_calls

from voipprobe.capture.analysis import analyse_capture
from voipprobe.model.analysis import Analysis, AnalysisDetail
from voipprobe.model.errors import ConfigError


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three calls; two of them begin alike."""
    folder = tmp_path_factory.mktemp("calls")
    return write_calls(folder / "calls.pcap", ("alpha-1", "beta-2", "beta-22"))


def one(capture: Path, call_id: str) -> tuple[Analysis, AnalysisDetail]:
    """The analysis of one call with its detail."""
    analysis, detail = analyse_capture([capture], call_id=call_id, detail=True)
    assert detail is not None
    return analysis, detail


def test_everything_is_of_that_call(capture: Path) -> None:
    """Calls, streams, messages and what is drawn; the first call alone has lost packets."""
    analysis, detail = one(capture, "alpha-1")
    assert [call.call_id for call in analysis.calls] == ["alpha-1"]
    assert {stream.call_id for stream in analysis.streams} == {"alpha-1"}
    assert (analysis.media.streams, analysis.media.lost) == (2, 5)
    assert (analysis.signalling.messages, analysis.signalling.attempts) == (7, 1)
    assert list(detail.ladders) == ["alpha-1"]


def test_streams_are_numbered_anew(capture: Path) -> None:
    """Those of the call and those that are plotted, or a page would show another call's."""
    analysis, detail = one(capture, "beta-2")
    assert analysis.calls[0].streams == (0, 1)
    assert [stream.ssrc for stream in analysis.streams] == ["0x00000003", "0x00000004"]
    assert [series.stream for series in detail.series] == [0, 1]
    assert analysis.media.lost == 0


def test_a_beginning_is_enough_where_it_is_the_only_one(capture: Path) -> None:
    """The whole of one that another begins with is no ambiguity."""
    assert one(capture, "al")[0].calls[0].call_id == "alpha-1"
    with pytest.raises(ConfigError, match=r"'bet' is the beginning of beta-2, beta-22: write more"):
        one(capture, "bet")
    with pytest.raises(ConfigError, match="no Call-ID begins so"):
        one(capture, "gamma")

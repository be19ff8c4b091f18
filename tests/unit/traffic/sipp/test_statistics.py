"""SIPp's files: real ones, and what is left of them when it was killed while it wrote."""

import pytest
from support.recordings import recorded

from voipprobe.traffic.sipp.statistics import (
    first_error,
    parse_response_times,
    parse_statistics,
)

CALL = recorded("sipp", "call.statistics.csv")
RTT = recorded("sipp", "call.rtt.csv")
HEADER = CALL.splitlines(keepends=True)[0]


def test_last_row_of_a_good_run() -> None:
    last = parse_statistics(CALL)[-1]
    assert (last.created, last.successful, last.failed, last.open) == (3, 3, 0, 0)
    assert (last.target_rate_cps, last.call_rate_cps) == (5.0, 1.80614)
    assert last.failures == {}


def test_rows_come_in_order() -> None:
    """Three calls open after a second, none at the end; the exit row comes twice."""
    rows = parse_statistics(CALL)
    assert [row.open for row in rows] == [0, 3, 0, 0]
    assert [row.period_rate_cps for row in rows] == [0.0, 2.99401, 0.0, 0.0]


def test_failed_calls_with_their_cause() -> None:
    """486 where the scenario wants 200."""
    last = parse_statistics(recorded("sipp", "busy.statistics.csv"))[-1]
    assert (last.created, last.successful, last.failed) == (2, 0, 2)
    assert last.failures == {"UnexpectedMessage": 2}
    assert last.retransmissions == 0


def test_retransmissions_to_a_silent_peer() -> None:
    """Two INVITEs, each sent again after 0.5 and 1.5 s, given up after 2 s."""
    last = parse_statistics(recorded("sipp", "silent.statistics.csv"))[-1]
    assert last.retransmissions == 4
    assert last.failures == {"TimeoutOnRecv": 2}


def test_both_watchdogs_count() -> None:
    """Columns are found by name, wherever they stand."""
    names = HEADER.strip().strip(";").split(";")
    values = ["0"] * len(names)
    values[names.index("WatchdogMajor(C)")], values[names.index("WatchdogMinor(C)")] = "2", "3"
    text = ";".join(reversed(names)) + ";\n" + ";".join(reversed(values)) + ";\n"
    assert parse_statistics(text)[0].watchdog == 5


@pytest.mark.parametrize("text", ["", "\n", HEADER, HEADER.strip(), HEADER[:100]])
def test_file_without_a_row(text: str) -> None:
    """Empty, header only, or a header cut off."""
    assert parse_statistics(text) == []


def test_a_row_that_is_cut_off_is_left_out() -> None:
    """Wherever the cut is, the rows before it are as they were."""
    whole = parse_statistics(CALL)
    start_of_last = CALL.rstrip("\n").rfind("\n") + 1
    for cut in range(start_of_last, len(CALL) - 1):
        assert parse_statistics(CALL[:cut]) == whole[:-1]
    assert parse_statistics(CALL[:-1]) == whole


def test_response_times_by_counter() -> None:
    assert parse_response_times(RTT) == {"srd": [0.0, 0.0, 0.0], "sdd": [0.0, 0.0, 0.0]}


def test_response_times_of_two_files_read_as_one() -> None:
    """The header in the middle is no value."""
    assert parse_response_times(RTT + "Date_ms;response_time_ms;rtd_no\n9.5;12.25;srd\n") == {
        "srd": [0.0, 0.0, 0.0, 12.25],
        "sdd": [0.0, 0.0, 0.0],
    }


def test_response_times_that_are_cut_off() -> None:
    """Half of a name is no counter, and half of a number no time."""
    lines = RTT.splitlines(keepends=True)
    for cut in range(len(RTT)):
        whole = "".join(lines[: RTT[:cut].count("\n")])
        assert parse_response_times(RTT[:cut]) == parse_response_times(whole)
        assert parse_response_times(RTT[:cut]).keys() <= {"srd", "sdd"}


def test_first_error_is_one_line_without_its_time() -> None:
    error = first_error(recorded("sipp", "busy.errors.log"))
    assert error is not None
    assert error.startswith("Aborting call on unexpected message for Call-Id '1-30441@127.0.0.1'")
    assert "486 Busy Here" in error
    assert "2-30441" not in error
    assert "\n" not in error


def test_error_of_a_scenario_that_sipp_refuses() -> None:
    assert first_error(recorded("sipp", "broken-scenario.errors.log")) == (
        "You have started Response Time Duration srd, but have never stopped it!"
    )


@pytest.mark.parametrize("text", ["", "The following events occurred:\n"])
def test_no_error(text: str) -> None:
    assert first_error(text) is None


def test_what_sipp_says_of_closing_its_sockets_is_no_cause() -> None:
    stamp = "2026-11-22\t23:10:57.121154\t1795389057.121154: "
    assert first_error(f"{stamp}Failed to shutdown socket 5{stamp}Real trouble") == "Real trouble"
    assert first_error(f"{stamp}Failed to shutdown socket 5") is None

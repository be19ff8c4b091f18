"""Scripted series of measurements."""

import json
from pathlib import Path

import pytest

from voipprobe.aws.alarms.series import read_series
from voipprobe.model.errors import ConfigError

PATH = {"Source": "iad", "Destination": "pdx", "Scenario": "call"}


def test_toml_repeats(tmp_path: Path) -> None:
    """The same measurement again and again; dimensions in the catalogue's order."""
    file = tmp_path / "s.toml"
    file.write_text("""
        [[measurement]]
        metric = "CallAttempts"
        dimensions = { Scenario = "call", Source = "iad", Destination = "pdx" }
        at = 600
        every_s = 30
        times = 3
        samples = [[10, 1]]
        [[measurement]]
        metric = "Heartbeat"
        dimensions = { Source = "iad" }
        at = 5.5
        samples = [[1, 1]]
    """)
    found = read_series(file)
    assert [one.at for one in found] == [600, 630, 660, 5.5]
    assert found[0].dimensions == tuple(PATH.items())
    assert found[0].samples == ((10.0, 1),)


def test_lines_of_json(tmp_path: Path) -> None:
    """One object a line; empty lines are nothing."""
    row = {"metric": "MOS", "dimensions": PATH, "at": 1.5, "samples": [[4.4, 2], [3.1, 1]]}
    file = tmp_path / "s.jsonl"
    file.write_text(json.dumps(row) + "\n\n" + json.dumps({**row, "at": 61}) + "\n")
    assert [(one.at, one.count) for one in read_series(file)] == [(1.5, 3), (61, 3)]


def test_all_mistakes_are_told_at_once_with_their_lines(tmp_path: Path) -> None:
    """Each with its line and key."""
    row = {"metric": "MOS", "dimensions": PATH, "at": 1.5, "samples": [[4.4, 1]]}
    rows = [row, {**row, "metric": "MSO"}, {**row, "samples": []}, {**row, "sample": 1},
            {**row, "dimensions": {"Source": "iad"}}, {**row, "at": "now"}]  # fmt: skip
    lines = [json.dumps(one) for one in rows] + ["{", '{"metric": NaN}']
    file = tmp_path / "s.jsonl"
    file.write_text("\n".join(lines))
    with pytest.raises(ConfigError) as caught:
        read_series(file)
    told = str(caught.value)
    assert "\n" not in told
    for line, what in {
        2: "there is no metric 'MSO'",
        3: "samples: List should have at least 1 item",
        4: "sample: Extra inputs are not permitted",
        5: "MOS has the dimensions Source, Destination, Scenario",
        6: "at: Input should be a valid number",
        7: "it: Input should be",
        8: "metric: Input should be a valid string",
    }.items():
        assert f"line {line}: {what}" in told
    assert "line 1:" not in told


def test_what_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    """No such file, not UTF-8, not TOML, not a measurement."""
    with pytest.raises(ConfigError, match="No such file"):
        read_series(tmp_path / "none.jsonl")
    file = tmp_path / "bad.toml"
    for text in (b"\xff", b"a = ", b'[[measurment]]\nmetric = "MOS"'):
        file.write_bytes(text)
        with pytest.raises(ConfigError, match=str(file)):
            read_series(file)

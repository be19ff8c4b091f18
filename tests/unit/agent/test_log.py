"""Lines of the log: one an event, read back as they were written."""

import errno
import io
import json
import os
import re
import subprocess
import sys
import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voipprobe.agent.log import Log, line_of

NAMES = st.from_regex(r"[a-z_]{1,10}", fullmatch=True)
WORD = re.compile(r'([a-z_]+)=("(?:[^"\\]|\\.)*"|[^" ]*)(?: |$)')


def logfmt(line: str) -> dict[str, str]:
    """A line of logfmt, read as its readers do."""
    found, end = {}, 0
    while end < len(line):
        match = WORD.match(line, end)
        assert match is not None, line[end:]
        value = match[2]
        found[match[1]] = json.loads(value) if value.startswith('"') else value
        end = match.end()
    return found


@given(st.dictionaries(NAMES, st.text(max_size=40), min_size=1, max_size=6))
def test_texts_come_back_as_they_were(fields: dict[str, str]) -> None:
    """In both styles, whatever the text: quotes, blanks, newlines, emptiness."""
    assert logfmt(line_of("logfmt", fields)) == fields
    assert json.loads(line_of("json", fields)) == fields


@pytest.mark.parametrize("style", ["logfmt", "json"])
@given(st.text(max_size=60))
def test_no_text_can_end_its_line_or_steer_a_terminal(style: Any, text: str) -> None:
    """What a far end says in a reason phrase comes into the log."""
    for value in (text, f"a\nb{text}\r\x1b[2J\x85\u2028\x9b\x7f"):
        line = line_of(style, {"reason": value})
        assert line.isascii()
        assert line.isprintable()


def test_a_forged_field_stays_inside_its_quotes() -> None:
    line = line_of("logfmt", {"reason": 'x" grade=pass\nevent=round', "grade": "fail"})
    assert logfmt(line) == {"reason": 'x" grade=pass\nevent=round', "grade": "fail"}
    assert line.count("\n") == 0


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ("mesh>us-west-2", "mesh>us-west-2"),
        ("[::1]:5060", "[::1]:5060"),
        ("a b", '"a b"'),
        ("a=b", '"a=b"'),
        ("", '""'),
        (0.0001234567891, "0.000123457"),
        (12, "12"),
        (True, "True"),
    ],
)
def test_plain_words_have_no_quotes(value: object, word: str) -> None:
    assert line_of("logfmt", {"x": value}) == f"x={word}"


@pytest.mark.parametrize("style", ["logfmt", "json"])
def test_a_line_has_time_level_and_event_and_no_unknowns(style: Any) -> None:
    stream = io.StringIO()
    log = Log(style, stream)
    log.info("round", grade="pass", mos=None, calls=3)
    log.warning("store-damaged")
    first, second = stream.getvalue().splitlines()
    found = json.loads(first) if style == "json" else logfmt(first)
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", found.pop("at"))
    assert {name: str(value) for name, value in found.items()} == {
        "level": "info", "event": "round", "grade": "pass", "calls": "3",
    }  # fmt: skip
    assert "warning" in second


def test_the_style_may_change_while_it_runs() -> None:
    stream = io.StringIO()
    log = Log("logfmt", stream)
    log.info("one")
    log.style = "json"
    log.info("two")
    first, second = stream.getvalue().splitlines()
    assert logfmt(first)["event"] == "one"
    assert json.loads(second)["event"] == "two"


class Full(io.StringIO):
    """A file on a full disk."""

    def flush(self) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_log_that_cannot_be_written_ends_nothing() -> None:
    """The agent goes on probing on a full disk, and after its terminal is gone."""
    Log("logfmt", Full()).info("round")
    closed = io.StringIO()
    closed.close()
    Log("logfmt", closed).info("round")
    with open("/dev/full", "w") as full:  # noqa: PTH123 - it must not be closed by a Path
        Log("logfmt", full).info("round")
        os.dup2(os.open("/dev/null", os.O_WRONLY), full.fileno())


def test_lines_of_threads_are_not_mixed() -> None:
    stream = io.StringIO()
    log = Log("logfmt", stream)

    def write(name: str) -> None:
        for _ in range(200):
            log.info("event", name=name * 50)

    threads = [threading.Thread(target=write, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = stream.getvalue().splitlines()
    assert len(lines) == 600
    assert all(len(set(logfmt(line)["name"])) == 1 for line in lines)


def test_a_service_without_a_language_can_write_everything() -> None:
    """systemd sets no locale: the stream may be ASCII."""
    script = "from voipprobe.agent.log import Log; Log('json').info('x', text='\\u00e4\\udc80')"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True,
        env={"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONPATH": ":".join(sys.path)},
    )  # fmt: skip
    assert json.loads(done.stderr)["text"] == "ä\udc80"

"""What can go wrong under a running agent, and what must then happen."""

import contextlib
import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from support.agents import Running, agent, assert_gone, probe_text, wait_for

from voipprobe.agent.store.records import Round
from voipprobe.traffic.netns import hosts, join

pytestmark = [pytest.mark.agents, pytest.mark.integration, pytest.mark.netns]

QUICK = probe_text(interval_s=1.0, calls=1, hold_s=0.2)
KILLS = int(os.environ.get("KILLS", "8"))


def graded(running: Running, grade: str, since: float = 0.0) -> list[Round]:
    """The rounds of a grade that began since then."""
    return [one for one in running.rounds() if one.grade == grade and one.at > since]


@pytest.fixture(scope="module")
def west(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The far end of all tests of this file: it only answers."""
    with agent(tmp_path_factory.mktemp("far"), "west") as running:
        yield running


def test_sigterm_hangs_up(west: Running, tmp_path: Path) -> None:
    """Calls under way get their BYE, the round is remembered, and nothing is left running."""
    with agent(tmp_path, "east", probe_text(interval_s=30.0, hold_s=25.0)) as east:
        assert west.get("/healthz/ready")[0] == 200
        wait_for(lambda: bodies(east, " -m 2 "), 45)
        wait_for(lambda: list((east.state / "work").glob("*/sipp/statistics.csv")))
        time.sleep(2.0)  # until both are up
        family = east.family()
        assert east.stop() == 0
        assert_gone(family)
        (last,) = [one for one in east.rounds() if one.work == "call>west"]
        assert (last.grade, last.reasons[0]) == ("void", "interrupted")
        assert last.figures["calls"] == 2, "both calls ended by BYE"


def test_kill_at_any_moment_loses_nothing(west: Running, tmp_path: Path) -> None:
    """After kill -9 every round that was told is in the store, no child lives, and it starts again.

    KILLS says how often (100 by hand).
    """
    assert west.process.poll() is None
    chance = random.Random(7)  # noqa: S311 - the same moments every time
    told = 0
    for life in range(KILLS):
        with agent(tmp_path, "east", QUICK, exchange="0") as east:
            if life % 3 == 2:  # on a busy machine no round might end in so short lives
                wait_for(lambda: len(east.events("round")) > told, 60)  # noqa: B023 - used at once
            time.sleep(chance.uniform(0.0, 5.0))
            family = east.family()
            east.process.kill()
            east.process.wait()
            assert_gone(family)
            stored = {(one.work, round(one.at, 3)) for one in east.rounds()}
            told = len(east.events("round"))
            assert told <= len(stored)
            assert not east.events("store-damaged")
    assert told > 0


def test_a_full_disk_costs_captures_first(west: Running, tmp_path: Path) -> None:
    """Probing goes on; what cannot be written waits, and is in the history when there is room."""
    assert west.process.poll() is None
    disk = tmp_path / "east"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "tmpfs", str(disk)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        work = f'work = "{tmp_path}/work"\nmax_rounds'
        with agent(tmp_path, "east", QUICK) as east:
            text = east.fleet.read_text()
            east.fleet.write_text(text.replace("max_rounds", work, 1))
            east.process.send_signal(signal.SIGHUP)
            wait_for(lambda: east.events("reloaded"))
            filler = disk / "filler"
            wait_for(lambda: len(east.rounds()) >= 2)
            with filler.open("wb", buffering=0) as file:
                try:
                    while True:
                        file.write(bytes(4096))
                except OSError:
                    pass
            wait_for(lambda: east.events("store-refused"), 60)
            held = len(east.events("round"))
            wait_for(lambda: len(east.events("round")) >= held + 2)
            assert east.get("/healthz/ready")[0] == 503
            assert east.get("/healthz/live")[0] == 200
            filler.unlink()
            wait_for(lambda: east.get("/healthz/ready")[0] == 200)
            wait_for(lambda: len(east.rounds()) >= len(east.events("round")))
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_damaged_store_is_set_aside(west: Running, tmp_path: Path) -> None:
    """The agent starts with a new one, says so, and keeps the old one for whoever wants to look."""
    assert west.process.poll() is None
    state = tmp_path / "east"
    state.mkdir()
    (state / "store.sqlite").write_bytes(b"SQLite format 3\0" + bytes(range(256)) * 64)
    with agent(tmp_path, "east", probe_text(interval_s=2.0, calls=1, hold_s=0.2)) as east:
        assert "set aside" in east.events("store-damaged")[0]["reason"]
        wait_for(lambda: graded(east, "pass"))
    assert len(list(state.glob("store.sqlite.damaged-*"))) == 1


def bodies(running: Running, words: str) -> list[psutil.Process]:
    """The processes of an agent, keepers aside, whose command line has these words."""
    found = []
    for one in running.family():
        with contextlib.suppress(psutil.NoSuchProcess):
            line = " ".join(one.cmdline())
            if words in line and "keeper.py" not in line:
                found.append(one)
    return found


@pytest.mark.parametrize("victim", ["rounds.nursery", "responder.xml", "ring.pcapng"])
def test_a_child_that_dies_is_replaced(west: Running, tmp_path: Path, victim: str) -> None:
    """The nursery, SIPp of the responder and the far end's dumpcap: killed, and back again."""
    assert west.process.poll() is None
    with agent(tmp_path, "east", QUICK) as east:
        wait_for(lambda: graded(east, "pass"))
        wait_for(lambda: bodies(east, victim))
        bodies(east, victim)[0].kill()
        killed = time.time()
        wait_for(lambda: graded(east, "pass", since=killed + 1.0))
        wait_for(lambda: any(one.create_time() > killed - 0.5 for one in bodies(east, victim)))


def test_a_peer_that_goes_and_comes(west: Running, tmp_path: Path) -> None:
    """While its responder is stopped the calls fail; then they are good again. None is void."""
    with agent(tmp_path, "east", probe_text(interval_s=2.0, calls=1, hold_s=0.2)) as east:
        wait_for(lambda: graded(east, "pass"))
        answering = bodies(west, "responder.xml")[0]
        answering.suspend()
        try:
            failed = wait_for(lambda: graded(east, "fail"), 60)
        finally:
            answering.resume()
        assert "no final answer" in " ".join(failed[0].reasons)
        last = failed[0].at
        wait_for(lambda: graded(east, "pass", since=last), 60)
        assert Path(failed[0].folder or "").is_dir()


def test_an_interface_that_goes_down_and_up(tmp_path: Path) -> None:
    """While the cable is out nothing passes; then everything works again, without a restart."""
    with hosts("near", "far") as (near, far):
        join(near, "near0 198.18.60.1/30", far, "far0 198.18.60.2/30")
        east_at, west_at = "198.18.60.1", "198.18.60.2"
        with (
            agent(tmp_path, "west", before=tuple(far.inside([])), east=east_at, west=west_at),
            agent(
                tmp_path, "east", QUICK, before=tuple(near.inside([])), east=east_at, west=west_at
            ) as east,
        ):
            wait_for(lambda: graded(east, "pass"), 60)
            near.run("ip", "link", "set", "near0", "down")
            out = time.time()
            wait_for(lambda: [one for one in east.rounds() if one.at > out
                              and one.grade in {"fail", "void"}], 60)  # fmt: skip
            near.run("ip", "link", "set", "near0", "up")
            back = time.time()
            good = wait_for(lambda: graded(east, "pass", since=back), 60)
            assert good[0].figures["success_ratio"] == 1
            wait_for(lambda: [one for one in graded(east, "pass", since=back)
                              if one.figures["forward_loss_ratio"] == 0], 90)  # fmt: skip
            assert not east.events("responder-down")


def test_a_sipp_that_hangs_is_ended(west: Running, tmp_path: Path) -> None:
    """The round is void, because the generator is at fault; the next one is good."""
    assert west.process.poll() is None
    with agent(tmp_path, "east", probe_text(interval_s=4.0, calls=1, hold_s=1.0)) as east:

        def calling() -> list[psutil.Process]:
            return [one for one in east.family() if one.name() == "sipp" and "-m" in one.cmdline()]

        hung = wait_for(calling)[0]
        hung.suspend()
        void = wait_for(lambda: graded(east, "void"), 90)
        assert "SIPp" in " ".join(void[0].reasons)
        wait_for(lambda: graded(east, "pass"), 60)


def test_a_ceiling_of_descriptors(west: Running, tmp_path: Path) -> None:
    """Without room for one more descriptor rounds are void and say why; the agent goes on."""
    assert west.process.poll() is None
    with agent(tmp_path, "east", QUICK) as east:
        wait_for(lambda: graded(east, "pass"))
        pid = str(east.process.pid)
        subprocess.run(["prlimit", "--pid", pid, "--nofile=8:1024"], check=True)
        try:
            # a busy machine makes void rounds too
            wait_for(lambda: "open files" in str([one.reasons for one in graded(east, "void")]), 60)
        finally:
            subprocess.run(["prlimit", "--pid", pid, "--nofile=1024:1024"], check=True)
        raised = time.time()
        wait_for(lambda: graded(east, "pass", since=raised), 60)

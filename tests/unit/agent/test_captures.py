"""Folders of rounds that went wrong: kept within a budget, the oldest go first."""

from pathlib import Path

import pytest
from support.small_disk import small_disk

from voipprobe.agent.captures import KEPT, KeptRounds
from voipprobe.model.errors import StoreError

KIB = 1024
MUCH = 1 << 30


def made(folder: Path, name: str, kib: int = 8) -> Path:
    """The folder of a round with a capture of that size."""
    one = folder / name
    (one / "capture").mkdir(parents=True)
    (one / "capture" / "near.pcapng").write_bytes(b"x" * kib * KIB)
    (one / "result.json").write_text("{}")
    return one


def names(state: Path) -> list[str]:
    return sorted(one.name for one in (state / KEPT).iterdir())


def test_a_folder_moves_as_it_is(tmp_path: Path) -> None:
    """With everything in it, out of the work folder, and for its owner only."""
    work, state = tmp_path / "work", tmp_path / "state"
    kept = KeptRounds(state, MUCH).keep(made(work, "20260101T000000Z-a"))
    assert kept == state / KEPT / "20260101T000000Z-a"
    assert (kept / "capture" / "near.pcapng").stat().st_size == 8 * KIB
    assert list(work.iterdir()) == []
    assert (state / KEPT).stat().st_mode & 0o077 == 0


def test_the_oldest_go_first_when_the_budget_is_used_up(tmp_path: Path) -> None:
    """By the times in their names, in whatever order they came."""
    kept = KeptRounds(tmp_path / "state", 40 * KIB)
    for hour in (3, 1, 5, 2, 4):
        kept.keep(made(tmp_path / "work", f"20260101T0{hour}0000Z-a", kib=8))
    # 8 KiB and 4 KiB of a small file each: three fit
    assert names(tmp_path / "state") == [f"20260101T0{hour}0000Z-a" for hour in (3, 4, 5)]
    assert kept.dropped == 2


def test_a_smaller_budget_holds_from_the_next_round_on(tmp_path: Path) -> None:
    kept = KeptRounds(tmp_path / "state", MUCH)
    for hour in (1, 2, 3):
        kept.keep(made(tmp_path / "work", f"20260101T0{hour}0000Z-a"))
    kept.set_budget(13 * KIB)
    kept.keep(made(tmp_path / "work", "20260101T040000Z-a"))
    assert names(tmp_path / "state") == ["20260101T040000Z-a"]


def test_a_folder_above_the_whole_budget_is_told(tmp_path: Path) -> None:
    """The history must not point to what is not there."""
    kept = KeptRounds(tmp_path / "state", 10 * KIB)
    with pytest.raises(StoreError, match=r"20260101T010000Z-a: larger than \[capture\] budget_mib"):
        kept.keep(made(tmp_path / "work", "20260101T010000Z-a", kib=40))
    assert names(tmp_path / "state") == []
    assert kept.dropped == 1


def test_all_can_be_given_up(tmp_path: Path) -> None:
    """What a full disk asks for."""
    kept = KeptRounds(tmp_path / "state", MUCH)
    assert kept.shrink(0) == 0
    for hour in (1, 2, 3):
        kept.keep(made(tmp_path / "work", f"20260101T0{hour}0000Z-a"))
    assert kept.shrink(0) == 3
    assert kept.dropped == 3
    assert names(tmp_path / "state") == []


def test_a_restart_goes_on_with_what_was_kept(tmp_path: Path) -> None:
    state = tmp_path / "state"
    KeptRounds(state, MUCH).keep(made(tmp_path / "work", "20260101T010000Z-a"))
    again = KeptRounds(state, 13 * KIB)
    again.keep(made(tmp_path / "work", "20260101T020000Z-a"))
    assert names(state) == ["20260101T020000Z-a"]


def test_a_folder_that_is_gone_is_a_store_error(tmp_path: Path) -> None:
    kept = KeptRounds(tmp_path / "state", MUCH)
    with pytest.raises(StoreError, match=r"cannot keep .*/none: No such file or directory"):
        kept.keep(tmp_path / "none")
    assert kept.dropped == 1


def test_a_folder_moves_to_another_file_system(tmp_path: Path) -> None:
    """The work folder of systemd is a tmpfs, the state folder is not."""
    with small_disk(tmp_path) as work:
        kept = KeptRounds(tmp_path / "state", MUCH).keep(made(work, "20260101T010000Z-a"))
        assert (kept / "capture" / "near.pcapng").stat().st_size == 8 * KIB
        assert list(work.iterdir()) == []


def test_a_full_disk_costs_the_capture_and_leaves_nothing_half(tmp_path: Path) -> None:
    """Neither where it came from nor where it should go; and one line says so."""
    with small_disk(tmp_path, kib=64) as state:
        kept = KeptRounds(state, MUCH)
        first = kept.keep(made(tmp_path / "work", "20260101T010000Z-a", kib=16))
        with pytest.raises(StoreError) as raised:
            kept.keep(made(tmp_path / "work", "20260101T020000Z-a", kib=100))
        assert "the disk is full" in str(raised.value)
        assert "\n" not in str(raised.value)
        assert len(str(raised.value)) < 250
        assert names(state) == [first.name]
        assert list((tmp_path / "work").iterdir()) == []
        assert kept.dropped == 1
        kept.keep(made(tmp_path / "work", "20260101T030000Z-a", kib=8))
        assert len(names(state)) == 2

"""The run folder: private, whole or absent, and clear when it cannot be."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from support import samples

from voipprobe.model.errors import StoreError
from voipprobe.results.files import write_private
from voipprobe.results.folder import RESULT_FILE, new_run_folder, read_result, write_result

ON_A_SMALL_DISK = """
import sys
from pathlib import Path
from voipprobe.model.errors import StoreError
from voipprobe.results.files import write_private
folder = Path(sys.argv[1])
write_private(folder / "result.json", b"old")
try:
    write_private(folder / "result.json", bytes(1_000_000))
except StoreError as error:
    print(error)
print((folder / "result.json").read_text(), len(list(folder.iterdir())))
"""
MAY_MOUNT = (
    subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False).returncode == 0
    if shutil.which("unshare")
    else False
)


def mode(path: Path) -> int:
    """The permission bits."""
    return stat.S_IMODE(path.stat().st_mode)


def test_a_folder_and_its_result_are_private(tmp_path: Path) -> None:
    """Captures and results hold numbers, addresses and voice; also under a lax umask."""
    before = os.umask(0)
    try:
        folder = new_run_folder(tmp_path / "all" / "runs", "one")
        path = write_result(folder, samples.probe_result())
    finally:
        os.umask(before)
    assert (mode(folder), mode(path)) == (0o700, 0o600)


def test_a_written_result_is_read_back(tmp_path: Path) -> None:
    """And nothing else lies beside it."""
    folder = new_run_folder(tmp_path, "one")
    write_result(folder, samples.probe_result())
    assert read_result(folder) == samples.probe_result()
    assert [path.name for path in folder.iterdir()] == [RESULT_FILE]


def test_an_empty_folder_is_taken_over_and_closed(tmp_path: Path) -> None:
    """Someone may have prepared it, with permissions that are too wide."""
    (tmp_path / "one").mkdir(mode=0o755)
    assert mode(new_run_folder(tmp_path, "one")) == 0o700


def test_a_folder_with_content_is_refused(tmp_path: Path) -> None:
    """Two runs in one folder would mix their captures."""
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "result.json").touch()
    with pytest.raises(StoreError, match="holds a run already"):
        new_run_folder(tmp_path, "one")


@pytest.mark.parametrize("output", ["file", "file/below"])
def test_a_file_in_the_way_is_named(tmp_path: Path, output: str) -> None:
    """At the output itself and above it."""
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=r"cannot create .*file.*--output"):
        new_run_folder(tmp_path / output, "one")


@pytest.mark.parametrize("name", ["../one", "a/b", "/one", "..", ""])
def test_a_name_stays_in_its_folder(tmp_path: Path, name: str) -> None:
    """A name may be made of a target, which is a user's word."""
    with pytest.raises(StoreError, match="a path, not a name"):
        new_run_folder(tmp_path / "runs", name)
    assert not (tmp_path / "runs").exists()


def test_a_place_that_nobody_may_write_to() -> None:
    """/proc refuses root too."""
    with pytest.raises(StoreError, match=r"cannot create /proc/voipprobe/one"):
        new_run_folder(Path("/proc/voipprobe"), "one")


def test_a_failed_document_leaves_the_old_file(tmp_path: Path) -> None:
    """A result is replaced at once or not at all."""
    write_result(tmp_path, samples.probe_result())
    with pytest.raises(StoreError, match="fault of voipprobe"):
        write_result(tmp_path, samples.probe_result(calls=(samples.call(srd_ms=float("nan")),)))
    assert read_result(tmp_path) == samples.probe_result()


def test_a_folder_that_is_gone(tmp_path: Path) -> None:
    """Somebody removed it while the calls ran."""
    with pytest.raises(StoreError, match=r"cannot write .*gone/result\.json"):
        write_private(tmp_path / "gone" / "result.json", b"")


@pytest.mark.skipif(not MAY_MOUNT, reason="needs unshare and user namespaces")
def test_a_full_disk_is_said_and_leaves_the_old_file(tmp_path: Path) -> None:
    """A real file system of 64 KiB; nothing half-written stays on it."""
    script = 'mount -t tmpfs -o size=64k none "$1" && exec "$2" -c "$3" "$1"'
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script, "sh", tmp_path, sys.executable, ON_A_SMALL_DISK],
        capture_output=True,
        text=True,
        check=True,
    )
    message, state = done.stdout.splitlines()
    assert message.startswith(f"cannot write {tmp_path}/result.json: the disk is full")
    assert state == "old 1"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "holds no result.json"),
        (b'{"schema": "voipprobe.probe/1"', "is damaged"),
        (b"\xff\xfe", "is damaged"),
        (b"[]", "no voipprobe result"),
        (b'{"schema": "voipprobe.analysis/1"}', "voipprobe.analysis/1"),
    ],
)
def test_what_cannot_be_read_is_explained(
    tmp_path: Path, content: bytes | None, problem: str
) -> None:
    """With its path, and no foreign exception."""
    if content is not None:
        (tmp_path / RESULT_FILE).write_bytes(content)
    with pytest.raises(StoreError, match=problem) as caught:
        read_result(tmp_path)
    assert str(tmp_path) in str(caught.value)

"""Kernels: compiled once on a machine, kept where only we can write, loaded without Numba."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from voipprobe.capture.kernels import declare
from voipprobe.capture.kernels.folder import cache_folder

PROGRAM = """
import sys
import numpy as np
from voipprobe.capture.kernels.declare import kernel, part, procedure

ROW = np.dtype([("x", "u4"), ("sum", "f8")])

@part
def double(x):
    return 2 * x

@procedure
def add(row, x, factor):
    row.sum += x * factor

@kernel(ROW, int, float)
def work(rows, x, factor):
    for row in rows:
        add(row, double(x) + row.x, factor)

rows = np.array([(1, 0.0), (2, 0.0)], dtype=ROW)
work(rows, 20, 0.5)
print(rows["sum"].tolist(), "numba" in sys.modules)
"""


@pytest.fixture(autouse=True)
def _fresh_folder() -> Iterator[None]:
    cache_folder.cache_clear()
    yield
    cache_folder.cache_clear()


def _run(folder: Path, **environment: str) -> str:
    script = folder / "program.py"
    script.write_text(PROGRAM)
    given = {"PATH": "/usr/bin:/bin", "PYTHONPATH": os.environ.get("PYTHONPATH", "")}
    done = subprocess.run(
        [sys.executable, str(script)],
        env={**given, "XDG_CACHE_HOME": str(folder / "cache"), **environment},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / "cache").rglob("*") if path.is_file())


def test_a_second_process_needs_no_compiler(tmp_path: Path) -> None:
    """It loads what the first one left, in a folder that belongs to us alone."""
    assert _run(tmp_path) == "[20.5, 21.0] True"
    (kept,) = _files(tmp_path)
    assert kept.parent.stat().st_mode & 0o077 == 0
    assert _run(tmp_path) == "[20.5, 21.0] False"


@pytest.mark.parametrize("harm", ["cut", "changed"])
def test_half_a_file_is_compiled_anew(tmp_path: Path, harm: str) -> None:
    """A full disk or a broken one leaves machine code that must not run."""
    _run(tmp_path)
    (kept,) = _files(tmp_path)
    octets = kept.read_bytes()
    kept.write_bytes(octets[:-9] if harm == "cut" else octets[:-9] + bytes(9))
    assert _run(tmp_path) == "[20.5, 21.0] True"
    assert _run(tmp_path) == "[20.5, 21.0] False"


def test_kernels_run_as_plain_python_and_with_checks(tmp_path: Path) -> None:
    """For fuzzing, and to find an index that is out of bounds."""
    assert _run(tmp_path, NUMBA_DISABLE_JIT="1") == "[20.5, 21.0] False"
    assert _run(tmp_path, NUMBA_BOUNDSCHECK="1") == "[20.5, 21.0] True"
    assert not (tmp_path / "cache").exists()


def test_without_a_folder_that_can_be_written_kernels_still_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A read-only home costs the compilation each time and nothing else."""
    blocker = tmp_path / "file"
    blocker.write_text("")
    variables = ("NUMBA_CACHE_DIR", "CACHE_DIRECTORY", "XDG_CACHE_HOME", "HOME")
    for variable in variables:
        monkeypatch.setenv(variable, str(blocker))
    assert cache_folder() is None
    assert _run(tmp_path, **dict.fromkeys(variables, str(blocker))) == "[20.5, 21.0] True"


def test_a_cache_folder_of_somebody_else_is_not_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever owns the folder can make us run his code."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    folder = cache_folder()
    assert folder is not None
    assert folder.is_relative_to(tmp_path)
    cache_folder.cache_clear()
    monkeypatch.setattr("os.geteuid", lambda: 12345)
    assert cache_folder() is None


def test_an_array_of_another_type_is_refused() -> None:
    """Machine code would take its octets for something else."""

    @declare.kernel(np.int64)
    def nothing(_numbers: declare.Array) -> None:
        pass

    nothing(np.zeros(3, np.int64))
    for wrong in (np.zeros(3), np.zeros((3, 3), np.int64), np.zeros(6, np.int64)[::2]):
        with pytest.raises(TypeError, match="wants int64"):
            nothing(wrong)


def test_a_kernel_that_allocates_is_refused() -> None:
    """Its machine code would need Numba's runtime, which a later process has not got."""

    @declare.kernel(np.int64)
    def grow(numbers: declare.Array) -> None:
        numbers[0] = np.zeros(numbers[0]).sum()

    with pytest.raises(Exception, match="No implementation"):
        grow(np.ones(1, np.int64))

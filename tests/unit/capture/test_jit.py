"""Where compiled kernels are kept, and what happens where nothing can be."""

import subprocess
import sys
from pathlib import Path

import pytest

from voipprobe.capture import jit

SOURCES = Path(jit.__file__).parents[2]
PROGRAM = """
import numpy as np
from voipprobe.capture import jit

def double(x):
    return 2 * x

kernel = jit.kernel(double)
print(kernel(21), jit.cache_folder(), sum(kernel.stats.cache_hits.values()))
"""

INTERPRETED = """
import numpy as np
from voipprobe.capture import jit

@jit.kernel
def last(rows, pair):
    rows[0].at = pair[0][1].at
    rows[0].many[5] = 1

rows = np.zeros(2, dtype=[("at", "i8"), ("many", "u4", (4,))])
rows["at"][1] = 7
try:
    last(rows, (rows,))
except IndexError as error:
    print(rows["at"][0], "IndexError")
"""


@pytest.fixture(autouse=True)
def _forget_folder() -> None:
    jit.cache_folder.cache_clear()


def _run(script: Path, **environment: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, str(script)],
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(SOURCES), **environment},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.split()


def test_a_second_process_finds_what_the_first_compiled(tmp_path: Path) -> None:
    """The folder carries a digest of the sources and belongs to us alone."""
    script = tmp_path / "program.py"
    script.write_text(PROGRAM)
    cache = tmp_path / "cache"
    first = _run(script, XDG_CACHE_HOME=str(cache))
    second = _run(script, XDG_CACHE_HOME=str(cache))
    assert (first[0], first[2], second[0], second[2]) == ("42", "0", "42", "1")
    assert Path(first[1]).parent == cache / "voipprobe" / "kernels"
    assert Path(first[1]).stat().st_mode & 0o077 == 0


def test_without_a_folder_that_can_be_written_kernels_still_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A read-only home costs the compilation each time and nothing else."""
    blocker = tmp_path / "file"
    blocker.write_text("")
    for variable in ("NUMBA_CACHE_DIR", "CACHE_DIRECTORY", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.setenv(variable, str(blocker))
    assert jit.cache_folder() is None
    assert jit.kernel(lambda x: x + 1)(1) == 2


def test_a_cache_folder_of_somebody_else_is_not_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever owns the folder can make us run his code."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    folder = jit.cache_folder()
    assert folder is not None
    assert folder.is_relative_to(tmp_path)
    jit.cache_folder.cache_clear()
    monkeypatch.setattr("os.geteuid", lambda: 12345)
    assert jit.cache_folder() is None


def test_a_kernel_that_is_interpreted_sees_records_and_checks_indices(tmp_path: Path) -> None:
    """NUMBA_DISABLE_JIT is what fuzzing needs: fields are attributes, also inside tuples."""
    script = tmp_path / "program.py"
    script.write_text(INTERPRETED)
    assert _run(script, NUMBA_DISABLE_JIT="1") == ["7", "IndexError"]

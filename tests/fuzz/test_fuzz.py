"""The corpus through the compiled kernels, and every target under atheris for a moment."""

import importlib.util
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from fuzz import replay
from fuzz.seeds import SEEDS

TESTS = Path(__file__).parents[1]
SECONDS = 1
LARGEST_CORPUS_OCTETS = 2_000_000
TARGETS = sorted(path.name for path in replay.CORPUS.iterdir())


def _run(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    path = os.pathsep.join([str(TESTS.parent), str(TESTS)])
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        env={**os.environ, "PYTHONPATH": path, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_target_has_a_corpus_that_stays_small() -> None:
    """It is replayed at every run and cloned by everybody."""
    paths = [path for target in TARGETS for path in replay.inputs(target)]
    assert set(TARGETS) == set(SEEDS)
    assert sum(path.stat().st_size for path in paths) < LARGEST_CORPUS_OCTETS
    assert all(replay.inputs(target) for target in TARGETS)


def test_the_corpus_holds_for_the_compiled_kernels() -> None:
    """What once was found, and one input for each way through the readers."""
    done = _run("fuzz.replay")
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="no atheris here")
def test_a_moment_of_fuzzing_finds_nothing(tmp_path: Path) -> None:
    """Every target starts, reads its corpus with the kernels interpreted, and goes on from it."""

    def fuzz(target: str) -> "subprocess.CompletedProcess[str]":
        artifacts = f"-artifact_prefix={tmp_path}/{target}-"
        new = tmp_path / target
        new.mkdir()
        return _run("fuzz", target, f"-max_total_time={SECONDS}", artifacts, str(new))

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for target, done in zip(TARGETS, pool.map(fuzz, TARGETS), strict=True):
            assert done.returncode == 0, f"{target}: {done.stderr[-3000:]}"
            assert "Done" in done.stderr

"""`make mesh-demo` itself, its bad minute only: agents find the one path that was made worse."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.agents,
    pytest.mark.integration,
    pytest.mark.netns,
    pytest.mark.timeout(480),
]


def test_the_worse_path_and_no_other(tmp_path: Path) -> None:
    """The matrix, the figures in CloudWatch and the verdicts name it; relay and agents agree."""
    argv = [sys.executable, "-m", "mesh_demo", "--good", "0", "--bad", "60",
            "--folder", str(tmp_path)]  # fmt: skip
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "us-east-1 > us-west-2 fails, and no other path" in done.stdout

"""`voipprobe cloudwatch dashboards preview`, which needs no AWS: from a history to a page."""

import json
import re
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from support.path_story import T0, UNTIL, story

from voipprobe.agent.store.store import Store
from voipprobe.cli.main import GOOD, VOID, WRONG_USE, run

FLEET = """
[agent]
state = "{state}"
[publish.cloudwatch]
namespace = "VoIP"
[[peer]]
name = "iad"
region = "us-east-1"
address = "10.1.0.10"
[[peer]]
name = "pdx"
region = "us-west-2"
address = "10.4.0.10"
[[probe]]
name = "mesh"
peers = true
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fleet file, and the state folder of the agent iad with three hours in it."""
    (tmp_path / "fleet.toml").write_text(FLEET.format(state=tmp_path / "state"))
    (tmp_path / "state").mkdir()
    store, _ = Store.create(tmp_path / "state")
    mine = [one for one in story() if dict(one.dimensions)["Source"] == "iad"]
    with closing(store):
        for start in range(0, len(mine), 100):
            store.add(mine[start : start + 100], mine[start].at, None)
    monkeypatch.chdir(tmp_path)
    # nobody may be asked
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    return tmp_path


def page(path: Path) -> Any:
    found = re.search(r'id="data-preview">(.*?)</script>', path.read_text(), re.DOTALL)
    assert found is not None
    return json.loads(found[1])


PREVIEW = ("cloudwatch", "dashboards", "preview", "--config", "fleet.toml")


def test_a_page_of_this_agents_history(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The state folder is the fleet file's; the page is whole and only its owner's."""
    assert run([*PREVIEW, "--until", str(UNTIL), "--output", "p.html"]) == GOOD
    assert capsys.readouterr().out.startswith("p.html: 6 dashboards, ")
    shown = page(folder / "p.html")
    assert (shown["since_at"], shown["until_at"]) == (T0, UNTIL)
    assert (shown["sources"], shown["absent"]) == (["iad"], ["pdx"])
    assert shown["measured"] == sum(dict(one.dimensions)["Source"] == "iad" for one in story())
    assert (folder / "p.html").stat().st_mode & 0o777 == 0o600


def test_a_time_without_measurements_is_said(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the terminal and in the page."""
    command = [*PREVIEW, "--state", "state", "--until", str(UNTIL + 86400), "--since", "60"]
    assert run(command) == GOOD
    out = capsys.readouterr().out
    assert "0 measurements\nNothing was measured in this time: every graph is empty" in out
    assert page(folder / "voipprobe-dashboards.html")["measured"] == 0


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("options", "code", "told"),
    [
        (["--state", "nowhere"], VOID, "nowhere"),
        (["--templates", "."], WRONG_USE, "there is no dashboard 'overview' in .: there are: none"),
        (["--output", "no/folder/p.html"], VOID, "cannot write no/folder/p.html"),
        (["--definitions", "fleet.toml"], WRONG_USE, "fleet.toml: "),
    ],
)
def test_what_is_wrong_is_one_line(
    capsys: pytest.CaptureFixture[str], options: list[str], code: int, told: str
) -> None:
    """With its exit code."""
    assert run([*PREVIEW, "--until", str(UNTIL), *options]) == code
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1

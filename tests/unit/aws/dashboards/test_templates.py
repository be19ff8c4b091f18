"""Template files: every mistake that one can make in them is one line that names its place."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from support.alarm_fleet import SHIPPED

from voipprobe.aws.alarms.definitions.load import shipped_folder
from voipprobe.aws.dashboards.templates.load import check_template, load_templates
from voipprobe.model.errors import ConfigError

GOOD: dict[str, Any] = {
    "title": "One",
    "one_for": "region",
    "widgets": [
        {"type": "text", "width": 24, "text": ["# ${region}"]},
        {"type": "alarms", "width": 24, "height": 3, "title": "A", "alarms": ["loss-high"]},
        {"type": "metric", "width": 8, "height": 6, "title": "M ${region}", "watches": "media",
         "unit": "MOS", "thresholds": ["loss-high"],
         "lines": [{"metric": "MOS", "statistic": "p5", "label": "${source}"}]},
        {"type": "each", "watches": "calls", "widgets": [
            {"type": "text", "width": 24, "text": ["${destination}"]}]},
    ],
}  # fmt: skip


def told(*place: Any, value: Any) -> str:
    """What is said of the good template with one value changed; None leaves it out."""
    made = copy.deepcopy(GOOD)
    inner: Any = made
    for step in place[:-1]:
        inner = inner[step]
    if value is None:
        del inner[place[-1]]
    else:
        inner[place[-1]] = value
    with pytest.raises(ConfigError) as caught:
        check_template(made, SHIPPED, "t.json")
    assert str(caught.value).startswith("t.json: ")
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_the_example_is_good() -> None:
    """Else the mistakes below would prove nothing."""
    assert check_template(GOOD, SHIPPED, "t.json").title == "One"


LINE = ("widgets", 2, "lines", 0)


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        (("titel",), "x", "titel: unknown key"),
        (("one_for",), "path", "one_for: "),
        (("start",), "3 hours", "start: "),
        (("widgets",), [], "widgets: "),
        (("widgets", 0, "type"), "words", "widgets[0]: "),
        (("widgets", 0, "width"), 25, "widgets[0].width: "),
        (("widgets", 0, "text"), ["${agent}"], "widgets[0].text: ${agent} stands for nothing"),
        (("widgets", 0, "text"), ["costs $5"], "widgets[0].text: a $ that begins no ${word}"),
        (("widgets", 1, "alarms"), ["loss-hihg"], "did you mean 'loss-high'?"),
        (("widgets", 1, "severities"), ["bad"], "widgets[1].severities[0]: "),
        (("widgets", 2, "unit"), None, "widgets[2].unit: Field required"),
        (("widgets", 2, "title"), "${source}", "widgets[2].title: ${source} stands for nothing"),
        (("widgets", 2, "thresholds"), ["round-trip-above-baseline"], "with a threshold"),
        ((*LINE, "metric"), "Moss", "widgets[2].lines[0].metric: there is no metric 'Moss'; did"),
        ((*LINE, "metric"), "Heartbeat", "media do not have Heartbeat"),
        ((*LINE, "statistic"), "Sum", "Sum of a distribution says nothing"),
        ((*LINE, "statistic"), "p5 ", "widgets[2].lines[0].statistic: statistic 'p5 '"),
        ((*LINE, "alarm"), "loss-high", "either this or metric and statistic"),
        ((*LINE, "label"), "${region} ${x}", "widgets[2].lines[0].label: ${x} stands for"),
        (("widgets", 3, "widgets", 0, "text"), ["${x}"], "widgets[3].widgets[0].text: ${x}"),
    ],
)
def test_a_mistake_names_its_place(place: tuple[Any, ...], value: Any, words: str) -> None:
    """As people write it."""
    assert words in told(*place, value=value)


def test_all_mistakes_are_told_at_once() -> None:
    """Of one file."""
    made = copy.deepcopy(GOOD)
    made["widgets"][0]["text"] = ["${x}"]
    made["widgets"][2]["lines"][0]["metric"] = "Moss"
    with pytest.raises(ConfigError, match=r"\$\{x\}.*Moss"):
        check_template(made, SHIPPED, "t.json")


def test_a_dashboard_that_does_not_exist(tmp_path: Path) -> None:
    """The nearest name is suggested; a file that is no JSON is named."""
    with pytest.raises(ConfigError, match=r"no dashboard 'overveiw'.*did you mean 'overview'"):
        load_templates(["overveiw"], SHIPPED)
    with pytest.raises(ConfigError, match="there are: none"):
        load_templates(["overview"], SHIPPED, tmp_path)
    (tmp_path / "mine.json").write_text("{")
    with pytest.raises(ConfigError, match=r"mine\.json: Expecting"):
        load_templates(["mine"], SHIPPED, tmp_path)
    (tmp_path / "mine.json").write_text(json.dumps(GOOD))
    assert load_templates(["mine", "mine"], SHIPPED, tmp_path)["mine"].one_for == "region"


def test_all_shipped_templates_are_good() -> None:
    """Every file in the folder, whether a fleet shows it by default or not."""
    names = [path.stem for path in shipped_folder().glob("*.json")]
    assert set(load_templates(names, SHIPPED)) == {"overview", "region", "paths", "agents"}

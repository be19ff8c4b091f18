"""What may be asked of a path, and how far apart the Regions are."""

import itertools

import pytest

from mesh_demo.impairment import Impairment
from mesh_demo.regions import US_REGIONS, usual
from voipprobe.model.errors import ConfigError


def test_worse_adds_to_what_is_there() -> None:
    """A quarter and 80 ms more, and nothing else is touched."""
    usual_one = Impairment(delay_ms=34, jitter_ms=0.2, loss_ratio=0.25, reorder_ratio=0.3)
    assert usual_one.worse(delay_ms=80, loss_ratio=0.25) == Impairment(
        delay_ms=114, jitter_ms=0.2, loss_ratio=0.5, reorder_ratio=0.3
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("loss_ratio", 5.0),
        ("loss_ratio", -0.1),
        ("reorder_ratio", 1.1),
        ("delay_ms", -1.0),
        ("jitter_ms", float("nan")),
        ("delay_ms", float("inf")),
    ],
)
def test_what_cannot_be_is_refused(field: str, value: float) -> None:
    """Five per cent is 0.05: a percentage given as a ratio must not become total loss."""
    with pytest.raises(ConfigError, match=f"{field} is .*: give 0 to"):
        Impairment(**{field: value})


def test_every_pair_of_regions_has_its_distance() -> None:
    """Both ways the same, coasts farther apart than neighbours."""
    for source, destination in itertools.permutations(US_REGIONS, 2):
        assert usual(source, destination) == usual(destination, source)
        same_coast = source[:7] == destination[:7]
        assert (usual(source, destination).delay_ms < 12) == same_coast
    assert usual("us-east-1", "us-west-2").delay_ms == 34.0


def test_other_names_begin_without_impairment() -> None:
    assert usual("near", "far") == Impairment()


def test_it_says_itself_in_the_units_of_people() -> None:
    asked = Impairment(delay_ms=114, jitter_ms=0.2, loss_ratio=0.05)
    assert str(asked) == "delay 114 ms, jitter 0.2 ms, loss 5 %, reordering 0 %"

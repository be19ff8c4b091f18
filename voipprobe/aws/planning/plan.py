"""What has to be done so that the things that are there become those that should be.

Knows that things have names and fields, and that some are not ours. Must not know what they are.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from voipprobe.model.errors import ConfigError

Fields = Mapping[str, Any]
"""Dotted name of a field to its value; what is not there is as AWS has it by default."""


class Named(Protocol):
    """Anything with a name that is unique where it is."""

    @property
    def name(self) -> str:
        """Of it."""


WantedT = TypeVar("WantedT", bound=Named)
ThereT = TypeVar("ThereT", bound=Named)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """A field, before and after; None where it is not set."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed(Generic[WantedT]):
    """Something of ours that should be otherwise."""

    wanted: WantedT
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(Generic[WantedT, ThereT]):
    """What has to be done in one Region.

    Attributes:
        create, change: what should be. delete: ours that should not.
        unchanged: names of ours that are as they should be.
        refused: why something cannot be done; nothing may be done then.
    """

    region: str
    prefix: str
    create: tuple[WantedT, ...]
    change: tuple[Changed[WantedT], ...]
    delete: tuple[ThereT, ...]
    unchanged: tuple[str, ...]
    refused: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.create or self.change or self.delete)

    def require_allowed(self) -> None:
        """Refuse a plan of which a part cannot be done.

        Raises:
            ConfigError: names everything that is in the way.
        """
        if self.refused:
            raise ConfigError("; ".join(self.refused))


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind(Generic[WantedT, ThereT]):
    """What a plan must know of the things that it is about.

    Attributes:
        belongs: whether one that is there is ours.
        in_the_way: why one that is there cannot become one that should be.
        fields: of one that should be. fields_there: of one that is there.
    """

    belongs: Callable[[ThereT], bool]
    in_the_way: Callable[[WantedT, ThereT], Iterable[str]]
    fields: Callable[[WantedT], Fields]
    fields_there: Callable[[ThereT], Fields]


def plan_of(
    kind: Kind[WantedT, ThereT],
    region: str,
    prefix: str,
    desired: Iterable[WantedT],
    existing: Iterable[ThereT],
) -> Plan[WantedT, ThereT]:
    """The plan for one Region.

    Args:
        kind: what things are.
        region: which.
        prefix: of the fleet.
        desired: what should be there.
        existing: all that have a name under the prefix, whoever's they are.
    """
    there = {one.name: one for one in existing}
    wanted = {one.name: one for one in desired}
    both = [name for name in wanted if name in there]
    changes = {
        name: tuple(differences(kind.fields_there(there[name]), kind.fields(wanted[name])))
        for name in both
    }
    gone = sorted(name for name in there.keys() - wanted.keys() if kind.belongs(there[name]))
    return Plan(
        region=region,
        prefix=prefix,
        create=tuple(one for name, one in wanted.items() if name not in there),
        change=tuple(
            Changed(wanted=wanted[name], fields=found) for name, found in changes.items() if found
        ),
        delete=tuple(there[name] for name in gone),
        unchanged=tuple(name for name, found in changes.items() if not found),
        refused=tuple(told for name in both for told in kind.in_the_way(wanted[name], there[name])),
    )


def differences(before: Fields, after: Fields) -> Iterator[FieldChange]:
    """Every field that is not the same."""
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            yield FieldChange(field=name, before=before.get(name), after=after.get(name))

"""The processes of a trial dealt out to its generators. Pure."""

from collections.abc import Mapping, Sequence

from voipprobe.bench.local.shards import Shard

Job = tuple[Shard, str]
"""What one process does, and whom it calls: "user@address:port"."""


def deal(
    generators: Sequence[str], parts: Sequence[Shard], uris: Sequence[str]
) -> Mapping[str, tuple[Job, ...]]:
    """The jobs of each generator by its name, in turn; those that have none are left out.

    A generator without a call would have no evidence to show, and no need to.
    """
    jobs = [(part, uris[index % len(uris)]) for index, part in enumerate(parts)]
    dealt = {name: tuple(jobs[first :: len(generators)]) for first, name in enumerate(generators)}
    return {name: mine for name, mine in dealt.items() if mine}

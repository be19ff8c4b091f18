"""Provider ec2: for each search its own instances, and everything away again at its end."""

import contextlib
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import voipprobe
from voipprobe.aws.ec2.network import import_key
from voipprobe.aws.ec2.tags import Tags
from voipprobe.bench.ec2.access import ssh_network
from voipprobe.bench.ec2.cost import life_s
from voipprobe.bench.ec2.fleet import Fleet, Maker, Request
from voipprobe.bench.ec2.hosts import found_hosts, members
from voipprobe.bench.ec2.install import await_installed
from voipprobe.bench.ec2.journal import Journal
from voipprobe.bench.ec2.keys import public_half, run_key
from voipprobe.bench.ec2.preflight import Preflight
from voipprobe.bench.ec2.reap import owner_here
from voipprobe.bench.ec2.record import machine_record
from voipprobe.bench.ec2.roles import Role, roles
from voipprobe.bench.ec2.teardown import take_away, undisturbed
from voipprobe.bench.ec2.userdata import packages, user_data
from voipprobe.bench.plan.effective import Search
from voipprobe.bench.plan.sections import Plan
from voipprobe.bench.remote.bench import RemoteBench


class Ec2Lab:
    """Makes the machines of each search on EC2."""

    def __init__(
        self, plan: Plan, run: str, folder: Path, before: Preflight,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:  # fmt: skip
        """Prepare; nothing is made yet.

        Args:
            plan: of the run.
            run: its id, for tags.
            folder: of the run.
            before: what was looked up.
            say: is told what happens.
        """
        self._plan, self._run, self._before, self._say = plan, run, before, say
        self._folder = folder.absolute()
        self._journal = Journal(folder)

    @contextlib.contextmanager
    def place(self, search: Search) -> Iterator[RemoteBench]:
        """The machines of a search, gone when the block ends.

        Raises:
            CloudError: quota or capacity does not allow them, or something could not be removed.
            ToolError: a host cannot be reached, or something does not start there.
        """
        folder = self._folder / f"{search.id}-{time.strftime('%H%M%S')}"
        folder.mkdir(parents=True)
        self.clear()  # what an earlier attempt may have left
        try:
            fleet, key = self._make(search)
            hosts = found_hosts(self._plan, fleet, key, self._folder)
            await_installed(hosts, self._wheel(), self._say)
            with members(self._plan, hosts, folder) as ready:
                record = machine_record(self._plan, search, self._before, fleet, ready)
                yield RemoteBench(self._plan, record, ready)
        finally:
            self.clear()

    def clear(self) -> None:
        """Take everything of the run away.

        Raises:
            CloudError: something is left.
        """
        with undisturbed():
            known = self._journal.standing()
            gone = take_away(self._before.ec2, self._run, known, say=self._say)
            if gone or known:
                self._journal.write("gone", ids=[one.id for one in gone])

    def _make(self, search: Search) -> tuple[Fleet, Path]:
        plan, tags = self._plan, self._tags()
        parts = roles(plan, search)
        name = f"voipprobe {self._run} {search.id}"
        key, key_name = plan.ec2.key_file, plan.ec2.key_name
        if key is None or key_name is None:
            key, key_name = run_key(self._folder), name
        request = Request(
            name=name, roles=parts, places=self._before.places[search.size], key_name=key_name,
            ssh_from=ssh_network(plan),
            user_data={role.name: self._user_data(role) for role in parts},
        )  # fmt: skip

        def with_key() -> None:
            """Another AZ is tried with everything new."""
            self.clear()
            self._import(key_name, key, tags)

        self._import(key_name, key, tags)
        maker = Maker(self._before, self._journal, tags, with_key, self._say)
        return maker.make(request), key

    def _import(self, name: str, key: Path, tags: Tags) -> None:
        if self._plan.ec2.key_name is None:
            self._journal.write("making", kind="key pair", name=name)
            import_key(self._before.ec2, name, public_half(key), tags)

    def _user_data(self, role: Role) -> str:
        wheel = self._wheel()
        requirement = self._plan.ec2.install or f"voipprobe=={voipprobe.__version__}"
        return user_data(
            life_s=life_s(self._plan),
            wanted=packages(role.name, self._plan.system.kind),
            requirement=None if wheel else requirement,
        )

    def _wheel(self) -> Path | None:
        text = self._plan.ec2.install
        return Path(text) if text is not None and text.endswith(".whl") else None

    def _tags(self) -> Tags:
        ends = datetime.fromtimestamp(time.time() + life_s(self._plan), UTC)
        owner = self._plan.ec2.owner or owner_here()
        return Tags(run=self._run, owner=owner, deadline=ends.strftime("%Y-%m-%dT%H:%M:%SZ"))

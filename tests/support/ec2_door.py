"""A door in front of moto: it counts EC2's actions, refuses or kills at one of them, and has
placement groups and prices, which moto lacks.

Speaks the query protocol of EC2 and the JSON of the Pricing API, as botocore does.
"""

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from support.passing_on import PassingOn

Form = dict[str, str]
Answer = tuple[int, dict[str, str], bytes]
XML = {"Content-Type": "text/xml;charset=UTF-8"}


@dataclass
class Door:
    """What is to happen, and what happened.

    Attributes:
        refuse: an action's form to the error code that it is answered with.
        is_lost: whether an action is done and its answer lost (the service says that it is ill).
        is_blind: whether an action that looks for instances finds none: new ones are not listed
            everywhere at once.
        before, after: called with the number of the action (from 1) before moto gets it, and
            after moto has done it but before anybody is told.
        prices: US dollars an hour that the Pricing API tells, by type; none: it is out of order.
    """

    target: str
    url: str = ""
    refuse: Callable[[Form], str | None] = lambda _: None
    is_lost: Callable[[Form], bool] = lambda _: False
    is_blind: Callable[[Form], bool] = lambda _: False
    before: Callable[[int, Form], None] = lambda *_: None
    after: Callable[[int, Form], None] = lambda *_: None
    prices: dict[str, float] = field(default_factory=dict)
    seen: list[Form] = field(default_factory=list)
    groups: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def actions(self) -> list[str]:
        """Their names, in the order of the requests."""
        return [form["Action"] for form in self.seen]

    def made(self) -> list[Form]:
        """Those that make something."""
        return [form for form in self.seen if makes(form)]


def makes(form: Form) -> bool:
    """Whether an action makes something that can be left behind."""
    return form["Action"].startswith(("Create", "Run", "Import", "Authorize"))


class _Handler(PassingOn):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    server: "_Server"

    def do_POST(self) -> None:  # noqa: N802 - the name that http.server calls
        door = self.server.door
        body = self.rfile.read(int(self.headers["Content-Length"]))
        target = self.headers.get("X-Amz-Target", "")
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        form["Action"] = form.get("Action") or target.rpartition(".")[2]
        with door.lock:
            door.seen.append(form)
            number = len(door.seen)
        door.before(number, form)
        answer = self._answer(door, form, body)
        door.after(number, form)
        self.say(*answer)

    def _answer(self, door: Door, form: Form, body: bytes) -> Answer:
        code = door.refuse(form)
        if code:
            return _error(code)
        if form["Action"] == "DescribeInstances" and door.is_blind(form):
            return _xml("DescribeInstances", "<reservationSet/>")
        answer = self._do(form, body)
        return _error("Unavailable", status=503) if door.is_lost(form) else answer

    def _do(self, form: Form, body: bytes) -> Answer:
        own = {
            "CreatePlacementGroup": _create, "DescribePlacementGroups": _describe,
            "DeletePlacementGroup": _delete, "GetProducts": _products,
        }.get(form["Action"])  # fmt: skip
        return own(self.server.door, form, body) if own else self.ask(self.server.door.target, body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    door: Door


@contextlib.contextmanager
def ec2_door(target: str) -> Iterator[Door]:
    """A door on a free port of loopback; `target` is moto's URL."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.door = Door(target.removeprefix("http://"))
    server.door.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.door
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _error(code: str, status: int = 400) -> Answer:
    text = (f"<Response><Errors><Error><Code>{code}</Code><Message>as the test wants</Message>"
            "</Error></Errors><RequestID>r</RequestID></Response>")  # fmt: skip
    return status, XML, text.encode()


def _xml(action: str, inner: str) -> Answer:
    text = (f'<{action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">'
            f"<requestId>r</requestId>{inner}</{action}Response>")  # fmt: skip
    return 200, XML, text.encode()


def _create(door: Door, form: Form, _: bytes) -> Answer:
    name = form["GroupName"]
    if name in door.groups:
        return _error("InvalidPlacementGroup.Duplicate")
    assert form["TagSpecification.1.ResourceType"] == "placement-group"
    door.groups[name] = [
        (form[f"TagSpecification.1.Tag.{n}.Key"], form[f"TagSpecification.1.Tag.{n}.Value"])
        for n in range(1, 20)
        if f"TagSpecification.1.Tag.{n}.Key" in form
    ]
    return _xml("CreatePlacementGroup", "<return>true</return>")


def _describe(door: Door, form: Form, _: bytes) -> Answer:
    wanted = {(form[f"Filter.{n}.Name"].removeprefix("tag:"), form[f"Filter.{n}.Value.1"])
              for n in range(1, 20) if f"Filter.{n}.Name" in form}  # fmt: skip
    items = "".join(_item(name, tags) for name, tags in door.groups.items() if wanted <= {*tags})
    return _xml("DescribePlacementGroups", f"<placementGroupSet>{items}</placementGroupSet>")


def _item(name: str, tags: list[tuple[str, str]]) -> str:
    told = "".join(f"<item><key>{key}</key><value>{escape(value)}</value></item>"
                   for key, value in tags)  # fmt: skip
    return (f"<item><groupName>{escape(name)}</groupName><state>available</state>"
            f"<strategy>cluster</strategy><tagSet>{told}</tagSet></item>")  # fmt: skip


def _delete(door: Door, form: Form, _: bytes) -> Answer:
    if door.groups.pop(form["GroupName"], None) is None:
        return _error("InvalidPlacementGroup.Unknown")
    return _xml("DeletePlacementGroup", "<return>true</return>")


def _products(door: Door, _: Form, body: bytes) -> Answer:
    if not door.prices:
        return 500, {"Content-Type": "text/html"}, b"out of order"
    fields = {one["Field"]: one["Value"] for one in json.loads(body)["Filters"]}
    usd = door.prices.get(fields["instanceType"])
    listed = [] if usd is None else [json.dumps(_product(usd))]
    told = json.dumps({"FormatVersion": "aws_v1", "PriceList": listed})
    return 200, {"Content-Type": "application/x-amz-json-1.1"}, told.encode()


def _product(usd: float) -> dict[str, Any]:
    """As the Pricing API writes one, with the free dimension that some have."""
    sides = {"A.B.C": {"unit": "Hrs", "pricePerUnit": {"USD": f"{usd:.10f}"}},
             "A.B.D": {"unit": "Hrs", "pricePerUnit": {"USD": "0.0000000000"}}}  # fmt: skip
    return {"product": {"sku": "A"}, "terms": {"OnDemand": {"A.B": {"priceDimensions": sides}}}}

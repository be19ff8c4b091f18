"""Single values of a fleet file: what is just allowed, and what is just not."""

import pytest

from voipprobe.agent.config.read import parse_fleet
from voipprobe.model.errors import ConfigError

PEERS = '[[peer]]\nname="left"\naddress="192.0.2.1"\n[[peer]]\nname="right"\naddress="192.0.2.2"\n'
TABLES = {
    "probe": PEERS + '[[probe]]\nname="p"\npeers=true\n',
    "iperf": PEERS + '[[iperf]]\nname="i"\npeers=true\n',
}

# table, key, allowed values, refused values
LIMITS: list[tuple[str, str, list[str], list[str]]] = [
    ("agent", "max_rounds", ["1", "64"], ["0", "65"]),
    ("agent", "listen", ['"127.0.0.1:0"', '"[::1]:65535"', '"localhost:80"'],
     ['":80"', '"::1:80"', '"127.0.0.1:65536"', '"127.0.0.1:"']),
    ("agent", "name", ['"a"', '"' + "a" * 64 + '"', '"0.x_y-z"'],
     ['""', '"' + "a" * 65 + '"', '"-a"', '"ä"', '"a/b"', '"a\\n"']),
    ("responder", "port", ["1", "65535"], ["0", "65536", "-1"]),
    ("responder", "media_port", ["1024", "65000"], ["1023", "65001"]),
    ("responder", "iperf_port", ["0", "1", "65535"], ["-1", "65536", "false"]),
    ("responder", "exchange_port", ["0", "1", "65535"], ["-1", "65536", "false"]),
    ("responder", "transports", ['["udp"]', '["tcp", "udp"]'], ["[]", '["tls"]', '"udp"']),
    ("responder", "allow", ["[]", '["10.0.0.0/8", "fc00::/7", "192.0.2.1"]'], ['["10.0.0.0/33"]']),
    ("capture", "budget_mib", ["1", "100000"], ["0"]),
    ("capture", "keep", ['"failed"', '"never"'], ['"always"']),
    ("history", "keep_days", ["0.001", "3650"], ["0", "3651", "inf", "nan"]),
    ("history", "max_mib", ["8"], ["7"]),
    ("publish.cloudwatch", "interval_s", ["1", "3600"], ["0.9", "3601", "nan"]),
    ("publish.cloudwatch", "namespace", ['"' + "n" * 255 + '"', '"a/b:c#d.e-f"'],
     ['""', '"' + "n" * 256 + '"', '"AWS/x"', '"a b"']),
    ("probe", "interval_s", ["8", "86400", "60.5"], ["0.99", "86400.1", "nan"]),
    ("probe", "calls", ["1", "200"], ["0", "100001", "2.0"]),
    ("probe", "rate_cps", ["0.2", "10000"], ["0", "-1", "10001", "nan", "inf"]),
    ("probe", "hold_s", ["0", "50"], ["-0.1", "3601", "nan"]),
    ("probe", "buffer_ms", ["0", "1000"], ["-1", "1001", "nan"]),
    ("probe", "answer_timeout_s", ["0.001", "86400"], ["0", "86401", "inf"]),
    ("probe", "transport", ['"udp"', '"tcp"'], ['"UDP"', '"tls"', '"ws"']),
    ("probe", "user", ['"echo"', '"+1-555"'], ['""', '"a b"', '"a@b"', '"a<b"']),
    ("iperf", "interval_s", ["10", "86400"], ["9.9", "86401"]),
    ("iperf", "duration_s", ["1", "600"], ["0", "601", "1.5"]),
    ("iperf", "streams", ["1", "1000"], ["0", "1001"]),
]  # fmt: skip


def text_with(table: str, key: str, value: str) -> str:
    head = TABLES.get(table, PEERS + f"[{table}]\n")
    return f"{head}{key} = {value}\n"


ALLOWED = [(table, key, value) for table, key, values, _ in LIMITS for value in values]
REFUSED = [(table, key, value) for table, key, _, values in LIMITS for value in values]


@pytest.mark.parametrize(("table", "key", "value"), ALLOWED)
def test_the_last_good_value_is_taken(table: str, key: str, value: str) -> None:
    """Also at the very limit."""
    if (table, key) == ("agent", "name"):
        value_of = f"[[peer]]\nname = {value}\naddress = '192.0.2.3'\n"
        parse_fleet(text_with(table, key, value) + value_of, "f")
    else:
        parse_fleet(text_with(table, key, value), "f")


@pytest.mark.parametrize(("table", "key", "value"), REFUSED)
def test_the_first_bad_value_is_refused_at_its_line(table: str, key: str, value: str) -> None:
    """The message names the key, and the line on which it stands."""
    text = text_with(table, key, value)
    with pytest.raises(ConfigError) as raised:
        parse_fleet(text, "f")
    number = text.count("\n")
    shown = f"{table}[1]" if table in TABLES else table
    assert str(raised.value).startswith(f"f:{number}: {shown}.{key}: ")


def test_an_interval_has_no_upper_limit_from_a_short_round() -> None:
    """A round that takes exactly its interval is allowed."""
    text = TABLES["probe"] + "interval_s = 20\ncalls = 11\nrate_cps = 1\nhold_s = 10\n"
    assert parse_fleet(text, "f").probe[0].interval_s == 20

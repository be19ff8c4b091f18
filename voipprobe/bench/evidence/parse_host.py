"""Limits and kinds of a host, from the texts of the kernel. Pure."""

import re


def parse_number(text: str) -> int | None:
    """A file that holds one whole number."""
    return int(text) if re.fullmatch(r"\s*\d+\s*", text) else None


def parse_pair(text: str) -> tuple[int, int] | None:
    """A file that holds two whole numbers, such as ip_local_port_range."""
    found = text.split()
    if len(found) != 2 or not all(one.isdigit() for one in found):
        return None
    return int(found[0]), int(found[1])


def parse_uptime(text: str) -> float | None:
    """Seconds since boot, from /proc/uptime."""
    match = re.fullmatch(r"(\d+\.\d+) \d+\.\d+\s*", text)
    return float(match[1]) if match else None


def parse_open_files_limit(text: str) -> int | None:
    """How many files a process may have open, from /proc/PID/limits; None for any number."""
    match = re.search(r"^Max open files\s+(\d+)\s", text, re.MULTILINE)
    return int(match[1]) if match else None


def parse_cpu_model(text: str) -> str | None:
    """What /proc/cpuinfo calls the CPU; on ARM, which has no name there, implementer and part."""
    name = re.search(r"^model name\s*: (.+?)\s*$", text, re.MULTILINE)
    if name:
        return name[1]
    implementer = re.search(r"^CPU implementer\s*: (\S+)", text, re.MULTILINE)
    part = re.search(r"^CPU part\s*: (\S+)", text, re.MULTILINE)
    return f"ARM implementer {implementer[1]} part {part[1]}" if implementer and part else None

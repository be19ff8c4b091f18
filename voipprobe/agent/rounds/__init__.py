"""Rounds of an agent: each in a process of its own, forked from one that is warm."""

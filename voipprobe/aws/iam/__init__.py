"""Least-privilege policies: who of us may do what in an account. Pure; must not call AWS."""

"""TOML files of ours, read by the standard library: every mistake at once, with its line."""

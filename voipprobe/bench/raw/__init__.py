"""The one raw file of a run: everything that was measured, a line each, only ever appended to."""

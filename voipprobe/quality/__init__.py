"""Arithmetic and nothing else: values in, values out. No I/O, no clock, no process."""

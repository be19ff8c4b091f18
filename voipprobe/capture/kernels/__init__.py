"""How a plain function becomes machine code: declared, compiled once on a machine, then loaded.

`declare` is all that other rooms need.
"""

"""Systems under test that we configure ourselves: their configurations, and how they are called.

A configuration is a file of the program's own language, so that it can be read and used without
us; what differs from host to host goes in by the program's own means.
"""

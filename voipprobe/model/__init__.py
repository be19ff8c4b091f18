"""The words that all rooms talk in: frozen dataclasses, units in the names, one error tree.

Knows nothing of files, processes, the network or the clock, and imports nothing of ours.
"""

"""How many calls a system carries: trials at rising load, a search, and the evidence for it."""

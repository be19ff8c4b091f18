"""One measured round of calls: traffic + capture + quality become a ProbeResult."""

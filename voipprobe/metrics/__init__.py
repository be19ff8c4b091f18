"""What leaves the house as numbers over time: the catalogue, and results as measurements."""

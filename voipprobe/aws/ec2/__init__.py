"""Machines of a benchmark on EC2: what they can, what they cost, making them, taking them away."""

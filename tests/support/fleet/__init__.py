"""Doubles of a fleet's surroundings: hosts that are reached by ssh, and an AWS account."""

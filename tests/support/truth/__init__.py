"""Streams whose truth is known by construction.

A plan says what a sender sends and what the network does to it (`plan`); both are played through
(`sender`, `network`); what a right analyser must find is counted from the plan (`account`,
`timing`, `playout`, `gaps`), without a line of the code under test. `capture` writes files,
`dice` throws plans.
"""

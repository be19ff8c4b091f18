"""Bytes to calls and streams: capture files, the RTP kernel, SIP messages, dumpcap, tshark.

Knows packets and nothing of scenarios, verdicts or terminals.
"""

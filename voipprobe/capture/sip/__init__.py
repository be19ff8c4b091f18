"""SIP as captured: datagrams in, messages, calls, media sessions and findings out.

Knows RFC 3261 and SDP. Must not know capture file formats, RTP or who started the calls.
"""

"""The far end that we run ourselves: SIPp as UAS with RTP echo, and an iperf3 server."""

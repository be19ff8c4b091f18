"""What makes packets: SIPp, iperf3, the responder. The only place that starts them."""

"""Capture files: pcap and pcapng to frames in bounded memory."""

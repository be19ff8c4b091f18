"""Packets from the wire: an AF_PACKET ring in our own memory, read as a capture file is."""

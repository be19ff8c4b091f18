"""Which sequence numbers passed a capture point, stream by stream."""

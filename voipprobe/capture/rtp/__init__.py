"""RTP: the kernel that keeps the state of every stream, and the streams that come out of it."""

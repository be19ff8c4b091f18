"""What an engineer would point at: in a whole capture, in a call, in a stream."""

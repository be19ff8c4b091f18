"""What a raw file says, in rows and words. Derived each time, never stored beside it."""

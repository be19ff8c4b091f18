"""The local provider: system, caller and callee each in a network namespace of this machine."""

"""What the agent shows of itself: /metrics and /healthz."""

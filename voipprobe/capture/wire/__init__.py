"""Frames to payloads: link layer, IP and UDP, and what a UDP payload is."""

"""The always-on service: what runs when, for how long it is kept, and who is told."""

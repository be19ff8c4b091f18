"""The template files: what a dashboard shows, for whatever fleet."""

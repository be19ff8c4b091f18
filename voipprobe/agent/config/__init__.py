"""One TOML file for the whole fleet, checked at the door; and which agent of it we are."""

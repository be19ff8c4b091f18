"""One TOML file per benchmark, checked at the door, and what follows from it."""

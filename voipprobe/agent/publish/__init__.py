"""Measurements out of the store to where people look at them."""

"""Pass, fail or void of one trial, and what limited it. Pure: facts in, words out."""

"""One HTML page that holds a whole analysis and opens without a network."""

"""Results on a terminal. rich is imported here only; nothing here measures or decides."""

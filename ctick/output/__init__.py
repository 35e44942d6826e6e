"""Records, tables, charts and progress bars, and the terminal that they are written to."""

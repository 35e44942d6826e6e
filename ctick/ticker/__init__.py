"""Ticker text, HTML and packed files -> snapshots."""

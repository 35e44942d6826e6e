"""Ticker text, HTML and packed files -> blocks of snapshots."""

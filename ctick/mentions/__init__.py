"""Amounts of money in running text."""

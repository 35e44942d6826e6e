"""Amounts, conversions, the choice of a quote, changes and alerts: no input or output."""

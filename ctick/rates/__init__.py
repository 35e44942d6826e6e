"""Arithmetic and choice: amounts, conversions, the rate that is used, changes. Pure."""

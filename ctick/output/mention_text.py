"""Mentions as text. (STUB: the real one comes from branch `output`, same interface.)"""

from ctick.mentions.check import Checked


def annotation(checked: Checked) -> str:
    """` [= $572.00]`; empty if there is no conversion."""
    return f" [{checked.conversion.shown().sign} ${checked.conversion.shown().value}]" if checked.conversion else ""

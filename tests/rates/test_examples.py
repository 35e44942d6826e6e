"""The examples in the docstrings of the public values."""

import datetime as dt
import doctest

from ctick import model
from ctick.rates import conversion


def test_the_examples_in_docstrings_are_right() -> None:
    """As doctests, with the names that a user has imported."""
    for module in (model, conversion):
        failed, tried = doctest.testmod(module, extraglobs={"dt": dt, "Quote": model.Quote})
        assert failed == 0
        assert tried > 3

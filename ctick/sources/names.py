"""The names of the sources, with their publishers: for completion, which has no time to load the registry."""

PUBLISHERS = {
    "timesca": "The Times of Central Asia",
    "cbr": "Bank of Russia",
    "cbu": "Central Bank of Uzbekistan",
    "frankfurter": "Frankfurter",
    "fawaz": "fawazahmed0/currency-api",
    "nbk": "National Bank of Kazakhstan",
    "nbkr": "National Bank of the Kyrgyz Republic",
    "nbt": "National Bank of Tajikistan",
}
"""In the order of `registry.SOURCES`; a test compares the two."""

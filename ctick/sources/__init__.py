"""The feeds, one file each, and how they are fetched."""

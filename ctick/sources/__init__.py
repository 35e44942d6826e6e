"""The sources, one file each, and how they are fetched."""

"""The Python API, exported lazily by `ctick` itself; see docs/python.md."""

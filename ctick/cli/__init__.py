"""The command line: which commands and options there are, how they are read, and their help."""

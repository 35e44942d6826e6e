"""The command line: options, help, and the call that they lead to."""

"""What each command does, one file per command: `run(...)` takes the arguments and returns the exit code."""

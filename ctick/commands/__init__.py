"""What each command does, one file a command: `run(...)` takes what was asked and returns the exit code."""

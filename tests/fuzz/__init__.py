"""What strangers may write, at random: `targets` try it, `seeds` are where it begins, `run` goes on for long."""

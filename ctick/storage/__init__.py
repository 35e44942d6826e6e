"""The user's snapshots in one SQLite file, and the rates that are bundled with ctick."""

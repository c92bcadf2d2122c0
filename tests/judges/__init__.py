"""What others say of what leaves the archive: their validators, and their viewers. `make judges` runs it."""

"""The buckets that the emulator reads and writes."""

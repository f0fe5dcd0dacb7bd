"""Entries from files: read, checked row by row, written in batches, gone on with, taken back."""

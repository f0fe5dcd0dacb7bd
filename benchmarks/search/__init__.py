"""Search at 10,000, 100,000 and 1,000,000 documents on every engine: `python -m benchmarks.search --help`."""

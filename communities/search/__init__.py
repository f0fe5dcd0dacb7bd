"""What communities bring to the one search."""

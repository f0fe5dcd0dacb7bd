"""Talk from elsewhere: read, rendered, written in batches, gone on with, taken back."""

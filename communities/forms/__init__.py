"""The forms of talk (`talk`) and of the spiral (`spiral`)."""

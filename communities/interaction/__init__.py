"""Every write of talk and of the spiral, a file per conversion."""

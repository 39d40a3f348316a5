"""Live viewing: sources watched, analysed, painted and recorded as they run."""

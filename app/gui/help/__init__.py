"""About, log, shortcuts, and reports of faults."""

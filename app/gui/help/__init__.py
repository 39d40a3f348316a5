"""About, log, shortcuts, and problem reports."""

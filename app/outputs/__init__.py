"""What is written beside the film: pose tables, their records, plots."""

"""What an evaluation writes: figures, plots and contact sheets."""

"""The outputs of an evaluation: figures, tables, plots and contact sheets."""

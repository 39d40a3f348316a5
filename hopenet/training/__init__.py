"""Training: recipes, data, losses and the run itself. Needs the `train` extra (Lightning)."""

"""Training: recipes, data, losses, and the training run. Needs the `train` extra (Lightning)."""

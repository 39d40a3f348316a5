"""The picture, its previews, and the controls below it."""

"""Exports: one task, its pipeline, and the queue of tasks."""

"""Mutated films and injected faults: a fixed sample runs with the tests, long runs on demand (see __main__)."""

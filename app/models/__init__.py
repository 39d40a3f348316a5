"""Opens, loads and lists snapshots and detectors."""

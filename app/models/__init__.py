"""Opening, loading and listing snapshots and detectors."""

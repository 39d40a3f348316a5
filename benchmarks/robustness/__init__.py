"""How steady and how consistent a snapshot's angles are on videos, where nobody knows the true ones.

    python -m benchmarks.robustness VIDEO … --snapshot A --snapshot B --json OUT --plots FOLDER

Four questions, each of all snapshots on the very same faces and boxes, each with its own record's crop:

- jitter: how much the raw angles change from frame to frame, and how much that change itself changes;
- rotation: whether the pose follows a picture that is turned about the face, with the box kept, and detected anew;
- mirror: how far the mirrored picture's pose is from the mirrored pose;
- box: how much the pose changes with the size and the place of the box.

A report, never a way to choose. No label is read, so a network that always says the same would do well in all but
the second: read the others beside its slope.
"""

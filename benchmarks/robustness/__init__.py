"""How steady and consistent a snapshot's angles are on videos, for which the true angles are not known.

    python -m benchmarks.robustness VIDEO … --snapshot A --snapshot B --json OUT --plots FOLDER

There are four tests. All snapshots get the same faces and boxes, each with the crop of its own record:

- jitter: how much the raw angles change from frame to frame, and how much that change itself changes;
- rotation: whether the pose follows a rotation of the picture about the face, with the same box or a new detection;
- mirror: how far the pose in the mirrored picture is from the mirrored pose;
- box: how much the pose changes with the size and the position of the box.

This is a report and not a way to choose a network. No labels are used, so a network with a constant output would do
well in all tests except rotation: interpret the others together with its slope.
"""

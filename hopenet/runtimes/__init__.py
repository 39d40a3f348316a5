"""Snapshots written for other runtimes: ONNX Runtime, OpenVINO, torch, Core ML and LiteRT.

`formats` lists them, `interface` is what each file says about itself, `source` is what they are made from, and `checks`
compares what was written with the snapshot. Each format has a module with two functions: `write` makes the file, and
`runner` runs it the way that a stranger would.
"""

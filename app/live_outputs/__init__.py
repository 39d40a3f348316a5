"""Live outputs: the angles of a view, sent to other programs while a source is watched.

A kind of output is a module with a function `open_output(address) -> LiveOutput` and a row in `table.OUTPUTS`.
"""

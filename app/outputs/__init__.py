"""Files beside a video: pose tables, their records, excluded ranges and plots.

tables          FORMATS, the table of formats; PoseTable, an open table
rows            the rows and columns, and what the angles mean
text, parquet   the formats' writers and readers; openface: only a writer
record          the JSON record beside a table
reading         reads a table back, as table_data
exclusions      the ranges that statistics leave out
plot            angles over time as PNG or SVG
"""

"""Whole collections of videos: what is processed, on which engine, and what has become of each video.

inputs, table, naming   which videos there are, the options of each, and the names of their files
job                     one video to process, and what came of it; picklable, because it goes to other processes
worker                  processes one video after another in one process, with the models loaded once
segments, joining       long videos in parts that several workers analyse, and one table from them
places                  object stores and network disks
engine, local           runs workers: on this machine, in one process for each group of cores
manifest, scheduler     what has happened so far, and what happens next
progress                the line on the terminal
"""

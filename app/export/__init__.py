"""Exports: an annotated video and pose tables of a video, a picture or a folder of pictures.

task        ExportTask: what is to be exported, and the checks before it starts
run         run_task: opens the source, the models and the outputs of one task
pipeline    export_frames: the way of a frame; RunControl: progress, pause and cancel
queue       ExportQueue: tasks one after another in the background
"""

"""All commands, in the order of the help. A command's module is imported when the command is used: together they take
half a second."""

from __future__ import annotations

from app.commands.command import ListedCommand

COMMANDS = (
    ListedCommand("demo", "annotate the sample video"),
    ListedCommand("annotate", "annotate a video and write its pose tables"),
    ListedCommand("batch", "process whole collections of videos"),
    ListedCommand("track", "follow a camera or video, and send the angles to other programs"),
    ListedCommand("attention", "measure how long and how often faces look at targets"),
    ListedCommand("evaluate", "measure the errors of a snapshot on a labelled dataset"),
    ListedCommand("train", "train a network with a recipe"),
    ListedCommand("weights", "list, download, import or verify model files"),
    ListedCommand("export-model", "write a snapshot for other programs and devices"),
    ListedCommand("benchmark", "measure the speed of each stage and of a whole export"),
    ListedCommand("cameras", "list the cameras of this machine and their modes"),
    ListedCommand("calibrate-camera", "measure a camera's focal length and distortion with a checkerboard"),
    ListedCommand("doctor", "check what works on this computer, and how to fix what does not"),
    ListedCommand("licences", "list the licences of what the program runs on, and write their texts"),
    ListedCommand("render-heads", "render labelled heads to train and evaluate on"),
    ListedCommand("lists", "build or check the file list of a dataset"),
)

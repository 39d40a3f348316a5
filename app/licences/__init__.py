"""Which packages the program runs on, under which licences, and the texts that whoever passes them on has to add."""

from app.licences.installed import Carried, Library, survey
from app.licences.texts import write_texts

__all__ = ["Carried", "Library", "survey", "write_texts"]

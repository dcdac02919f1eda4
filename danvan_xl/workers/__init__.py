"""Processes that may die: foreign files are worked on there, and one bad file costs no other."""

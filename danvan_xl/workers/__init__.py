"""Processes that may die: foreign files are handled there, so that one bad file affects no other."""

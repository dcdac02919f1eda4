"""The template that a unit gets."""

"""What a unit gets back: its own file with the bad cells marked."""

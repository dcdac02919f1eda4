"""What is asked: the round and its preparation, deadlines, columns, form checkers, unit names, waivers."""

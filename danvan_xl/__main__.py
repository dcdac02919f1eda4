"""``python -m danvan_xl``: the program."""

from danvan_xl.cli import main

if __name__ == "__main__":
    main()

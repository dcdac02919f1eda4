"""An oracle of our own: random rounds through files and the command line, judged without the product's code.

It reads the rule files by itself, fills in templates as units do (with every kind of slip), and says beforehand what
must come out. Nothing here imports ``danvan_xl``; a test holds that.

    python -m tests.oracle --rounds 300 --seed 1

    python -m tests.oracle --cells 2000

``plans`` and ``regimes`` read the rules; ``judge`` says what a row's answers are worth; ``files`` and ``unit_file``
are a unit's workbook; ``answers`` makes random answers; ``edits``, ``structure`` and ``strays`` are what units do to
cells, to sheets, and where no answer belongs; ``stories`` is what a unit sends; ``rounds`` puts a round together;
``product`` runs the commands and reads what they wrote; ``compare``, ``told`` and ``sums`` compare, with what is
``common`` to them; ``cells`` is the account of cells.
"""

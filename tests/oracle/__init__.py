"""An oracle of our own: random rounds through files and the command line, judged without the product's code.

It reads the rule files by itself, fills in templates as units do (with every kind of slip), and says beforehand what
must come out. Nothing here imports ``danvan_xl``; a test holds that.

    python -m tests.oracle --rounds 300 --seed 1

Modules: ``plans`` and ``regimes`` read the rules; ``judge`` says what a row's answers are; ``files`` finds places in a
unit's workbook; ``answers`` makes random answers; ``edits`` is what units do; ``stories`` is what a unit sends;
``rounds`` puts a round together; ``product`` runs the commands and reads what they wrote; ``compare`` compares.
"""

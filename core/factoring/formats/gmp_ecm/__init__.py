"""The output of GMP-ECM: its sentences, and the curves that a text of them tells of.

The rooms from the bottom to the top. A room imports only from those listed before it; `tests/architecture` holds that.

    sentences.py  what each line says, in all releases
    mending/      lines put together again, and what stands before them
    foreign.py    texts that something else printed
    output.py     what a whole output says: its curves, how each was run, what was found
    plain.py      outputs that one expression reads whole
    counted.py    whether curves lack, by the lines that count them
    meanwhile.py  whether other programs wrote while one was followed
    one_by_one.py curves of a program that wrote alone
    at_once.py    curves of programs that wrote into one text at once
    transcript.py from the text to the curves; reads what is not plain line by line
"""

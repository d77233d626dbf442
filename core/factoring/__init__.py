"""Factoring by the elliptic curve method: numbers, curves, effort and what to run next.

The rooms from the bottom to the top. A room imports only from those listed before it; `tests/architecture` holds that.
A fact, a piece of state, an answer and a command about one thing are in modules of the same name.

What all of it rests on:

    mathematics/  formulas: how likely a curve is to find a factor, what has been done, what follows
    notation/     numbers, lists of them and ECM work as people and programs spell them

What passes between a decision and the world:

    events/       the facts in the log
    worth.py      what a curve is worth: computed once for each kind of bounds, and kept in the log from then on
    state/        what decisions are told of what is so just now
    answers/      what a command is answered, rendered from the facts that it led to
    commands/     what is asked for

What is decided:

    factors/      what claimed factors make of numbers, of others that share them, and of the work that is out on them
    projects.py   projects, which are there once a number joins them
    numbers/      numbers on the list: handed in, described, wanted, put aside
    sharing.py    by which weight projects get work, and until when they and numbers shall be done
    correcting.py what was recorded wrongly, and what counts instead
    assignment/   who works on what, and how much of it, in fair turns
    reporting/    what was run: what counts of it, and what it found
    residues/     residue files between stage 1 and stage 2
    proving.py    what is computed afterwards: proofs of primality, and orders of groups
    importing.py  rows of the system replaced, taken as if they came in now
    decide.py     which decision answers which command
    redeciding/   decisions made again, when something that they rested on does not count any more, or counts again

What comes in as text:

    formats/      what programs print and people hand in, read without believing it
"""

"""Formats that programs print and people hand in, read without believing them.

The rooms from the bottom to the top. A room imports only from those listed before it; `tests/architecture` holds that.

    gmp_ecm/      the output of GMP-ECM: its sentences, and the curves that a text of them tells of
    credit/       whose those curves are, and what each of them counts for
    hand_run/     what other programs keep of work that was run by hand
    foreseeing.py what would be credited of a file, before it is sent
    middleware/   what clients of the system replaced sent, and what it dumped
    handing_in.py reports of what was run by hand, from a file and what was foreseen of it
    residues/     residue files
    uploading.py  lists of numbers as files
    jobfile.py    curves to be run where there is no network
"""

"""Files that Python compiled, and that a full disk has cut off.

Python 3.11 to 3.13.0 don't look whether all of such a file was written, and keep what was (CPython's issue 126606). From then
on its module can't be imported, also when there is room again, and nothing says which file it is.
"""

from traceback import walk_tb


def cut_off(error: EOFError) -> str | None:
    """Return the path of the compiled file that an import found cut off; None when the error came of something else."""
    *_, (raised_by, _line) = walk_tb(error.__traceback__)
    return raised_by.f_locals.get("bytecode_path") if raised_by.f_code.co_name == "_compile_bytecode" else None

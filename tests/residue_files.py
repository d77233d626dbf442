"""Residue files as GMP-ECM writes them, with checksums that hold; the residues themselves are made up."""

import hashlib

from gmpy2 import mpz

from coordinator.residues.store import residues_in
from core.factoring.commands.numbers import SubmitComposite
from core.factoring.commands.residues import Contents, UploadResidues
from core.factoring.formats.residues.lines import checksum
from tests.office import Office

_NUMBER = 10_007 * 20_011


def residue_line(number, sigma, *, b1=11000, param=1, spelled=None):
    """Return one line; without a PARAM when `param` is None."""
    x = mpz(number) * 2 // 3 + sigma
    written = "" if param is None else f"PARAM={param}; "
    due = checksum(b1, mpz(number), x, sigma=sigma, param=param)
    return (
        f"METHOD=ECM; {written}SIGMA={sigma}; B1={b1}; N={spelled or number}; X=0x{x:x}; CHECKSUM={due};"
        " PROGRAM=GMP-ECM 7.0.5; Y=0x0; X0=0x0; Y0=0x0; WHO=alice@box1; TIME=Sun Nov 22 10:16:47 2026;\n"
    )


def residue_file(number, sigmas, **fields):
    """Return a file with a line for each sigma."""
    return "".join(residue_line(number, sigma, **fields) for sigma in sigmas).encode()


def keeping(directory):
    """Return an office that may keep files of one number."""
    office = Office(directory)
    office.perform(SubmitComposite(text=str(_NUMBER), ceiling_digits=100), client=None)
    residues_in(directory).mkdir()
    return office


def kept(office, content):
    """Keep a residue file in the directory of an office, and record it; return where it stands."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = residues_in(office.directory) / sha256
    path.write_bytes(content)
    contents = Contents(
        value=str(_NUMBER),
        b1=2000,
        param=1,
        sigmas=(str(len(content)),),
        served_sha256=sha256,
        bytes=len(content),
        inferred=0,
        bad=0,
        bad_lines=(),
    )
    office.perform(UploadResidues(sha256=sha256, contents=contents, stage_1=None, keep_seconds=0), client=None)
    return path

"""Residue files as GMP-ECM writes them, with checksums that hold; the residues themselves are made up."""

from gmpy2 import mpz

from core.factoring.formats.residue_lines import checksum


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

import subprocess

import pytest

from core.factoring.formats.residues.lines import read_residues

N = (10**30 + 57) * (10**31 + 33)


@pytest.mark.parametrize(
    ("options", "method", "param", "inferred"),
    [
        *((f"-param {param}", "ECM", param, False) for param in range(4)),
        ("-sigma 0:4294967311", "ECM", 0, False),
        ("", "ECM", 1, True),
        ("-pm1", "P-1", None, False),
        ("-pp1", "P+1", None, False),
    ],
)
@pytest.mark.parametrize("spelled", [str(N), "(10^30+57)*(10^31+33)"])
def test_what_the_installed_gmp_ecm_saves_verifies(ecm, tmp_path, options, method, param, inferred, spelled):
    saved = tmp_path / "residues"
    command = [ecm, *options.split(), "-save", str(saved), "2000", "0"]
    subprocess.run(command, input=spelled, text=True, stdout=subprocess.DEVNULL, check=True)
    with saved.open("rb") as lines:
        (residue,) = read_residues(lines, 100)
    assert (residue.method, residue.param, residue.inferred_param) == (method, param, inferred)
    assert (residue.number, residue.b1) == (str(N), 2000)
    assert residue.checksum is not None

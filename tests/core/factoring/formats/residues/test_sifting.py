import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.factoring.formats.residues.lines import read_residues
from core.factoring.formats.residues.sifting import Sieve
from core.refusals import BadInput
from tests.residue_files import residue_file, residue_line

P, N = 10**15 + 37, (10**15 + 37) * (10**30 + 57)
PRIME95 = "N=0x1fffffffffffffff0000000000000001; QX=0x1a2b3c; SIGMA=8371286187311\n"


def sift(content, told_b1=None):
    sieve = Sieve(1000, told_b1)
    return sieve, b"".join(sieve.sift(content.splitlines(keepends=True)))


def test_a_good_file_is_kept_byte_for_byte():
    content = b"# saved by hand\n\n" + residue_file(N, [7, 8, 9])
    sieve, kept = sift(content)
    assert kept == content
    assert (sieve.value, sieve.b1, sieve.param, list(sieve.sigmas)) == (str(N), 11000, 1, ["7", "8", "9"])
    assert (sieve.inferred, sieve.bad) == (0, 0)


def test_a_bad_line_is_left_out_and_named_and_the_others_stay():
    lines = [residue_line(N, sigma).encode() for sigma in (7, 8, 9)]
    spoiled = lines[1].replace(b"SIGMA=8", b"SIGMA=88")
    sieve, kept = sift(lines[0] + spoiled + lines[2])
    assert kept == lines[0] + lines[2]
    assert (sieve.bad, sieve.bad_lines[0].line) == (1, 2)
    assert "CHECKSUM" in sieve.bad_lines[0].fault


@pytest.mark.parametrize("at", ["X=0x12", "CHECKSUM=", "N=", "SIGMA="])
def test_a_file_cut_in_the_middle_of_a_line_loses_that_line_only(at):
    whole, cut = residue_line(N, 7).encode(), residue_line(N, 8)
    end = cut.index(at.split("0x", maxsplit=1)[0]) + len(at)
    sieve, kept = sift(whole + cut[:end].encode())
    assert kept == whole
    assert [bad.line for bad in sieve.bad_lines] == [2]


@pytest.mark.parametrize(("sigma", "param"), [(2447411579, 1), (13383391798149357248, 0)])
def test_a_missing_param_is_put_in_with_the_checksum_that_belongs_to_it(sigma, param):
    sieve, kept = sift(residue_file(N, [sigma], param=None))
    assert (sieve.param, sieve.inferred) == (param, 1)
    (residue,) = read_residues(kept.splitlines(), 1000)
    assert (residue.param, residue.inferred_param, residue.sigma) == (param, False, str(sigma))
    assert residue.checksum is not None
    assert sift(kept)[1] == kept


def test_the_same_curve_twice_in_a_file_is_kept_once():
    sieve, kept = sift(residue_file(N, [7, 7]))
    assert kept == residue_file(N, [7])
    assert "line 1" in sieve.bad_lines[0].fault


def test_lines_of_a_cofactor_are_named_and_those_of_a_foreign_number_refuse_the_file():
    cofactor = residue_file(N // P, [8])
    sieve, kept = sift(residue_file(N, [7]) + cofactor)
    assert kept == residue_file(N, [7])
    assert "cofactor" in sieve.bad_lines[0].fault
    with pytest.raises(BadInput, match=r"Line 2 is of .* one number"):
        sift(residue_file(N, [7]) + residue_file(N + 2, [8]))


@pytest.mark.parametrize("fields", [{"b1": 50000}, {"param": 3}])
def test_curves_of_two_kinds_do_not_belong_into_one_file(fields):
    with pytest.raises(BadInput, match=r"Line 2 .* one kind"):
        sift(residue_file(N, [7]) + residue_file(N, [8], **fields))


@pytest.mark.parametrize("b1", [100_000, 250_000])
def test_prime95_has_to_be_told_b1(b1):
    sieve, kept = sift(PRIME95.encode(), told_b1=b1)
    assert (sieve.b1, sieve.param, list(sieve.sigmas)) == (b1, 0, ["8371286187311"])
    assert kept == PRIME95.encode()
    with pytest.raises(BadInput, match="b1"):
        sift(PRIME95.encode())
    with pytest.raises(BadInput, match="B1 = 99 is out of bounds"):
        sift(PRIME95.encode(), told_b1=99)


def test_a_line_in_which_nothing_is_left_is_left_out_and_named_and_the_others_stay():
    nothing = b"METHOD=ECM; PARAM=1; SIGMA=5; B1=11000; N=1; X=0x0; CHECKSUM=0; PROGRAM=GMP-ECM 7.0.7;\n"
    good = [residue_line(N, sigma).encode() for sigma in (7, 8)]
    sieve, kept = sift(good[0] + nothing + good[1])
    assert kept == b"".join(good)
    assert [(bad.line, bad.fault) for bad in sieve.bad_lines] == [
        (2, "N=1 is 1: the curve found the whole number, and nothing is left of it.")
    ]


def test_lines_of_gmp_ecm_6_stay_as_they_are():
    content = residue_file(N, [7, 8], param=None).replace(b"GMP-ECM 7.0.5", b"GMP-ECM 6.4.4")
    sieve, kept = sift(content)
    assert (kept, sieve.param, sieve.inferred) == (content, 0, 0)


def test_timestamps_of_prime95_are_no_bad_lines_and_not_handed_out():
    sieve, kept = sift(b"[Sat Nov 21 10:00:00 2026]\n" + PRIME95.encode(), told_b1=250_000)
    assert (sieve.bad, kept) == (0, PRIME95.encode())


@pytest.mark.parametrize("line", [b"\x1c\n", b"\x1c[Sat]\n", b"\x1f# saved by hand\n"])
def test_what_gmp_ecm_does_not_take_for_a_space_is_not_passed_over(line):
    sieve, kept = sift(line + residue_file(N, [7]))
    assert (sieve.bad, kept) == (1, residue_file(N, [7]))


@pytest.mark.parametrize(
    "content", [b"", b"# nothing\n", b"nonsense\n", b"\xff\xfe\n", b"METHOD=P-1; B1=2000; N=15; X=0x2;\n"]
)
def test_a_file_without_a_good_line_is_refused(content):
    with pytest.raises(BadInput, match="no good residue"):
        sift(content)


def test_only_the_first_bad_lines_are_named_and_all_are_counted():
    sieve, _ = sift(residue_file(N, [7]) + b"nonsense\n" * 80)
    assert (sieve.bad, len(sieve.bad_lines)) == (80, 50)


def shuffled(line, order, spaces):
    """Return a line with its pairs in another order and with other spaces: what it says stays the same."""
    pairs = [pair.partition("=")[::2] for pair in line.strip().split(";") if pair.strip()]
    return (
        ";".join(
            f"{spaces}{key.strip()}{spaces}={spaces}{value.strip()}{spaces}" for key, value in (pairs[i] for i in order)
        )
        + "\n"
    )


@given(st.permutations(range(12)), st.sampled_from(["", " ", "\t "]), st.integers(1, 2**64 - 1))
def test_param_is_put_in_wherever_the_pairs_stand(order, spaces, sigma):
    line = shuffled(residue_line(N, sigma, param=None), order, spaces)
    _, kept = sift(line.encode())
    (residue,) = read_residues(kept.splitlines(), 1000)
    assert (residue.sigma, residue.inferred_param) == (str(sigma), False)
    assert residue.param == (1 if sigma < 2**32 else 0)


GOOD = st.integers(1, 50).map(lambda sigma: residue_line(N, sigma).encode())
CUT = st.tuples(GOOD, st.integers(1, 400)).map(lambda drawn: drawn[0][: -drawn[1]] + b"\n")
STAMP = st.sampled_from([b"[Sat Nov 21 10:00:00 2026]\n", b" \t[\n", b"\x1c[\n"])
NOISE = st.binary(max_size=60).map(lambda noise: noise.replace(b"\n", b"").replace(b"\r", b"") + b"\n")


@given(st.lists(GOOD | CUT | STAMP | NOISE, max_size=12))
def test_whatever_comes_every_line_is_kept_or_counted_as_bad_but_timestamps_which_are_passed_over(lines):
    content = b"".join(lines)
    timestamps = [line for line in lines if line.lstrip().startswith(b"[")]
    sieve = Sieve(1000, None)
    try:
        kept = list(sieve.sift(content.split(b"\n")[:-1]))
    except BadInput:
        assert sieve.bad <= len(lines) - len(timestamps)
        return
    assert len(kept) + sieve.bad + len(timestamps) == len(lines)
    assert not any(line.lstrip().startswith(b"[") for line in kept)
    again = Sieve(1000, None)
    assert list(again.sift(kept)) == kept
    assert (again.bad, again.sigmas.keys()) == (0, sieve.sigmas.keys())
    assert again.checksums == sieve.checksums, "those of the lines as they are kept"

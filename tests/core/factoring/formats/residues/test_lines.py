import itertools
import sys

import pytest
from gmpy2 import mpz
from hypothesis import given
from hypothesis import strategies as st

from core.factoring.formats.residues.lines import Residue, checksum, read_residues
from core.refusals import BadInput
from tests.timing import cpu_seconds

N = (10**30 + 57) * (10**31 + 33)

WRITTEN_BY_GMP_ECM = """\
METHOD=ECM; PARAM=0; SIGMA=13383391798149357248; B1=2000; N=(10^30+57)*(10^31+33); X=0x59f785f6075dc80ad4db3b88e105db84f7065e4bad095811ac1; CHECKSUM=1487001864; PROGRAM=GMP-ECM 7.0.7; X0=0x0; Y0=0x0; WHO=@vm; TIME=Sun Nov 22 10:16:47 2026;
METHOD=ECM; PARAM=1; SIGMA=1909750933; B1=2000; N=(10^30+57)*(10^31+33); X=0x40b528b64cac837b61b54a71486e3b89038005bb93b7f6c6014; CHECKSUM=1003794722; PROGRAM=GMP-ECM 7.0.7; X0=0x0; Y0=0x0; WHO=@vm; TIME=Sun Nov 22 10:16:47 2026;
METHOD=ECM; PARAM=2; SIGMA=6996319319196825571; B1=2000; N=(10^30+57)*(10^31+33); X=0x289bfc743d5f6ed0f08e9ceb70fb5bd5d11a045d526f9e36b46; CHECKSUM=2107037723; PROGRAM=GMP-ECM 7.0.5; Y=0x0; X0=0x0; Y0=0x0; WHO=@vm; TIME=Sun Nov 22 10:16:47 2026;
METHOD=ECM; PARAM=3; SIGMA=1508103188; B1=2000; N=(10^30+57)*(10^31+33); X=0x2fa5125a08ac1c2b02be3b7aeae6317fbef56ade9c35ebd517e; CHECKSUM=39850380; PROGRAM=GMP-ECM 7.0.5; Y=0x0; X0=0x0; Y0=0x0; WHO=@vm; TIME=Sun Nov 22 10:16:47 2026;
# saved without -param, by a build that used parametrisation 1

METHOD=ECM; SIGMA=2447411579; B1=2000; N=(10^30+57)*(10^31+33); X=0x368e038225fd09c05b9f5f3584d03479780691a6dfffdcad21e; CHECKSUM=180188618; PROGRAM=GMP-ECM 7.0.7; X0=0x0; Y0=0x0; WHO=@vm; TIME=Sun Nov 22 10:16:47 2026;
METHOD=P-1; B1=2000; N=(10^30+57)*(10^31+33); X=0x3ed64cf15ecf9e02abb5b57189cf812ab78492fdee4fdb75e12; CHECKSUM=3307926726; PROGRAM=GMP-ECM 7.0.7; X0=0x0; Y0=0x0; WHO=@vm; TIME=Sun Nov 22 10:16:47 2026;
METHOD=P+1; B1=2000; N=(10^30+57)*(10^31+33); X=0x43e572ca5f1e689e2e9efabdd8207602aa49ab7331e6485dec2; CHECKSUM=4031380175; PROGRAM=GMP-ECM 7.0.5; Y=0x0; X0=0x0; Y0=0x0; WHO=@vm; TIME=Sun Nov 22 10:16:47 2026;
"""

LINE = WRITTEN_BY_GMP_ECM.splitlines()[1]

PRIME95 = "N=0x1fffffffffffffff0000000000000001; QX=0x1a2b3c; SIGMA=8371286187311"


def read(*lines):
    return list(read_residues(lines, 1000))


def test_what_gmp_ecm_saves_is_read_and_its_checksums_verify():
    residues = read(*WRITTEN_BY_GMP_ECM.splitlines())
    assert [(residue.line, residue.method, residue.param, residue.inferred_param) for residue in residues] == [
        *((1, "ECM", 0, False), (2, "ECM", 1, False), (3, "ECM", 2, False), (4, "ECM", 3, False)),
        *((7, "ECM", 1, True), (8, "P-1", None, False), (9, "P+1", None, False)),
    ]
    assert {(residue.b1, residue.number) for residue in residues} == {(2000, str(N))}
    assert residues[1] == Residue(
        line=2,
        method="ECM",
        param=1,
        inferred_param=False,
        sigma="1909750933",
        b1=2000,
        number=str(N),
        x="0x40b528b64cac837b61b54a71486e3b89038005bb93b7f6c6014",
        checksum=1003794722,
    )


def test_a_file_read_as_bytes_gives_the_same():
    assert read(*WRITTEN_BY_GMP_ECM.encode().splitlines(keepends=True)) == read(*WRITTEN_BY_GMP_ECM.splitlines())


def test_a_name_in_another_script_does_no_harm():
    assert read(LINE.replace("@vm", "J\u00fcrgen@b\u00fcro").encode("latin-1"))[0].checksum == 1003794722


@pytest.mark.parametrize(
    ("part", "changed"),
    [
        ("PARAM=1", "PARAM=2"),
        ("SIGMA=1909750933", "SIGMA=1909750934"),
        ("B1=2000", "B1=2001"),
        ("10^31", "10^32"),
        ("X=0x40b", "X=0x40c"),
        ("CHECKSUM=1003794722", "CHECKSUM=1003794723"),
    ],
)
def test_a_changed_line_does_not_verify(part, changed):
    with pytest.raises(BadInput, match=r"Line 1: CHECKSUM=[0-9]+ is wrong, [0-9]+ would be right"):
        read(LINE.replace(part, changed))


def test_a_line_may_lack_its_checksum():
    assert read(LINE.replace("CHECKSUM=1003794722; ", ""))[0].checksum is None


def test_a_missing_param_is_inferred_from_the_range_of_sigma():
    without = LINE.replace("PARAM=1; ", "").replace("CHECKSUM=1003794722; ", "")
    small, large = read(without, without.replace("SIGMA=1909750933", "SIGMA=4294967296"))
    assert (small.param, small.inferred_param) == (1, True)
    assert (large.param, large.inferred_param) == (0, True)


def test_prime95_says_less_and_means_parametrisation_0():
    assert read(PRIME95) == [
        Residue(
            line=1,
            method="ECM",
            param=0,
            inferred_param=False,
            sigma="8371286187311",
            b1=None,
            number=str(0x1FFFFFFFFFFFFFFF0000000000000001),
            x="0x1a2b3c",
            checksum=None,
        )
    ]


@pytest.mark.parametrize("nothing", ["1", "15347/15347", "0x1"])
def test_the_line_of_a_curve_that_found_the_whole_number_has_no_residue(nothing):
    assert read(f"METHOD=ECM; PARAM=1; SIGMA=7; B1=2000; N={nothing}; X=0x0; CHECKSUM=0; PROGRAM=GMP-ECM 7.0.7;") == []


@pytest.mark.parametrize("version", ["6.0", "6.2.3", "6.4.4"])
def test_a_release_that_knew_one_parametrisation_leaves_none_out(version):
    without = LINE.replace("PARAM=1; ", "").replace("CHECKSUM=1003794722; ", "").replace("7.0.7", version)
    (residue,) = read(without)
    assert (residue.param, residue.inferred_param) == (0, False)


@pytest.mark.parametrize("param", [1, 3])
def test_a_sigma_that_its_parametrisation_does_not_have_is_refused(param):
    line = LINE.replace("PARAM=1", f"PARAM={param}").replace("1909750933", "4294967296")
    with pytest.raises(BadInput, match=f"is none of PARAM={param}, whose are below 2"):
        read(line)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("hello", "METHOD is missing; a residue has METHOD, SIGMA, B1, N and X (Prime95's has N, QX and SIGMA)."),
        (LINE.replace("METHOD=ECM", "METHOD=QS"), "METHOD='QS' is unknown; ECM, P-1 and P+1 are accepted."),
        (LINE.replace("PARAM=1", "PARAM=4"), "PARAM=4 is unknown; 0 to 3 are accepted."),
        (LINE.replace("SIGMA", "A"), "the curve is given by A, which can't be credited; SIGMA is needed."),
        (LINE.replace("B1=2000", "B1=2e3"), "B1='2e3' is not a whole number of at most 20 digits."),
        (
            LINE.replace("N=(10", "N=(1x"),
            "'(1x^30+57)*(10^31+33)' has 'x' at character 3, which GMP-ECM does not read.",
        ),
        (
            LINE.replace("X=0x", "X="),
            "X='40b528b64cac837b61b54a71'… (51 characters) is not a hexadecimal number that begins with 0x.",
        ),
        (LINE + " SIGMA=8;", "SIGMA is given twice."),
        (
            PRIME95.replace("N=0x1fffffffffffffff0000000000000001", "N=0x0"),
            "'0x0' is less than 2; a whole number from 2 on is accepted.",
        ),
        ("N=" + "9" * 8000, "8002 characters are too many for numbers of 1000 digits."),
    ],
)
def test_a_faulty_line_is_refused_by_its_number_with_the_reason(line, sentence):
    with pytest.raises(BadInput) as refusal:
        read("# a comment", line)
    assert refusal.value.sentence == f"Line 2: {sentence}"


def test_a_file_of_endless_different_numbers_is_refused():
    lines = (PRIME95.replace("N=0x1", f"N=0x{digit:x}") for digit in itertools.count(2))
    with pytest.raises(BadInput, match="Line 101: more than 100 different numbers stand in one file; split it"):
        list(read_residues(lines, 1000))


@given(
    st.tuples(*[st.integers(1, 2**70)] * 4),
    st.one_of(st.none(), st.integers(0, 3)),
)
def test_the_checksum_is_the_product_modulo_2_to_the_32_minus_5(values, param):
    b1, number, x, sigma = values
    factors = b1 * number * x * sigma * (1 if param is None else param + 1)
    assert checksum(b1, mpz(number), mpz(x), sigma=sigma, param=param) == factors % (2**32 - 5)


def test_thousands_of_lines_stream_in_flat_memory():
    number = mpz(10) ** 99 + 289
    due = checksum(11_000_000, number, mpz(N), sigma=7, param=1)
    line = f"METHOD=ECM; PARAM=1; SIGMA=7; B1=11000000; N=10^99+289; X={hex(N)}; CHECKSUM={due}; WHO=a@b;"

    def read(lines):
        numbers = {id(residue.number) for residue in read_residues(itertools.repeat(line, lines), 10_000)}
        assert len(numbers) == 1

    assert cpu_seconds(read, 3_000) < 40 * cpu_seconds(read, 300)
    before = sys.getallocatedblocks()
    assert sum(1 for _ in read_residues(itertools.repeat(line, 3_000), 10_000)) == 3_000
    assert sys.getallocatedblocks() - before < 1_000

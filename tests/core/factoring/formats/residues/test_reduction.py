from gmpy2 import mpz
from hypothesis import given
from hypothesis import strategies as st

from core.factoring.formats.residues.lines import read_residues
from core.factoring.formats.residues.reduction import reduced
from tests.residue_files import residue_file

P, Q = 10**15 + 37, 10**30 + 57


def reduce(content, left):
    return b"".join(reduced(content.splitlines(keepends=True), str(left), 1000))


@given(
    sigmas=st.lists(st.integers(1, 2**32 - 1), min_size=1, max_size=5, unique=True),
    param=st.integers(0, 3),
    b1=st.integers(100, 10**12),
)
def test_residues_are_those_modulo_what_is_left_and_their_checksums_hold(sigmas, param, b1):
    content = residue_file(P * Q, sigmas, param=param, b1=b1)
    before = list(read_residues(content.splitlines(), 1000))
    after = list(read_residues(reduce(content, Q).splitlines(), 1000))
    assert [(one.number, mpz(one.x, 0)) for one in after] == [(str(Q), mpz(one.x, 0) % Q) for one in before]
    assert [(one.sigma, one.param, one.b1) for one in after] == [(one.sigma, one.param, one.b1) for one in before]


def test_an_expression_gives_way_to_what_is_left_of_its_value():
    content = residue_file(2**67 - 1, [7], spelled="2^67-1")
    (residue,) = read_residues(reduce(content, 761838257287).splitlines(), 1000)
    assert residue.number == "761838257287"


def test_prime95_keeps_its_spelling_and_comments_stay():
    content = b"# by hand\nN=0x%x; QX=0x%x; SIGMA=8371286187311\n" % (P * Q, Q + 5)
    assert reduce(content, Q) == b"# by hand\nN=0x%x; QX=0x5; SIGMA=8371286187311\n" % Q


def test_the_file_of_what_was_a_part_is_of_use_for_what_it_has_in_common_with_what_is_left():
    other = 10**17 + 3
    content = residue_file(P * Q, [7, 9])
    after = list(read_residues(reduce(content, Q * other).splitlines(), 1000))
    assert [one.number for one in after] == [str(Q), str(Q)]
    assert list(read_residues(reduce(content, other).splitlines(), 1000)) == []

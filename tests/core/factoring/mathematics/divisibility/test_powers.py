from core.factoring.mathematics.divisibility.powers import powers_among

P, Q = 10**15 + 37, 10**19 + 51


def test_powers_are_told_from_other_numbers():
    values = [(1, str(P**2)), (2, str(P)), (3, str(P * Q)), (4, str(2**64)), (5, str(7**5))]
    assert powers_among(values) == [1, 4, 5]

from core.factoring.mathematics.divisibility.common_factors import product_of, shared_with, sharing

P, Q, R, S, T, U = 10**12 + 39, 10**13 + 37, 10**14 + 31, 10**15 + 37, 10**16 + 61, 10**17 + 3
"""Primes."""


def test_batches_find_what_single_divisions_find():
    numbers = [P * Q, Q * R, S * T, T * U, U * U + 2, P * Q * R]
    page = [(i, str(one)) for i, one in enumerate(numbers)]
    for known in ([P], [Q, U], [S * T], [P * Q, T * U, U * U + 2], [R * P]):
        texts = [str(one) for one in known]
        found = sharing(page, product_of(texts), frozenset(texts))
        alone = [
            str(n) for n in numbers if any(shared_with(str(n), [str(k)]) or (n != k and k % n == 0) for k in known)
        ]
        assert found == alone

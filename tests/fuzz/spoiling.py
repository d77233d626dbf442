"""What becomes of a text on its way: cut, doubled, mixed up, with signs in it that nobody meant."""

import random

_SIGNS = "\0\t\n\r\x1b\x85 \"'#%&()*+,-./0:;<=>?[\\]^_{|}~9Aez\u00b2\u0663\u200b\u2028\u2212\ufeff\U0001d7d7"
_MOST = 4
_LONGEST = 20_000


def spoilt(text, times):
    """Yield a text so many times, each spoilt in its own way; the same ones whenever they are asked for."""
    chance = random.Random(text)
    for _ in range(times):
        changed = text
        for _ in range(chance.randint(1, _MOST)):
            changed = chance.choice(_WAYS)(changed, *sorted(chance.choices(range(len(changed) + 1), k=2)), chance)
        yield changed[:_LONGEST]


def _cut(text, start, end, _):
    return text[:start] + text[end:]


def _double(text, start, end, chance):
    return text[:start] + text[start:end] * chance.choice([2, 2, 2, 9]) + text[end:]


def _turn(text, start, end, _):
    return text[end:] + text[start:end] + text[:start]


def _insert(text, start, _, chance):
    return text[:start] + chance.choice(_SIGNS) + text[start:]


def _replace(text, start, _, chance):
    return text[:start] + chance.choice(_SIGNS) + text[start + 1 :]


def _grow(text, start, _, chance):
    return text[:start] + str(chance.getrandbits(chance.choice([4, 31, 64, 65, 400]))) + text[start:]


_WAYS = (_cut, _double, _turn, _insert, _replace, _grow)

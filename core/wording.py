"""Wording of numbers, lengths of time and sizes for people: the same on pages, on a terminal and in messages."""

from math import floor, log10

THIN, HARD = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"
"""What stands between thousands, and what between a number and its unit."""
_SHORT_B1 = 3
"""So many digits at most stand before the zeros of a B1 that is written with an exponent, and as many zeros at least."""
_WORDS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_WRITTEN_OUT = 6
_WHOLE = 40
_SHOWN = 60
LONGEST_PATH = 200
"""So much of a file's or a page's is shown in a sentence."""
_FIRST, _LAST = 20, 14
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_TENTHS_UPTO = 600
_ONE_IN_A_MILLION = 1e-6
_THOUSAND = 1000


def shortened(text: str, most: int = _SHOWN) -> str:
    """Cut a text from outside to a length that a sentence bears, a path to a longer one; an ellipsis says so."""
    return text if len(text) <= most else f"{text[:most]}…"


def whole(value: float) -> str:
    """Write a number without decimals, with thin groups of three: `9 441`."""
    return f"{round(value):,}".replace(",", THIN)


def plural(count: float, one: str, many: str = "") -> str:
    """Write how many of something there are: `1 curve`, `1 227 curves`; `many` where an s does not make it."""
    return f"{whole(count)}{HARD}{one if count == 1 else many or f'{one}s'}"


def count_of(count: int, one: str) -> str:
    """Write how many of something there are where programs read it too, in plain characters: `1 curve`, `1227 curves`."""
    return f"{count} {one}" if count == 1 else f"{count} {one}s"


def counted(count: int) -> str:
    """Write a count in a sentence: as a word up to twelve."""
    return _WORDS[count] if 0 <= count < len(_WORDS) else whole(count)


def b1(value: int) -> str:
    """Write a bound as the tables of ECM do: `2e3`, `25e4`, `11e7`; one that is not round in full."""
    lead = str(value).rstrip("0")
    zeros = len(str(value)) - len(lead)
    return f"{lead}e{zeros}" if zeros >= _SHORT_B1 and len(lead) <= _SHORT_B1 else whole(value)


def bounds(b1_value: int | None, b2: int | None = None) -> str:
    """Write how far a curve was run: `B1 11e6`, with B2 when it is not the default (None or -1); empty without a B1."""
    if b1_value is None:
        return ""
    if b2 in (None, -1):
        return f"B1 {b1(b1_value)}"
    return f"B1 {b1(b1_value)}, stage 1 only" if b2 == 0 else f"B1 {b1(b1_value)}, B2 {whole(b2 or 0)}"


def t_level(milli: float) -> str:
    """Write thousandths of a digit as a t-level: `t30.4`."""
    return f"t{milli / 1000:.1f}"


def duration(milliseconds: float) -> str:
    """Write a length of time, or of CPU time, in the one unit that suits it: `220 ms`, `15.3 s`, `20 min`, `3.1 days`."""
    if milliseconds < _THOUSAND:
        return f"{round(milliseconds)}{HARD}ms" if round(milliseconds) else f"0{HARD}s"
    seconds = milliseconds / _THOUSAND
    if seconds < _MINUTE:
        return f"{seconds:.1f}{HARD}s"
    if seconds < _HOUR:
        return f"{seconds / _MINUTE:.{1 if seconds < _TENTHS_UPTO else 0}f}{HARD}min"
    if seconds < _DAY:
        return f"{seconds / _HOUR:.1f}{HARD}h"
    days = seconds / _DAY
    return f"{days:.1f}{HARD}days" if days < _THOUSAND else f"{whole(days)}{HARD}days"


def standing(status: str) -> str:
    """Write how a number stands: `at target`, `in parts`; other states are words already."""
    return {"finished": "at target", "split": "in parts"}.get(status, status)


def age(seconds: float) -> str:
    """Write how old something is, without decimals: `40 s`, `14 min`, `2 h`, `1 day`."""
    for size, unit in ((_DAY, "day"), (_HOUR, "h"), (_MINUTE, "min")):
        if seconds >= size:
            count = floor(seconds / size)
            return plural(count, "day") if unit == "day" else f"{count}{HARD}{unit}"
    return f"{max(floor(seconds), 0)}{HARD}s"


def core_time(milliseconds: float) -> str:
    """Write work by what it keeps a core busy for: `28 core-hours`, `3.1 core-days`; below an hour as `duration` does."""
    hours = milliseconds / _THOUSAND / _HOUR
    if hours < 1:
        return duration(milliseconds)
    count, unit = (hours / 24, "core-day") if hours >= 2 * 24 else (hours, "core-hour")
    said = f"{count:.1f}" if count < 10 else whole(count)
    return f"{said}{HARD}{unit}{'' if said == '1' else 's'}"


def percent(part: float, of: float) -> str:
    """Write a share: `28 %`, `<1 %` for what is less and yet not nothing; of nothing, nothing."""
    share = 100 * part / of if of else 0.0
    return f"<1{HARD}%" if 0 < share < 1 else f"{floor(share) if share < 100 else round(share)}{HARD}%"


def chance(probability: float) -> str:
    """Write a probability with two digits: `0.026 %`, `12 %`; next to certain as `>99 %`, one in a million as `<0.0001 %`."""
    if 0 < probability < _ONE_IN_A_MILLION:
        return f"<0.0001{HARD}%"
    return f">99{HARD}%" if probability > 0.99 else f"{rate(100 * probability)}{HARD}%"


def rate(value: float) -> str:
    """Write what is worth two digits, however large or small: `0.00042`, `3.1`, `1,200`."""
    if value >= 10:
        return whole(round(value, 1 - floor(log10(value))))
    if 0 < value < _ONE_IN_A_MILLION:
        return "<0.000001"
    return f"{value:.{1 - floor(log10(value))}f}" if value > 0 else "0"


def size(digits: int, *, prime: bool) -> str:
    """Write a factor by its size, as the trade does: p22 is a prime of 22 digits, c41 a composite of 41."""
    return f"{'p' if prime else 'c'}{digits}"


def known_factor(value: str, *, prime: bool) -> str:
    """Write a factor in a product: in full when it is short, else by its size."""
    return value if len(value) <= _WRITTEN_OUT else size(len(value), prime=prime)


def digits(value: str) -> str:
    """Write a number in decimal: in full up to 40 digits, else by its first and last ones."""
    return value if len(value) <= _WHOLE else f"{value[:_FIRST]}…{value[-_LAST:]}"


def ends(value: str) -> str:
    """Write a number in decimal as short as it can be told from others: `179743…5569`."""
    return value if len(value) <= _FIRST else f"{value[:6]}…{value[-4:]}"


def file_size(octets: float) -> str:
    """Write bytes in the unit that suits them."""
    for unit in ("B", "kB", "MB", "GB"):
        if octets < _THOUSAND:
            return f"{octets:.3g}{HARD}{unit}"
        octets /= _THOUSAND
    return f"{octets:.3g}{HARD}TB"

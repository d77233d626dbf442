"""Wording of numbers, lengths of time and sizes for people: the same on pages, on a terminal and in messages."""

from math import floor, inf

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
_ONE_IN_A_MILLION = 1e-6
_THOUSAND = 1000
_LEAST_MILLISECONDS = 0.5
_IN_YEARS_FROM_DAYS = 9_999.5
_UNITS = (
    (999.5, 1, 0, "ms"),
    (59_950, _THOUSAND, 1, "s"),
    (9.95 * 60_000, 60_000, 1, "min"),
    (59.5 * 60_000, 60_000, 0, "min"),
    (23.95 * 3_600_000, 3_600_000, 1, "h"),
    (999.95 * 86_400_000, 86_400_000, 1, "days"),
    (_IN_YEARS_FROM_DAYS * 86_400_000, 86_400_000, 0, "days"),
    (inf, 365.25 * 86_400_000, 0, "years"),
)
"""Below how many milliseconds a length is written in a unit, how long that is, and with how many decimals; what would be rounded to
the next unit is written in that."""
_TENTHS_BELOW, _LESS_THAN_A_THOUSAND = 9.95, 999.5
_MEASURED_DIGITS = 15
_ENDS_EARLY = "Input data was truncated"
"""What msgspec says also of a text in which nothing stands."""
_EXACT_SHARE = 9
"""So many decimals of a share in percent are told from what floating point leaves."""


def shortened(text: str, most: int = _SHOWN) -> str:
    """Cut a text from outside to a length that a sentence bears, a path to a longer one; an ellipsis says so."""
    return text if len(text) <= most else f"{text[:most]}…"


def fault_of(error: Exception) -> str:
    """Write what a decoder found wrong with a text, for the end of a sentence and without its full stop."""
    said = str(error).rstrip(".")
    return "it breaks off, or is empty" if said == _ENDS_EARLY else said


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


def bounds(b1_value: int | None, b2: int | None) -> str:
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
    """Write a length of time, or of CPU time, in the one unit that suits it: `220 ms`, `15.3 s`, `20 min`, `3.1 days`, `41 years`."""
    if not milliseconds:
        return f"0{HARD}s"
    if milliseconds < _LEAST_MILLISECONDS:
        return f"<1{HARD}ms"
    _, size, decimals, unit = next(row for row in _UNITS if milliseconds < row[0])
    count = milliseconds / size
    return f"{count:.{decimals}f}{HARD}{unit}" if decimals else f"{whole(count)}{HARD}{unit}"


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
    """Write work by what it keeps a core busy for: `28 core-hours`, `3.1 core-days`, `41 core-years`; below an hour as `duration` does."""
    hours = milliseconds / _THOUSAND / _HOUR
    if hours < 1:
        return duration(milliseconds)
    if hours >= _IN_YEARS_FROM_DAYS * 24:
        count, unit = hours / 24 / 365.25, "core-years"
    else:
        count, unit = (hours / 24, "core-days") if hours >= 2 * 24 else (hours, "core-hours")
    return f"{f'{count:.1f}' if count < _TENTHS_BELOW else whole(count)}{HARD}{unit}"


def percent(part: float, of: float) -> str:
    """Write how much of something is done: `28 %`, `<1 %` for what is less and yet not nothing; of nothing, nothing.

    Nothing is rounded up: what says 100 % is done.
    """
    done = round(100 * part / of, _EXACT_SHARE) if of else 0.0
    return f"<1{HARD}%" if 0 < done < 1 else f"{floor(done) if done < 100 else round(done)}{HARD}%"


def share(part: float, of: float) -> str:
    """Write what somebody has of something that is divided, to the nearest: `28 %`, `<1 %`, `>99 %` where others have some."""
    has = round(100 * part / of, _EXACT_SHARE) if of else 0.0
    return f"<1{HARD}%" if 0 < has < 1 else f">99{HARD}%" if 99 < has < 100 else f"{round(has)}{HARD}%"


def chance(probability: float) -> str:
    """Write a probability with two digits: `0.026 %`, `12 %`; next to certain as `>99 %`, one in a million as `<0.0001 %`."""
    if 0 < probability < _ONE_IN_A_MILLION:
        return f"<0.0001{HARD}%"
    return f">99{HARD}%" if probability > 0.99 else f"{rate(100 * probability)}{HARD}%"


def rate(value: float) -> str:
    """Write what is worth two digits, however large or small: `0.00042`, `3.1`, `1,200`."""
    if value <= 0:
        return "0"
    if value < _ONE_IN_A_MILLION:
        return "<0.000001"
    exponent = _exponent(value)
    return f"{value:.{1 - exponent}f}" if exponent < 1 else whole(round(value, 1 - exponent))


def measured(value: float, error: float) -> str:
    """Write what was measured in as many digits as its error lets stand, and that with two: `0.12346 ± 0.00012`."""
    digits = _exponent(value) - _exponent(error) + 2 if value and error else _MEASURED_DIGITS
    return f"{value:.{min(max(digits, 1), _MEASURED_DIGITS)}g} ± {error:.2g}"


def among(value: float, spread: float, digits: int = 6) -> str:
    """Write a value in so many digits, or in more where others that lie within a spread would look the same."""
    if value and 0 < spread < inf:
        digits = min(max(digits, _exponent(value) - _exponent(spread) + 2), _MEASURED_DIGITS)
    return f"{value:.{digits}g}"


def _exponent(value: float) -> int:
    """Return the power of ten of a value that is rounded to two digits: 9.97 is 10."""
    return int(f"{value:.1e}".partition("e")[2])


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
        if octets < _LESS_THAN_A_THOUSAND:
            return f"{octets:.3g}{HARD}{unit}"
        octets /= _THOUSAND
    return f"{octets:.3g}{HARD}TB"

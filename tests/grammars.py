"""Texts as programs and people write them, and as they come when something went wrong on the way: strategies for Hypothesis.

Each is made of pieces that the readers know, so that chance gets far into them; then it is spoilt: cut, doubled, with bytes
in it that nobody meant.
"""

from hypothesis import strategies as st

from tests.residue_files import residue_line

NUMBER = 2**113 - 1
_DIGITS = st.integers(0, 10**30).map(str) | st.sampled_from(["0", "1", "9" * 60, "18446744073709551616", "-1", "007"])
_SPOILT = [
    *(
        "\0",
        "\x1b[1m",
        "\ufeff",
        "\u200b",
        "\u2212",
        "\u0663",
        "\r",
        "\x85",
        "\u2028",
        "\U0001d7d7",
        "\ud7ff",
        "\\",
        '"',
        "'",
    ),
]


def _pieces(*plain, others=()):
    """Texts made of some pieces, of numbers, and of what nobody meant."""
    known = st.sampled_from([*plain, *plain, *_SPOILT])
    return st.lists(st.one_of(known, _DIGITS, *others), max_size=24).map("".join)


expressions = _pieces(
    *(
        "+",
        "-",
        "*",
        "/",
        "^",
        "**",
        "!",
        "#",
        "(",
        ")",
        "{",
        "}",
        "[",
        "]",
        " ",
        ",",
        ";",
        ".",
        ":",
        "%",
        "_",
        "=",
        "e",
    ),
    *(
        "Phi(",
        "phi(",
        "L(",
        "F(",
        "R(",
        "M",
        "p(",
        "LM",
        "L",
        "2,",
        "C151_118_79",
        "10^2^5",
        "97#",
        "13!7",
        "n!!",
        "0x1f",
    ),
)
"""Numbers, by their names and by formulas."""

_OUTPUT = (
    "GMP-ECM 7.0.5 [configured with GMP 6.2.1, --enable-asm-redc] [ECM]\n",
    "GMP-ECM 7.0.7 [configured with GMP 6.3.0] [P-1]\n",
    f"Input number is {NUMBER} (35 digits)\n",
    "Input number is 2^113-1 (35 digits)\n",
    "Using B1=2000, B2=147396, polynomial x^1, sigma=1:3674647051\n",
    "Using B1=11000-50000, B2=12746592, polynomial Dickson(3), sigma=0:12345678901234567890\n",
    "Using B1=250000, B2=128992510, polynomial Dickson(3), sigma=3:2017-3:2528 (512 curves)\n",
    "Resuming ECM residue saved by me@here with GMP-ECM 7.0.5 on Sat Nov 21 10:00:00 2026\n",
    "Resuming P-1 residue saved with Prime95\n",
    "Run 24 out of 100:\n",
    "Computing 512 Step 1 took 12ms of CPU time / 13ms of GPU time\n",
    "Computing 512 Step 2 on CPU took 12ms\n",
    "Step 1 took 12ms\n",
    "Step 2 took 7ms\n",
    "********** Factor found in step 1: 3391\n",
    "********** Factor found in step 2: 23279 (with sigma=1:17)\n",
    "Found prime factor of 4 digits: 3391\n",
    "Composite cofactor 3067 has 4 digits\n",
    "Report your potential champion to Paul Zimmermann\n",
    *("Using B1=", ", B2=", ", sigma=", "1:", "x0=", "Run ", " out of ", "\n", "2026-11-28T10:00:00Z ", "    "),
)
outputs = _pieces(*_OUTPUT)
"""What GMP-ECM prints."""

logs = _pieces(
    *_OUTPUT,
    '{"input-expression": "2^113-1", "factors-prime": ["3391"], "ecm-curves": {"11000": 74}}\n',
    '{"status":"F", "exponent":1277, "worktype":"ECM", "b1":50000, "b2":5000000, "curves":10, "sigma":"123"}\n',
    "M1277 completed 10 ECM curves, B1=50000, B2=5000000, Wi8: 39AB1238\n",
    "ECM found a factor in curve #5, stage #2\nM1277 has a factor: 3391 (ECM curve 5, B1=50000, B2=5000000)\n",
    "Starting factorization of 2047\nFinished 30 curves using GMP-ECM method on C4 input, B1=2k, B2=gmp-ecm default\nprp2 = 23\n",
    "Info:Complete Factorization: Factoring 2047\nInfo:Square Root: Factors: 23 89\n",
    *("100@11000\n", "20/14@50000,1e9,0;", "curves: ", '{"', "}", "[", "]", "null", "1e999"),
)
"""Outputs and logs of programs that were run by hand."""

_LINES = st.integers(1, 2**64).flatmap(
    lambda sigma: st.sampled_from(
        [
            residue_line(NUMBER, sigma),
            residue_line(NUMBER, sigma, param=None),
            f"METHOD=P-1; B1=2000; N={NUMBER}; X=0x2;\n",
        ]
    )
)
save_files = _pieces(
    *(
        "METHOD=ECM;",
        "METHOD=P+1;",
        " PARAM=1;",
        " SIGMA=",
        " B1=2000;",
        " N=",
        " X=0x",
        " CHECKSUM=",
        " PROGRAM=GMP-ECM 6.4.4;",
    ),
    *(
        " Y=0x1;",
        " X0=0x2;",
        " WHO=me@here;",
        " TIME=Sat Nov 21 10:00:00 2026;",
        "QX=0x1; ",
        "\n",
        "# ",
        "[Sat Nov 21]\n",
        ";",
        "=",
    ),
    *("N=(100!7+1)/719;", "N=Phi(137,2);", "N=10^2^4*10^35+9;"),
    others=(_LINES, _LINES),
)
"""What GMP-ECM and Prime95 save between their stages."""

lists = _pieces(
    *(
        "number,priority\n",
        "number;work\n",
        "number\tproject\n",
        '"number"',
        "name,number\n",
        "target_t_level",
        "prior_t_level",
    ),
    *(
        "2^1277-1",
        "(10^61-1)/9",
        ",",
        ";",
        "\t",
        "\n",
        "\r\n",
        "\\\n",
        "# comment\n",
        "97 # + 1",
        "74@11000",
        "4.0",
        "=1+1",
        '"',
    ),
)
"""Lists of numbers, as text and as CSV."""

"""Results as clients of the ECM Coordination Middleware submit them."""

TEN_CURVES = {
    "composite": str(2**137 - 1),
    "project": None,
    "method": "ecm",
    "program": "gmp-ecm-ecm",
    "program_version": "7.0.6",
    "parameters": {"b1": 11000, "b2": None, "curves": 10, "parametrization": 1, "sigma": None},
    "results": {"factor_found": None, "factors_found": None, "curves_completed": 10, "execution_time": 0.7},
    "raw_output": "",
}
"""Ten curves, of which no sigma is told; who ran them goes beside it, as `client_id`."""

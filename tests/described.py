"""What a coordinator answers, held to its own description: the status, the form, and the shape of what is JSON."""

import json
import re

import jsonschema_rs

SHOWN_TO_PEOPLE = "text/html"
NO_SUCH_METHOD = 405
OVERVIEW = "/"
"""A page and its tables to people, which no description is of, and a list of what answers to programs."""


class Description:
    """A description of addresses, by which answers are judged.

    Args:
        document: it, as `/openapi.json` has it.
    """

    def __init__(self, document):
        self._components = document["components"]
        self._operations = [
            (method.upper(), _pattern(path, operation), operation)
            for path, item in sorted(document["paths"].items(), key=lambda one: _in_words(one[0]), reverse=True)
            for method, operation in item.items()
        ]
        self._validators = {}

    def fault_of(self, response):
        """Return in what an answer is not what its address is said to give; None where that is so, or nothing is said of it."""
        path = response.request.url.path
        fitting = (one for method, fits, one in self._operations if method == response.request.method and fits(path))
        operation = next(fitting, None)
        form, _, _ = response.headers.get("content-type", "").partition("; charset")
        if operation is None or path == OVERVIEW or form == SHOWN_TO_PEOPLE or response.status_code == NO_SUCH_METHOD:
            return None
        described = operation["responses"].get(str(response.status_code))
        if described is None:
            return f"the status {response.status_code} is not described"
        if not response.content:
            return None
        if form not in described.get("content", {}):
            return f"{form} is not described for the status {response.status_code}"
        return (
            self._misshapen(described["content"][form]["schema"], response)
            if form.endswith(("/json", "+json"))
            else None
        )

    def _misshapen(self, schema, response):
        if id(schema) not in self._validators:
            whole = {**schema, "components": self._components}
            self._validators[id(schema)] = jsonschema_rs.validator_for(whole)
        # Python reads no number of more than 4,300 digits; of any the first say as well that it is a whole one.
        content = json.loads(response.content, parse_int=lambda digits: int(digits[:15]))
        fault = next(self._validators[id(schema)].iter_errors(content), None)
        return fault and f"{'/'.join(map(str, fault.instance_path))}: {fault.message[:300]}"


def _in_words(path):
    """Return how much of an address is said in words: of two that fit, the one with more is meant."""
    return len(re.sub(r"\{[^}]+\}", "", path))


def _pattern(path, operation):
    whole = {one["name"] for one in operation.get("parameters", ()) if one["schema"].get("type") == "integer"}
    parts = re.split(r"\{([^}]+)\}", path)
    written = [
        ("[0-9-]+" if part in whole else ".+") if number % 2 else re.escape(part) for number, part in enumerate(parts)
    ]
    return re.compile("".join(written) + "/?").fullmatch

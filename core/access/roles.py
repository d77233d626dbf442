"""The four roles.

Reading needs `read`; work requests, results, residues and progress `work`; composites, pushes, machines, simulations,
jobs and tasks `submit`; administration and everything that corrects `admin`, which includes the others.
"""

from collections.abc import Iterable
from typing import Literal, get_args

from core.refusals import BadInput
from core.wording import shortened

Role = Literal["read", "work", "submit", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)


def parse_roles(names: Iterable[str]) -> tuple[Role, ...]:
    """Read role names, in the order of `ROLES` and each once.

    Raises:
        BadInput: a name is not a role, or there is none.
    """
    wanted = {name.strip() for name in names if name.strip()}
    for name in sorted(wanted):
        if name not in ROLES:
            raise BadInput(f"{shortened(name)!r} is not a role; the roles are {', '.join(ROLES)}.")
    if not wanted:
        raise BadInput(f"No role was named; the roles are {', '.join(ROLES)}.")
    return tuple(role for role in ROLES if role in wanted)

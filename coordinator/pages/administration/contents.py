"""Every page and every form of administration that belongs to all, one line each; contexts bring their own."""

from coordinator.pages.administration.keys import (
    create_key,
    invite,
    keys_page,
    renew_key,
    revoke_key,
    withdraw_invitation,
)
from coordinator.pages.administration.projections import (
    cancel_rebuild,
    cancel_verification,
    projections_page,
    rebuild_projections,
    verify,
)
from coordinator.pages.administration.steering import pause, resume, steering_page
from coordinator.pages.administration.users import (
    forget,
    give_name,
    merge_clients,
    merge_users,
    rename_client,
    rename_user,
    users_page,
)
from coordinator.pages.contributing.contribution import Contribution
from coordinator.pages.forms.posting import Act, Form
from coordinator.pages.rendering.navigation import Section
from coordinator.pages.rendering.site import Model, Page

HOME = "/admin"
_PROJECTIONS = f"{HOME}/projections"
_PAUSES = f"{HOME}/pauses"
_KEYS = f"{HOME}/keys"
_USERS = f"{HOME}/users"


def page(path: str, template: str, model: Model) -> Page:
    """Return a page of administration."""
    return Page(path, template, model, HOME, "admin")


def form(path: str, on: str, act: Act) -> Form:
    """Return a form on a page of administration."""
    return Form(path, on, act, "admin")


def section(name: str) -> Section:
    """Return an entry of the navigation, whose address is its name."""
    return Section(f"{HOME}/{name.lower()}", name, "")


COMMON = Contribution(
    administration=(section("Keys"), section("Users"), section("Projections"), section("Pauses")),
    pages=(
        page(_KEYS, "administration/keys.html", keys_page),
        page(_USERS, "administration/users.html", users_page),
        page(_PROJECTIONS, "administration/projections.html", projections_page),
        page(_PAUSES, "administration/pauses.html", steering_page),
    ),
    forms=(
        form(_KEYS, _KEYS, create_key),
        form(f"{_KEYS}/{{key}}/renew", _KEYS, renew_key),
        form(f"{_KEYS}/{{key}}/revoke", _KEYS, revoke_key),
        form(f"{HOME}/invitations", _KEYS, invite),
        form(f"{HOME}/invitations/{{invitation}}/withdraw", _KEYS, withdraw_invitation),
        form(f"{_USERS}/{{user}}/rename", _USERS, rename_user),
        form(f"{_USERS}/{{user}}/merge", _USERS, merge_users),
        form(f"{_USERS}/{{user}}/forget", _USERS, forget),
        form(f"{HOME}/clients/give", _USERS, give_name),
        form(f"{HOME}/clients/rename", _USERS, rename_client),
        form(f"{HOME}/clients/merge", _USERS, merge_clients),
        form(f"{_PROJECTIONS}/{{name}}/rebuild", _PROJECTIONS, rebuild_projections),
        form(f"{_PROJECTIONS}/{{name}}/cancel", _PROJECTIONS, cancel_rebuild),
        form(_PAUSES, _PAUSES, pause),
        form(f"{_PAUSES}/end", _PAUSES, resume),
        form(f"{HOME}/verification", _PROJECTIONS, verify),
        form(f"{HOME}/verification/cancel", _PROJECTIONS, cancel_verification),
    ),
)

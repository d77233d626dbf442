"""Every page and every form of administration, one line each: what belongs to all, and what to factoring."""

from coordinator.pages.administration.assignments import assignment, assignments, clean_up, end_assignment
from coordinator.pages.administration.corrections import corrections, end_preview, withdraw
from coordinator.pages.administration.keys import (
    create_key,
    invite,
    keys_page,
    renew_key,
    revoke_key,
    withdraw_invitation,
)
from coordinator.pages.administration.numbers import (
    change_number,
    delete_number,
    numbers,
    one_number,
    shelve_number,
)
from coordinator.pages.administration.overview import overview_of_factoring
from coordinator.pages.administration.projections import (
    cancel_rebuild,
    cancel_verification,
    projections_page,
    rebuild_projections,
    verify,
)
from coordinator.pages.administration.reservations import release, reservations, reserve
from coordinator.pages.administration.sharing import set_deadline, set_share, shares_page
from coordinator.pages.administration.steering import pause, resume, steering_page
from coordinator.pages.administration.uploads import uploads
from coordinator.pages.administration.users import (
    forget,
    give_name,
    merge_clients,
    merge_users,
    rename_client,
    rename_user,
    users_page,
)
from coordinator.pages.contributing import Contribution
from coordinator.pages.forms import Act, Form
from coordinator.pages.navigation import Section
from coordinator.pages.site import Model, Page, Part

HOME = "/admin"
_NUMBER = f"{HOME}/numbers/{{number}}"
_PROJECTIONS = f"{HOME}/projections"
_PAUSES = f"{HOME}/pauses"
_KEYS = f"{HOME}/keys"
_USERS = f"{HOME}/users"
_WORK = f"{HOME}/assignments/{{work}}"


def _page(path: str, template: str, model: Model) -> Page:
    return Page(path, f"admin/{template}", model, HOME, "admin")


def _form(path: str, page: str, act: Act) -> Form:
    return Form(path, page, act, "admin")


def _section(name: str) -> Section:
    return Section(f"{HOME}/{name.lower()}", name, "")


COMMON = Contribution(
    administration=(_section("Keys"), _section("Users"), _section("Projections"), _section("Pauses")),
    pages=(
        _page(_KEYS, "keys.html", keys_page),
        _page(_USERS, "users.html", users_page),
        _page(_PROJECTIONS, "projections.html", projections_page),
        _page(_PAUSES, "pauses.html", steering_page),
    ),
    forms=(
        _form(_KEYS, _KEYS, create_key),
        _form(f"{_KEYS}/{{key}}/renew", _KEYS, renew_key),
        _form(f"{_KEYS}/{{key}}/revoke", _KEYS, revoke_key),
        _form(f"{HOME}/invitations", _KEYS, invite),
        _form(f"{HOME}/invitations/{{invitation}}/withdraw", _KEYS, withdraw_invitation),
        _form(f"{_USERS}/{{user}}/rename", _USERS, rename_user),
        _form(f"{_USERS}/{{user}}/merge", _USERS, merge_users),
        _form(f"{_USERS}/{{user}}/forget", _USERS, forget),
        _form(f"{HOME}/clients/give", _USERS, give_name),
        _form(f"{HOME}/clients/rename", _USERS, rename_client),
        _form(f"{HOME}/clients/merge", _USERS, merge_clients),
        _form(f"{_PROJECTIONS}/{{name}}/rebuild", _PROJECTIONS, rebuild_projections),
        _form(f"{_PROJECTIONS}/{{name}}/cancel", _PROJECTIONS, cancel_rebuild),
        _form(_PAUSES, _PAUSES, pause),
        _form(f"{_PAUSES}/end", _PAUSES, resume),
        _form(f"{HOME}/verification", _PROJECTIONS, verify),
        _form(f"{HOME}/verification/cancel", _PROJECTIONS, cancel_verification),
    ),
)

FACTORING = Contribution(
    administration=(
        _section("Numbers"),
        _section("Uploads"),
        _section("Assignments"),
        _section("Reservations"),
        _section("Shares"),
        _section("Corrections"),
    ),
    pages=(
        _page(f"{HOME}/numbers", "numbers.html", numbers),
        _page(_NUMBER, "number.html", one_number),
        _page(f"{HOME}/uploads", "uploads.html", uploads),
        _page(f"{HOME}/assignments", "assignments.html", assignments),
        _page(_WORK, "assignment.html", assignment),
        _page(f"{HOME}/reservations", "reservations.html", reservations),
        _page(f"{HOME}/shares", "shares.html", shares_page),
        _page(f"{HOME}/corrections", "corrections.html", corrections),
    ),
    parts=(Part(HOME, overview_of_factoring, "admin/factoring_figures.html", "admin/factoring.html"),),
    forms=(
        _form(f"{_NUMBER}/wanted", _NUMBER, change_number),
        _form(f"{_NUMBER}/shelf", _NUMBER, shelve_number),
        _form(f"{_NUMBER}/delete", _NUMBER, delete_number),
        _form(f"{HOME}/assignments", f"{HOME}/assignments", clean_up),
        _form(_WORK, _WORK, end_assignment),
        _form(f"{HOME}/reservations", f"{HOME}/reservations", reserve),
        _form(f"{HOME}/shares", f"{HOME}/shares", set_share),
        _form(f"{HOME}/deadlines", f"{HOME}/shares", set_deadline),
        _form(f"{HOME}/reservations/{{work}}/release", f"{HOME}/reservations", release),
        _form(f"{HOME}/corrections", f"{HOME}/corrections", withdraw),
        _form(f"{HOME}/corrections/cancel", f"{HOME}/corrections", end_preview),
    ),
)

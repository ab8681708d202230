"""What does a LinkedIn export say of people? Every file of it but the messages.

A connection tells that a tie exists, never that anybody spoke: it makes no interaction. Exports come in the
language of the account; the headers of eight languages are known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from networkscope import keys
from networkscope.importers import date_texts, sheets
from networkscope.importers.base import Parsed, digest, on_nearly_all, rows
from networkscope.importers.sheets import Sheet, synonyms
from networkscope.texts import TEXT, joined, separated

DEPARTED = "departed: the account was closed"
NOBODY = "the row names nobody: no name, no profile, no e-mail"
WAYS = {"outgoing": "outbound", "incoming": "inbound"}
NO_DIRECTION = "the row does not say who wrote to whom"
# How a closed account signs, in the languages of the exports.
CLOSED = frozenset(
    """linkedin member|linkedin-mitglied|miembro de linkedin|utilisateur linkedin|membre de linkedin
    |utente linkedin|membro di linkedin|usuário do linkedin|membro do linkedin|linkedin-medlem
    |linkedin-lid""".replace("\n    ", "").split("|")
)


_NAMES = {
    "first_name": "first name|vorname|nombre|prénom|nome|primeiro nome|fornavn|voornaam",
    "last_name": "last name|nachname|apellidos|apellido|nom|nom de famille|cognome|sobrenome|apelido|efternavn|"
    "achternaam",
}
_EMAIL = (
    "email address|e-mail-adresse|dirección de correo electrónico|correo electrónico|email|adresse e-mail|"
    "indirizzo e-mail|indirizzo email|endereço de e-mail|e-mail|e-mailadresse|mailadresse|e-mailadres"
)
CONNECTIONS = synonyms(
    **_NAMES,
    url="url|profil-url|url del perfil|url du profil|url del profilo|url do perfil|profile url|profil url",
    email=_EMAIL,
    organization="company|unternehmen|firma|empresa|compañía|entreprise|société|azienda|virksomhed|bedrijf",
    title="position|cargo|puesto|posición|poste|fonction|posizione|qualifica|função|stilling|functie|positie",
    connected_on="connected on|verbunden am|vernetzt am|conectado el|conectado desde|fecha de conexión|"
    "connecté le|date de connexion|collegato il|data collegamento|data di collegamento|conectado em|"
    "data de conexão|forbundet d.|forbundet den|forbundet siden|oprettet forbindelse|verbonden op|"
    "connectie gemaakt op",
)
IMPORTED = synonyms(
    **_NAMES,
    organization="companies",
    title="title",
    email="email address",
    phone="phone numbers",
    made_on="created at",
)
INVITATIONS = synonyms(
    sender="from",
    recipient="to",
    sent_at="sent at",
    message="message",
    direction="direction",
    inviter="inviterProfileUrl|inviterProfileUrn",
    invitee="inviteeProfileUrl|inviteeProfileUrn",
)
RECOMMENDATIONS = synonyms(
    **_NAMES,
    organization="company",
    title="job title",
    text="text",
    written_on="creation date",
    status="status",
)
ENDORSEMENTS = synonyms(
    endorsed_on="endorsement date",
    skill="skill name",
    received="endorser first name",
    given="endorsee first name",
    last_name="endorser last name|endorsee last name",
    url="endorser public url|endorsee public url",
)
POSITIONS = synonyms(
    organization="company name",
    title="title",
    description="description",
    location="location",
    started_on="started on",
    finished_on="finished on",
)
APPLICATIONS = synonyms(
    applied_on="application date",
    contact_email="contact email",
    organization="company name",
    title="job title",
    url="job url",
    resume="resume name",
)


def _named(sheet: Sheet, first: str = "first_name") -> Any:
    return joined(sheet[first], sheet["last_name"])


def _address(column: Any) -> Any:
    """The cells that hold an address; exports write NA and the like where there is none."""
    return pc.if_else(pc.match_substring(column, "@"), column, "")


def _people(sheet: Sheet) -> Parsed:
    sheet.reject(sheet.empty(*sheet.columns.keys() - {"connected_on", "made_on"}), DEPARTED)
    sheet["name"] = _named(sheet)
    sheet["address"] = _address(sheet["email"])
    sheet.reject(sheet.empty("name", "url", "address", "phone"), NOBODY)
    people = {
        "emails": separated(sheet["address"]),
        "phones": separated(sheet["phone"]),
        "profiles": sheet["url"],
        "listed": True,
    }
    return Parsed(people=sheet.frame("people", **people))


def _invitations(sheet: Sheet) -> Parsed:
    """An invitation with a message is an interaction; one without only shows that somebody exists."""
    sheet["way"] = pc.utf8_lower(sheet["direction"])
    out = pc.equal(sheet["way"], "outgoing")
    name = pc.if_else(out, sheet["recipient"], sheet["sender"])
    sheet["name"] = pc.if_else(pc.is_in(pc.utf8_lower(name), pa.array(CLOSED, TEXT)), "", name)
    sheet["profiles"] = pc.if_else(out, sheet["invitee"], sheet["inviter"])
    sheet["own"] = pc.if_else(out, sheet["inviter"], sheet["invitee"])

    sheet.reject([way not in WAYS for way in sheet.strings("way")], NO_DIRECTION)
    sheet.reject(sheet.empty("name", "profiles"), DEPARTED)
    order = date_texts.numeric_order(sheet["sent_at"]) or sheet.order
    sent = date_texts.to_instants(sheet["sent_at"], timezone=sheet.settings.timezone, order=order)
    lost = sent.isna().to_numpy() & ~sheet.empty("message")
    sheet.reject(lost, date_texts.UNREADABLE)
    sent = sent[~lost].reset_index(drop=True)

    spoke = np.flatnonzero(~sheet.empty("message"))
    who = [
        keys.profile_key(profile) or keys.name_key(name)
        for profile, name in zip(sheet.strings("profiles"), sheet.strings("name"), strict=True)
    ]
    ways = sheet.strings("way")
    interactions = {
        "event_id": [digest("invitation", who[row], sent[row].isoformat()) for row in spoke],
        "person": spoke,
        "occurred_at": sent[spoke],
        "channel": "linkedin",
        "direction": [WAYS[ways[row]] for row in spoke],
        "purpose": "unknown",
        "group_size": 2,
        "source_ref": sheet.refs(spoke),
    }
    return Parsed(
        people=sheet.frame("people", listed=False),
        interactions=rows("interactions", len(spoke), interactions),
        owner=owner_on_nearly_all(map(keys.profile_key, sheet.strings("own"))),
    )


def owner_on_nearly_all(sides: Iterable[str]) -> tuple[str, ...]:
    """The key that stands on the owner's side of nearly every row."""
    best, _ = on_nearly_all([key] for key in sides if key)
    return (best,) if best else ()


def _recommendations(sheet: Sheet) -> Parsed:
    """Both files look alike inside: only their names tell what was given and what was received."""
    found = re.findall("given|received", sheet.label.rsplit("/", 1)[-1].lower())
    if len(found) != 1:
        sheet.reject(np.ones(len(sheet), dtype=bool), "put 'given' or 'received' into the name of the file")
    way = found[0] if found else None
    return _table("recommendations", sheet, name=_named(sheet), direction=way)


def _endorsements(way: str, sheet: Sheet) -> Parsed:
    """Whoever has a profile is mentioned once, where he first stands."""
    sheet["name"] = _named(sheet, way)
    profiles = [keys.profile_key(url) for url in sheet.strings("url")]
    first: dict[str, int] = {}
    for row, profile in enumerate(profiles):
        if profile:
            first.setdefault(profile, row)
    order = {profile: number for number, profile in enumerate(first)}
    parsed = _table("endorsements", sheet, person=[order.get(profile) for profile in profiles], direction=way)
    at = [*first.values()]
    people = {
        "name": sheet["name"].take(pa.array(at, pa.int64())),
        "profiles": sheet["url"].take(pa.array(at, pa.int64())),
        "listed": False,
        "source_ref": sheet.refs(at),
    }
    parsed.people = rows("people", len(at), people)
    return parsed


def _applications(sheet: Sheet) -> Parsed:
    return _table("applications", sheet, contact_email=_address(sheet["contact_email"]))


def _table(table: str, sheet: Sheet, *, month_only: bool = False, **columns: Any) -> Parsed:
    return Parsed(tables={table: sheet.frame(table, month_only=month_only, **columns)})


READERS = tuple(
    sheets.reader(f"LinkedIn {name}", columns, set(needed.split()).issubset, take, order="mdy")
    for name, columns, needed, take in (
        ("connections", CONNECTIONS, "first_name last_name connected_on", _people),
        ("imported contacts", IMPORTED, "first_name email phone made_on", _people),
        ("invitations", INVITATIONS, "sender recipient sent_at direction", _invitations),
        ("recommendations", RECOMMENDATIONS, "first_name text written_on", _recommendations),
        ("endorsements received", ENDORSEMENTS, "skill received", partial(_endorsements, "received")),
        ("endorsements given", ENDORSEMENTS, "skill given", partial(_endorsements, "given")),
        (
            *("positions", POSITIONS, "organization title started_on finished_on"),
            partial(_table, "positions", month_only=True),
        ),
        ("job applications", APPLICATIONS, "applied_on organization title", _applications),
    )
)

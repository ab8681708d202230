"""The names that people give to columns and values of their own tables, and what is meant by them."""

from __future__ import annotations

from networkscope import schema
from networkscope.importers.sheets import synonyms

_PERSON = {
    "name": "name|full name|contact|contact name|person|who|with",
    "email": "email|e-mail|mail|emails|e-mails|email address|e-mail address",
    "profile": "profile|profiles|linkedin|linkedin url|linkedin profile|profile url",
}
CONTACTS = synonyms(
    **_PERSON,
    own_id="contact_id|id",
    first_name="first name|given name",
    last_name="last name|family name|surname",
    organization="organization|organisation|company|employer|firm",
    title="title|job title|position|role",
    circle="circle|group|relationship",
    seniority="seniority|level",
    phones="phones|phone|telephone|tel|mobile|phone number",
    past_organizations="past organizations|past organisations|past companies|former employers",
    location="location|city|place",
    connected_on="connected on|known since",
    introduced_by="introduced by|referred by|met through",
    tags="tags|labels|keywords",
    notes="notes|note|comment|comments",
)
INTERACTIONS = synonyms(
    **_PERSON,
    own_id="contact_id",
    event_id="event_id",
    occurred_at="occurred_at|date|when|occurred on|datetime|timestamp|day",
    clock="time",
    channel="channel|how|type|medium",
    direction="direction",
    purpose="purpose|reason",
    due_on="due_on|due|due date",
    group_size="group_size|people count",
    thread_id="thread_id|thread",
    subject="subject|topic|about",
    notes="notes|note|comment|comments",
    tags="tags|labels|keywords",
)
_SIDES = {
    f"{side}_{field}": "|".join(f"{side} {word}" for word in words.split("|"))
    for side in ("referrer", "referred")
    for field, words in (("email", "email|e-mail|mail"), ("profile", "profile|linkedin"), ("own_id", "id"))
}
REFERRALS = synonyms(
    **_SIDES,
    referral_id="referral_id",
    referrer_name="referrer|referrer name|referred by|from|given by",
    referred_name="referred|referred name|referral|name|lead",
    organization="organization|organisation|company",
    opening="opening|job|vacancy",
    kind="kind",
    given_on="given_on|date|given|when",
    contacted_on="contacted_on|contacted",
    met_on="met_on|met",
    reported_back_on="reported_back_on|reported back",
    closed_on="closed_on|closed",
    outcome="outcome|result|status",
)
ALIASES = synonyms(a="a", b="b", decision="decision")
MEANT = {
    "channel": synonyms(
        call="phone|phone call|telephone|rang", meeting="coffee|lunch|dinner|breakfast|in person|met",
        video="zoom|teams|video call|google meet|facetime", email="e-mail|mail",
        chat="whatsapp|signal|sms|text|slack|telegram", event="conference|meetup|party",
    ),
    "direction": synonyms(inbound="in|incoming|received", outbound="out|outgoing|sent", mutual="both|two way"),
    "purpose": synonyms(thank_you="thanks|thank you", catch_up="catchup|chat", introduction="intro",
                        social="small talk", favour_done="favor done", favour_received="favor received"),
    "kind": synonyms(person="name|contact", company="organization|organisation", opening="job|vacancy"),
    "outcome": synonyms(declined="rejected|no", open="pending|waiting", conversation="talked|met"),
}  # fmt: skip
ALLOWED = {
    "channel": schema.CHANNELS,
    "direction": schema.DIRECTIONS,
    "purpose": schema.PURPOSES,
    "kind": schema.REFERRAL_KINDS,
    "outcome": schema.OUTCOMES,
}

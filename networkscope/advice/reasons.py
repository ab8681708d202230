"""Why is this the next thing to do with a person? One sentence that a friend would say."""

from __future__ import annotations

from typing import Any

TITLES = {  # what to do, by kind of move
    "promise": "Keep your promise",
    "thank_you": "Say thank you",
    "owed_reply": "Answer",
    "uncontacted_referral": "Get in touch with the name you were given",
    "close_the_loop": "Tell them how it ended",
    "report_back": "Report back",
    "nudge": "Ask once more, kindly",
    "recontact": "Ask again: the time may be right now",
    "congratulate": "Congratulate",
    "monthly_update": "Send an update on your search",
    "ask_advice": "Ask for advice",
    "ask_introduction": "Ask for a name",
    "ask_job": "Say what you are looking for",
    "reconnect": "Get back in touch",
}
SPECIAL = {
    "follow_lead": "Follow the lead", "accept_or_decline": "Accept or decline the offer",
    "thank_for_no": "Say thank you", "thank_for_recommendation": "Say thank you",
}  # fmt: skip
_SENTENCES = {
    "thank_you": "{first} gave you time on {day}{topic} and has not been thanked yet",
    "thank_you answer": "{first} answered you on {day}{topic} and has not been thanked yet",
    "thank_you favour received": "{first} did you a favour on {day}{topic} and has not been thanked yet",
    "thank_you introduction": "{first} introduced you to somebody on {day} and has not been thanked yet",
    "thank_for_name": "{first} gave you {a_name} on {day} and has not been thanked yet",
    "thank_for_recommendation": "{first} recommended you on {day} and has not been thanked yet",
    "thank_for_no": "{first} told you on {day} how it ended{topic}: a no deserves thanks as well",
    "thank_you?": "You talked with {first} on {day}{topic}: a line of thanks, if it helped?",
    "owed_reply": "{first} wrote to you on {day}{topic} and waits for an answer",
    "late_reply": "{first} wrote to you on {day}{topic} and never got an answer",
    "owed_reply?": "{first} wrote to you on {day}{topic} and has no answer: does it want one?",
    "uncontacted_referral": "{other} gave you {first}'s name on {day}: get in touch, and say who sent you",
    "follow_lead": "{first} told you of {about} on {day}, and you have not followed it yet",
    "report_back": "{first} gave you the name of {other}, whom you have reached: say what came of it",
    "report_back referral closed": "{first} gave you the name of {other}: say what came of it",
    "report_back lead": "{first} told you of {about}, and you have been in touch: say what came of it",
    "close_the_loop": "It ended with {other} on {day}: {first} should hear it from you",
    "accept_or_decline": "{first} made you an offer on {day} and waits for your yes or no",
    "nudge": "You asked {first} on {day}{topic} and have not heard since",
    "monthly_update": "{first} has not heard of your search since {day}",
    "promise": "You promised {first} something on {day}{topic}, for {due}",
    "recontact": "{first} said “not now” in the past, and the time may be right now",
    "congratulate": "{first} has a new job{position}, by your export of {day}: a good reason to write",
    "congratulate new title": "{first} has a new title{position}, by your export of {day}: a good reason to write",
    "congratulate told": "{first} wrote to you on {day} of a new job: congratulate while it is news",
    "reconnect": "You and {first} were last in touch on {day}{topic}",
    "reconnect_after_ask": "You asked {first} out of the blue on {day}: get back in touch without asking for anything",
    "ask_advice": "{first} is in touch with you and nothing is owed: a good time to ask for advice",
    "ask_introduction": "{first} gave you advice and nothing is owed: ask who else you should talk to",
    "ask_job": "{first} knows you and what you can do: say what you are looking for",
}


def title(kind: str, draft: str, *, is_suggestion: bool) -> str:
    """What to do, in a few words."""
    if is_suggestion:
        return {"thank_you": "A line of thanks?", "owed_reply": "Answer?"}[kind]
    return SPECIAL.get(draft, TITLES[kind])


def sentence(kind: str, draft: str, what: str, facts: dict[str, Any], *, is_suggestion: bool) -> str:
    """The reason in one sentence, from the facts of the event that opened it."""
    cause = what.partition(" (")[0]
    if kind == "report_back" and not facts.get("other"):
        cause = "lead"
    names = [f"{kind}?"] if is_suggestion else [draft, f"{kind} {cause}"]
    if draft == kind and f"{kind} {cause}" in _SENTENCES:
        names = names[::-1]
    template = next(_SENTENCES[name] for name in [*names, kind] if name in _SENTENCES)
    topic = f" ({facts['topic']})" if facts.get("topic") else ""
    position = f" ({facts['about']})" if facts.get("about") else ""
    other = facts.get("other") or "somebody"
    a_name = (
        f"the name of {other}"
        if facts.get("other")
        else f"a lead to {facts['about']}"
        if facts.get("about")
        else "a name"
    )
    words = {
        **facts,
        "topic": topic,
        "position": position,
        "other": other,
        "a_name": a_name,
        "first": facts["first"] or "somebody",
    }
    words |= {name: words.get(name) or "some time ago" for name in ("day", "due")}
    words["about"] = words.get("about") or "a lead"
    text = template.format(**words)
    text = text[0].upper() + text[1:]
    if facts.get("meets"):
        text = f"You meet {facts['first'] or 'them'} on {facts['meets']}: say it then. {text}"
    return text + ("" if text.endswith("?") else ".")

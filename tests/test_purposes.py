import pytest
from hypothesis import given
from hypothesis import strategies as st

from networkscope import schema
from networkscope.importers.purposes import suggest_purpose


@pytest.mark.parametrize(
    ("subject", "direction", "purpose"),
    [
        ("Thank you for your time", "outbound", "thank_you"),
        ("Thanks!", "inbound", "thank_you"),
        ("Danke für das Gespräch", "outbound", "thank_you"),
        ("Merci beaucoup", "outbound", "thank_you"),
        ("Muchas gracias", "outbound", "thank_you"),
        ("Grazie mille", "outbound", "thank_you"),
        ("Obrigada", "outbound", "thank_you"),
        ("Tak for i går", "outbound", "thank_you"),
        ("Dank je wel", "outbound", "thank_you"),
        ("THANKS AGAIN", "outbound", "thank_you"),
        ("Thank you for your order", "inbound", "unknown"),
        ("Thanksgiving plans", "inbound", "unknown"),
        ("Introduction: Ann and Bob", "inbound", "introduction"),
        ("Quick intro", "inbound", "introduction"),
        ("Nora, meet Ben", "inbound", "introduction"),
        ("Can we meet Tuesday?", "inbound", "unknown"),
        ("Let's meet Friday", "inbound", "unknown"),
        ("meeting notes", "inbound", "unknown"),
        ("introvert at work", "inbound", "unknown"),
        ("Update on my search", "outbound", "update"),
        ("Quick update", "outbound", "update"),
        ("Please update the sheet", "outbound", "unknown"),
        ("Asking for your advice", "outbound", "advice_ask"),
        ("Asking for your advice", "inbound", "unknown"),
        ("Request for a recommendation", "outbound", "recommendation_ask"),
        ("Coffee next week?", "outbound", "catch_up"),
        ("Happy birthday!", "outbound", "social"),
        ("Re: Thank you", "inbound", "unknown"),
        ("AW: Danke", "inbound", "unknown"),
        ("Fwd: Introduction", "inbound", "unknown"),
        ("RE[2]: Thanks", "inbound", "unknown"),
        ("[ext] Re: Thanks", "inbound", "unknown"),
        ("Quarterly numbers", "inbound", "unknown"),
        ("", "inbound", "unknown"),
    ],
)
def test_the_rules_by_example(subject, direction, purpose):
    assert suggest_purpose(subject, direction) == purpose


@given(st.text(max_size=300), st.sampled_from(schema.DIRECTIONS))
def test_any_subject_gets_a_purpose_that_the_schema_allows(subject, direction):
    assert suggest_purpose(subject, direction) in schema.PURPOSES


def test_a_hostile_subject_takes_no_time():
    assert suggest_purpose(" " * 1_000_000 + "[" * 1_000_000, "inbound") == "unknown"

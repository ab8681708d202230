"""Who lives in a target location."""

import pandas as pd

from networkscope import schema
from networkscope.measures.places import people_in
from networkscope.settings import Settings
from networkscope.snapshot.snapshot import snapshot

PEOPLE = pd.DataFrame(
    {
        "contact_id": ["a", "b", "c", "d"],
        "location": ["Greater Vienna Area, Austria", "VIENNA", "Viennaville", None],
    }
)
LOG = pd.DataFrame(
    {
        "contact_id": ["b"],
        "direction": ["mutual"],
        "occurred_at": pd.to_datetime(["2026-01-05 09:00Z"]),
        "source_ref": ["log:1"],
    }
)


def found(places, people=PEOPLE, **options):
    table = people_in(snapshot(people, LOG, as_of="2026-02-01", **options), places)
    return table[["place", "contact_id"]].values.tolist()


def test_whole_words_whatever_case_and_accents_the_strongest_tie_first():
    assert found(["vienna"]) == [["vienna", "b"], ["vienna", "a"]]
    assert found(["Austria", "Vienna Austria"]) == [["Austria", "a"], ["Vienna Austria", "a"]]
    wien = PEOPLE.assign(location="Köln")
    assert found(["koln"], wien) == [["koln", who] for who in "bacd"]


def test_the_places_of_book_toml_are_the_default():
    assert found(None, settings=Settings(target_locations=("Vienna",))) == [["Vienna", "b"], ["Vienna", "a"]]
    assert found(None) == []


def test_a_place_without_words_or_without_anybody_gives_nothing():
    now = snapshot(PEOPLE, LOG, as_of="2026-02-01")
    for places in ([], [" "], ["Graz"]):
        assert people_in(now, places).dtypes.to_dict() == people_in(now, ["vienna"]).dtypes.to_dict()
        assert people_in(now, places).empty
    nobody = snapshot(schema.empty("contacts"), LOG, as_of="2026-02-01")
    assert people_in(nobody, ["vienna"]).empty

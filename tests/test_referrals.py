"""What conversations bring: a small network worked out by hand, verdicts, lags, properties."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from networkscope import schema
from networkscope.errors import ParameterError
from networkscope.measures import rates
from networkscope.measures.referral_yield import referral_lags, referral_yield
from tests.on_tables import on_tables

referral_lags = on_tables(referral_lags, "interactions referrals")
referral_yield = on_tables(referral_yield, "contacts interactions referrals")

PEOPLE = pd.DataFrame(
    {
        "contact_id": ["ann", "bo", "cy", "di"],
        "name": ["Ann", "Bo", "Cy", None],
        "circle": ["work", "work", "club", None],
    }
)
GROUPS = ("referrer", "circle", "channel", "month", "all")


def log(*rows):
    """Interactions from (contact, instant, channel) and perhaps a direction."""
    frame = pd.DataFrame(
        [(*row, "mutual")[:4] for row in rows], columns=["contact_id", "occurred_at", "channel", "direction"]
    )
    return frame.assign(occurred_at=pd.to_datetime(frame["occurred_at"], utc=True))


def names(*rows):
    """Referrals from (referrer, referred, day) and perhaps columns by name."""
    frame = pd.DataFrame(
        [
            {"referrer_id": row[0], "referred_id": row[1], "given_on": row[2], "kind": "person"}
            | dict(*row[3:])
            for row in rows
        ]
    )
    dates = {
        name: pd.to_datetime(frame[name]) for name in ("given_on", "contacted_on", "met_on") if name in frame
    }
    ids = [f"r{i}" for i in range(len(frame))]
    return frame.assign(
        referral_id=ids, source_ref=[f"referrals.csv:{i + 2}" for i in range(len(frame))], **dates
    )


# Ann is met on 5 January and 2 March, Bo called on 10 February, Cy never. As of 31 March:
TALKS = log(
    ("ann", "2026-01-05 09:00", "meeting"),
    ("ann", "2026-01-05 16:00", "call"),  # the same day: still one conversation
    ("ann", "2026-03-02 09:00", "call"),
    ("bo", "2026-02-10 09:00", "call"),
    ("p2", "2026-02-02 09:00", "email", "outbound"),
    ("p3", "2026-03-09 09:00", "video"),
)
NAMES = names(
    ("ann", "p1", "2026-01-05"),  # 85 days old, never contacted
    ("ann", "p2", "2026-02-01"),  # back from January's meeting a month later; written to next day
    ("ann", "p3", "2026-03-04"),  # from March; talked with on 9 March
    ("ann", "p4", "2026-03-29"),  # from March; two days old: not due
    ("ann", "p1", "2026-03-05"),  # again: no new name
    ("ann", "ann", "2026-03-05"),  # herself: no name
    ("ann", None, "2026-03-05", {"kind": "company", "organization": "Acme"}),
    ("cy", "p5", "2026-02-20", {"met_on": "2026-02-27"}),  # outside any conversation
    ("bo", "p6", "2026-02-11", {"inferred": True}),
)
AS_OF = "2026-03-31"


def table(by="referrer", **options):
    out = referral_yield(
        PEOPLE, TALKS, NAMES, **({"as_of": AS_OF, "by": by, "include_inferred": False} | options)
    )
    return out.set_index("contact_id" if by == "referrer" else by) if by != "all" else out


def test_yield_by_referrer_by_hand():
    out = table()
    assert out.index.tolist()[-1] == "p3"  # talked with, gave nothing: a row too
    out = out.drop("p3")
    counts = {
        # ann: 2 conversations with 2 names each; cy: only outside; bo: one conversation, nothing logged
        "conversation_count": {"ann": 2, "bo": 1, "cy": 0},
        "name_count": {"ann": 4, "bo": 0, "cy": 0},
        "outside_count": {"ann": 0, "bo": 0, "cy": 1},
        "lead_count": {"ann": 1, "bo": 0, "cy": 0},
        "gave_name_count": {"ann": 2, "bo": 0, "cy": 0},
        # p4 is two days old: p1, p2, p3 are due, p2 and p3 contacted, p3 talked with
        "leads_due_count": {"ann": 3, "bo": 0, "cy": 1},
        "followed_count": {"ann": 2, "bo": 0, "cy": 1},
        "became_conversation_count": {"ann": 1, "bo": 0, "cy": 1},
        "inferred_count": {"ann": 0, "bo": 1, "cy": 0},
    }
    assert {column: out[column].to_dict() for column in counts} == counts
    assert out["names_per_conversation"].fillna(-1).to_dict() == {"ann": 2.0, "bo": 0.0, "cy": -1}
    assert out.loc["ann", "followed_share"] == pytest.approx(2 / 3)
    assert out.loc["bo", ["followed_share", "followed_low", "followed_high", "rank_score"]].isna().all()
    # 5 January to 31 March: 26 + 28 + 31 = 85 days
    assert out["oldest_open_lead_days"].fillna(-1).to_dict() == {"ann": 85, "bo": -1, "cy": -1}
    assert out["last_given_on"].fillna(pd.Timestamp(0)).dt.strftime("%m-%d").to_dict() == {
        "ann": "03-29", "bo": "01-01", "cy": "02-20",
    }  # fmt: skip
    assert out["name"].to_dict() == {"ann": "Ann", "bo": "Bo", "cy": "Cy"}
    # Cy's one of one beats Ann's one of three, Bo has nothing to be ranked by.
    assert out.index.tolist() == ["cy", "ann", "bo"]
    assert out.loc["ann", "why"] == (
        "4 names in 2 conversations; of 3 leads due 2 contacted, 1 talked with; companies and openings: 1"
    )
    assert out.loc["cy", "source_ref"] == "referrals.csv:9"
    assert out.loc["ann", "source_ref"].split("; ")[0] == "referrals.csv:2"


def test_intervals_by_hand():
    out = table()
    # ann: y = 2, 2; s=4, n=2; no spread, phi = 8/5 = 1.6: Gamma(1 + 4/1.6, 0.5 + 2/1.6) = Gamma(3.5, 1.75)
    expected = stats.gamma(3.5, scale=1 / 1.75).ppf([0.05, 0.95])
    assert out.loc["ann", ["names_low", "names_high"]].tolist() == pytest.approx(list(expected))
    # bo: no name in one conversation, phi = 8/4 = 2: Gamma(1, 1), 95% below -ln 0.05 = 2.996
    assert out.loc["bo", ["names_low", "names_high"]].tolist() == pytest.approx([0, 2.9957], abs=1e-4)
    assert out.loc["cy", ["names_low", "names_high"]].isna().all()
    assert (out.loc["ann", "gave_name_low"], out.loc["ann", "gave_name_high"]) == rates.share_interval(2, 2)
    assert (out["verdict"] == "").all()


def test_yield_by_month_fills_the_gaps():
    out = table("month", as_of="2026-05-02")
    assert out.index.tolist() == ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05"]
    # p2 came in February and belongs to January's meeting; Cy's name is February's, outside.
    assert out["conversation_count"].tolist() == [1, 1, 2, 0, 0]
    assert out["name_count"].tolist() == [2, 0, 2, 0, 0]
    assert out["outside_count"].tolist() == [0, 1, 0, 0, 0]
    assert out["names_per_conversation"].isna().tolist() == [False] * 3 + [True] * 2
    # March also had the video call with p3, which brought nothing.
    assert out.loc["2026-03", "gave_name_share"] == 0.5


def test_yield_by_circle_and_channel():
    circle = table("circle")
    # p3, the third conversation partner, is in no circle
    assert circle["conversation_count"].to_dict() == {"work": 3, "club": 0, circle.index[0]: 1}
    assert pd.isna(circle.index[0])
    assert circle.loc["work", "name_count"] == 4
    channel = table("channel")
    # 5 January counts as a meeting, the earlier of the two
    assert channel["conversation_count"].drop(channel.index[0]).to_dict() == {
        "call": 2,
        "meeting": 1,
        "video": 1,
    }
    assert channel["name_count"].drop(channel.index[0]).to_dict() == {"call": 2, "meeting": 2, "video": 0}
    assert channel.iloc[0][["conversation_count", "outside_count"]].tolist() == [0, 1]


def test_yield_of_all():
    out = table("all")
    assert out.iloc[0][["conversation_count", "name_count", "outside_count"]].tolist() == [4, 4, 1]
    assert out.iloc[0][["leads_due_count", "followed_count", "inferred_count"]].tolist() == [4, 3, 1]
    assert len(out) == 1


def test_inferred_names_count_only_when_asked():
    out = table(include_inferred=True)
    assert out.loc["bo", ["name_count", "leads_due_count", "inferred_count"]].tolist() == [1, 1, 1]


def test_a_lead_of_friday_is_no_failure_on_sunday():
    given_on_friday = names(("ann", "p1", "2026-01-09"))
    for as_of, due in (("2026-01-11", 0), ("2026-01-16", 0), ("2026-01-17", 1)):  # due on the 16th
        out = referral_yield(PEOPLE, TALKS, given_on_friday, as_of=as_of, by="all")
        assert out["leads_due_count"].tolist() == [due]
    contacted = given_on_friday.assign(contacted_on=pd.Timestamp("2026-01-10"))
    # Nor is one that was followed at once a success among those that are a week old: that would flatter.
    for as_of, counts in (("2026-01-11", [0, 0]), ("2026-01-17", [1, 1])):
        out = referral_yield(PEOPLE, TALKS, contacted, as_of=as_of, by="all")
        assert out[["leads_due_count", "followed_count"]].values.tolist() == [counts]


@pytest.mark.parametrize(
    ("each", "conversations", "verdict"),
    [
        (0, 2, "below the target of 2 to 3"),  # at most 1.9
        (0, 1, ""),  # at most 3.0
        (2, 30, ""),
        (3, 30, "on target"),  # about 2.5 to 3.6
        (6, 30, "above"),
    ],
)
def test_the_verdict_needs_an_interval_without_two(each, conversations, verdict):
    days = pd.date_range("2025-01-01", periods=conversations, freq="D").strftime("%Y-%m-%d")
    talks = log(*(("ann", f"{day} 09:00", "call") for day in days))
    rows = [("ann", f"{day}-{i}", day) for day in days for i in range(each)]
    given_names = names(*rows) if rows else schema.empty("referrals")
    out = referral_yield(PEOPLE, talks, given_names, as_of="2026-01-01")
    assert out["verdict"].tolist() == [verdict]


def test_closed_leads_are_not_open():
    closed = names(("ann", "p1", "2026-01-05", {"outcome": "dead_end"}), ("ann", "p2", "2026-01-15"))
    out = referral_yield(PEOPLE, TALKS.head(1), closed, as_of="2026-01-25", by="all")
    assert out["oldest_open_lead_days"].tolist() == [10]


def test_an_unknown_group_is_refused():
    with pytest.raises(ParameterError, match="referrer, circle"):
        referral_yield(PEOPLE, TALKS, NAMES, as_of=AS_OF, by="mood")


@pytest.mark.parametrize("by", GROUPS)
def test_nothing_in_nothing_out(by):
    tables = [schema.empty(name) for name in ("contacts", "interactions", "referrals")]
    nothing = referral_yield(*tables, as_of=AS_OF, by=by)
    something = referral_yield(PEOPLE, TALKS, NAMES, as_of=AS_OF, by=by)
    assert nothing.empty
    assert nothing.dtypes.to_dict() == something.dtypes.to_dict()
    for talks, given_names in ((TALKS, tables[2]), (tables[1], NAMES)):
        half = referral_yield(PEOPLE, talks, given_names, as_of=AS_OF, by=by)
        assert half.dtypes.to_dict() == something.dtypes.to_dict()
        assert len(half) > 0


def test_lags_by_hand():
    mails = pd.concat([log(("ann", "2025-12-26 09:00", "email", "inbound")), TALKS])
    out = referral_lags(mails, NAMES, as_of=AS_OF).set_index("referral_id")
    # From 26 December: 10 days to 5 January, 37 to 1 February.
    assert out.loc[["r0", "r1"], "lag_days"].tolist() == [10, 37]
    assert out.loc["r1", "why"] == "37 days after the first contact on 2025-12-26"
    assert out.loc["r7", ["lag_days", "first_touch_on"]].isna().all()
    assert out.loc["r7", "why"] == "no contact before"
    assert "r5" not in out.index  # herself
    assert out.loc["r8", "inferred"]
    nothing = referral_lags(schema.empty("interactions"), schema.empty("referrals"), as_of=AS_OF)
    assert nothing.set_index("referral_id").dtypes.to_dict() == out.dtypes.to_dict()
    # What they promised is a touch, what you noted of your own promise is none.
    noted = log(
        ("ann", "2025-12-20 09:00", "email", "outbound"), ("ann", "2025-12-24 09:00", "email", "inbound")
    )
    promised = pd.concat([mails, noted.assign(purpose="promise")])
    assert referral_lags(promised, NAMES, as_of=AS_OF).set_index("referral_id").loc["r0", "lag_days"] == 12


WHO = st.sampled_from(["ann", "bo", "cy", "di", "p1", "p2"])
DAYS = st.integers(0, 60).map(lambda day: pd.Timestamp("2026-01-01") + pd.Timedelta(days=day))
TALK_ROWS = st.lists(
    st.tuples(WHO, DAYS, st.sampled_from(["call", "meeting", "email"])), min_size=1, max_size=10
)
NAME_ROWS = st.lists(
    st.tuples(WHO, WHO, DAYS, st.fixed_dictionaries({"inferred": st.booleans()})), min_size=1, max_size=10
)


@settings(max_examples=15)
@given(TALK_ROWS, NAME_ROWS, DAYS, st.sampled_from(GROUPS[:-1]), st.randoms(use_true_random=False))
def test_order_and_future_do_not_matter_and_groups_add_up(talk_rows, name_rows, as_of, by, random):
    talks, given_names = log(*talk_rows), names(*name_rows)
    before = talks.copy(), given_names.copy()
    out = referral_yield(PEOPLE, talks, given_names, as_of=as_of, by=by)
    lags = referral_lags(talks, given_names, as_of=as_of)
    pd.testing.assert_frame_equal(talks, before[0])
    pd.testing.assert_frame_equal(given_names, before[1])
    whole = referral_yield(PEOPLE, talks, given_names, as_of=as_of, by="all")
    counts = [name for name in whole if name.endswith("_count")]
    assert out[counts].sum().tolist() == whole[counts].sum().tolist()
    past = (
        talks[talks["occurred_at"] < as_of.tz_localize("UTC")],
        given_names[given_names["given_on"] < as_of],
    )
    mixed = [f.iloc[random.sample(range(len(f)), len(f))].set_axis([3] * len(f)) for f in (PEOPLE, *past)]
    pd.testing.assert_frame_equal(referral_yield(*mixed, as_of=as_of, by=by), out)
    pd.testing.assert_frame_equal(referral_lags(*mixed[1:], as_of=as_of), lags)

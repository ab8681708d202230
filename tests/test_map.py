"""The map: everybody once, in their group, without overlap, the same whatever the order, and inert."""

import io

import numpy as np
import pandas as pd
import pytest

from networkscope.display.map import draw_map
from networkscope.display.map_layout import HEIGHT, WIDTH, plan_map
from networkscope.display.pictures import draw_map_print


def network(sizes, alone=0):
    """Groups of the given sizes, each a ring of ties, tied to the next group; and people without a tie."""
    group = np.repeat(np.arange(1, len(sizes) + 1), sizes)
    count = len(group) + alone
    nodes = pd.DataFrame(
        {
            "contact_id": [f"c{i:04d}" for i in range(count)],
            "name": [f"Person {i}" for i in range(count)],
            "organization": "Acme",
            "community": pd.array([*group, *[None] * alone], dtype="Int64"),
            "community_name": pd.array([*(f"Group {g}" for g in group), *[None] * alone], dtype="str"),
            "strength": np.linspace(9, 0, count),
            "days_silent": pd.array([None if i % 7 == 0 else i for i in range(count)], dtype="Int64"),
            "why": "Because.",
        }
    )
    ids, tied = nodes["contact_id"].to_numpy(), np.arange(len(group))
    edges = pd.DataFrame({"one_id": ids[tied], "other_id": ids[(tied + 1) % max(len(tied), 1)]})
    return nodes, edges.assign(weight=1.0, evidence="shared meeting x2")


def plan(nodes, edges):
    return plan_map(nodes, edges)


def marks(figure):
    return next(trace for trace in figure.data if trace.customdata is not None)


@pytest.mark.parametrize(("sizes", "alone"), [([20, 15, 8, 4], 3), ([400, 300, 150, 90, 60, 3, 2], 995)])
def test_nobody_overlaps_and_all_is_on_the_page(sizes, alone):
    found = plan(*network(sizes, alone))
    people = found.people
    assert len(people) == sum(sizes) + alone
    assert people["x"].abs().max() <= WIDTH / 2
    assert people["y"].abs().max() <= HEIGHT / 2
    gaps = np.hypot(*(people[[end]].to_numpy() - people[end].to_numpy() for end in ("x", "y")))
    room = np.add.outer(people["size"].to_numpy(), people["size"].to_numpy()) / 2
    np.fill_diagonal(gaps, np.inf)
    assert (gaps > 0.8 * room).all()
    discs = found.groups
    for a in discs.itertuples():
        for b in discs.loc[a.Index + 1 :].itertuples():
            assert np.hypot(a.x - b.x, a.y - b.y) >= a.radius + b.radius
    inside = people[people["community"].notna()].merge(discs, on="community", suffixes=("", "_group"))
    assert (
        np.hypot(inside["x"] - inside["x_group"], inside["y"] - inside["y_group"]) <= inside["radius"]
    ).all()


def test_many_without_a_tie_do_not_push_the_groups_together():
    found = plan(*network([10, 6, 4], 1500))
    tied = found.people["community"].notna()
    around = np.hypot(found.people["x"] / WIDTH, found.people["y"] / HEIGHT)
    assert 0.2 < around[tied].max() < around[~tied].min()


def test_labels_keep_apart():
    found = plan(*network([30, 20, 10], 20))
    boxes = [
        (row.label_x, row.label_y, len(row.label) * letter / 2)
        for frame, letter in ((found.groups, 7.4), (found.people, 6.2))
        for row in frame[frame["label"] != ""].itertuples()
    ]
    assert len(boxes) > 15
    for i, (x, y, half) in enumerate(boxes):
        assert all(abs(x - u) >= half + w or abs(y - v) >= 14 for u, v, w in boxes[i + 1 :])


def test_size_is_strength_paleness_is_silence_colour_is_the_group():
    found = plan(*network([12, 6], 4)).people
    assert found["size"].is_monotonic_decreasing
    known = found.dropna(subset="days_silent")
    assert known["opacity"].is_monotonic_decreasing
    assert found.loc[found["days_silent"].isna(), "opacity"].eq(0.18).all()
    assert found.groupby("community", dropna=False)["color"].nunique().eq(1).all()
    assert found["color"].nunique() == 3


def test_only_the_strongest_ties_are_drawn():
    nodes, _ = network([6])
    ids = nodes["contact_id"].tolist()
    pairs = [(a, b) for i, a in enumerate(ids) for b in ids[i + 1 :]]
    edges = pd.DataFrame(pairs, columns=["one_id", "other_id"]).assign(weight=range(15), evidence="x")
    drawn = plan_map(nodes, edges, labels=0, ties_each=1).ties
    # Everybody's strongest tie is the one to the last, but for the last two, who share theirs.
    assert set(zip(drawn["one_id"], drawn["other_id"], strict=True)) == {(a, ids[-1]) for a in ids[:-1]}
    assert plan_map(nodes, edges, labels=0, ties_each=0).ties.empty


def test_a_tie_is_pointed_at_where_nobody_stands():
    found = plan(*network([20, 6]))
    gaps = np.hypot(*(found.ties[[end]].to_numpy() - found.people[end].to_numpy() for end in ("x", "y")))
    dots = found.people["size"].to_numpy() / 2
    assert ((gaps - dots).min(axis=1) > 0).mean() > 0.9


def test_the_order_of_rows_does_not_matter_and_inputs_stay():
    nodes, edges = network([9, 7, 5], 4)
    copies = nodes.copy(), edges.copy()
    first = draw_map(nodes, edges).to_json()
    pd.testing.assert_frame_equal(nodes, copies[0])
    pd.testing.assert_frame_equal(edges, copies[1])
    assert (
        draw_map(nodes.sample(frac=1, random_state=3), edges.sample(frac=1, random_state=4)).to_json()
        == first
    )


@pytest.mark.parametrize(
    ("sizes", "alone", "title"),
    [
        ([], 0, "0 people; no ties among them are known"),
        ([], 1, "1 person; no ties among them are known"),
        ([2], 0, "2 people in 1 group"),
        ([2], 1, "2 people in 1 group; the 1 in the ring has no known tie to another contact"),
        ([3, 2], 1500, "5 people in 2 groups; the 1,500 in the ring have no known tie to another contact"),
        ([2] * 61, 0, "120 people in 60 groups; the 2 in the ring belong to smaller groups or to none"),
    ],
)
def test_titles_say_what_is_there(sizes, alone, title):
    nodes, edges = network(sizes, alone)
    assert draw_map(nodes, edges).layout.title.text == title
    page = io.BytesIO()
    draw_map_print(nodes, edges).savefig(page, format="svg")
    assert page.tell() > 1000


def test_hover_tells_who_where_and_why_and_runs_nothing():
    nodes, edges = network([4, 3])
    nodes.loc[0, ["name", "why", "community_name"]] = ["<script>x</script> $a$", None, "<b>%{x}"]
    figure = draw_map(nodes, edges.assign(evidence="<i>"))
    assert marks(figure).customdata[0] == ["‹script›x‹/script› $a$", "Acme", "–", "‹b›% {x}"]
    assert "<script" not in figure.to_json()
    assert "Person 1 – Person 2: ‹i›" in figure.data[2].text
    draw_map_print(nodes, edges).savefig(io.BytesIO(), format="png")


def test_a_group_with_but_a_number_is_called_after_its_core():
    nodes, edges = network([6, 5])
    nodes = nodes.assign(core_id=["c0002"] * 6 + ["c0007"] * 5).replace({"Group 1": "group 1"})
    assert plan(nodes, edges).groups["label"].tolist() == ["around Person 2", "Group 2"]


def test_ties_to_people_who_are_not_on_the_map_are_left_out():
    nodes, edges = network([5])
    assert len(plan(nodes.iloc[:3], edges).ties) == 2

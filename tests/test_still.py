"""networkscope.reports.still: a chart without its script shows the same dots, lines, bars and names."""

import base64
import json
import re
from xml.etree import ElementTree

import networkx as nx
import pandas as pd
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

import networkscope as ns
from networkscope.reports.still import still_picture

SVG = "{http://www.w3.org/2000/svg}"


def drawn(figure, height=400):
    address = still_picture(json.loads(figure.to_json()), height)
    kind, _, data = address.partition(",")
    assert kind == "data:image/svg+xml;base64"
    return ElementTree.fromstring(base64.b64decode(data))  # noqa: S314


def texts(svg):
    return [text.text for text in svg.iter(f"{SVG}text")]


def test_bars_lie_end_to_end_and_are_as_long_as_their_numbers():
    figure = go.Figure().add_bar(y=["a", "b"], x=[1, 3], orientation="h", name="new")
    figure.add_bar(y=["a", "b"], x=[2, 0], orientation="h", name="old").update_layout(showlegend=True)
    svg = drawn(figure)
    bars = [{name: float(bar.get(name)) for name in ("x", "y", "width")} for bar in svg.iter(f"{SVG}rect")]
    assert len(bars) == 3
    assert bars[1]["width"] == pytest.approx(3 * bars[0]["width"], rel=0.01)
    assert bars[2]["x"] == pytest.approx(bars[0]["x"] + bars[0]["width"], abs=0.2)
    assert bars[0]["y"] > bars[1]["y"], "the first is at the foot"
    assert {"a", "b", "new", "old", "0", "3"} <= set(texts(svg))


def test_dots_are_where_a_logarithmic_axis_puts_them():
    figure = go.Figure().add_scatter(x=[1, 10, 100, None, -5], y=[1, 1, 1, 1, 1], mode="markers")
    figure.update_xaxes(type="log", tickvals=[1, 10, 100], ticktext=["one", "ten", "hundred"])
    svg = drawn(figure)
    at = [float(dot.get("cx")) for dot in svg.iter(f"{SVG}circle")]
    assert len(at) == 3
    assert at[1] - at[0] == pytest.approx(at[2] - at[1], abs=0.2)
    assert {"one", "ten", "hundred"} <= set(texts(svg))


def test_the_charts_of_the_pages_have_their_people():
    forest = nx.DiGraph()
    for node, parent, generation in (("a", None, 0), ("b", "a", 1)):
        forest.add_node(node, parent=parent, generation=generation, root="a")
    forest.add_edge("a", "b", outcome="offer")
    svg = drawn(ns.draw_forest(forest, {"a": "Ann Lee", "b": "Bo <Ek>"}))
    assert {"Ann Lee", "Bo ‹Ek›", "offer"} <= set(texts(svg))
    rates = {
        "names_per_conversation": [0.5],
        "names_low": [0.2],
        "names_high": [0.9],
        "conversation_count": [4],
    }
    groups = pd.DataFrame({"who": ["Ann"], "name_count": [2], **rates})
    svg = drawn(ns.draw_yield(groups, "who"))
    assert any("Ann" in text for text in texts(svg))
    assert svg.find(f"{SVG}rect") is not None, "the band of the aim"


def test_an_empty_chart_is_a_picture_as_well():
    assert drawn(go.Figure()) is not None


@given(st.lists(st.text(max_size=20), min_size=1, max_size=5))
def test_no_text_becomes_mark_up(names):
    figure = go.Figure().add_scatter(
        x=list(range(len(names))), y=[1] * len(names), mode="markers+text", text=names
    )
    data = base64.b64decode(still_picture(json.loads(figure.to_json()), 300).partition(",")[2]).decode()
    assert not re.search(r"<(?!/?(svg|style|path|text|circle|rect)\b)", data)

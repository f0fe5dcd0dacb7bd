"""Measures and places, on small graphs that can be checked by hand."""

import doctest

import networkx as nx
import pytest

from maps import layout, measures, rules
from maps.layout import positions
from maps.measures import brokerage, communities, measure, pagerank


@pytest.mark.parametrize("module", [layout, measures, rules])
def test_the_examples_hold(module):
    assert doctest.testmod(module).failed == 0


def test_brokerage_of_one_tie_among_three_neighbours():
    graph = nx.star_graph(3)
    graph.add_edge(1, 2)

    assert brokerage(graph)[0] == pytest.approx((3 - 2 / 3) / 3)


def test_brokerage_is_not_defined_for_directed_graphs():
    with pytest.raises(ValueError, match="undirected"):
        brokerage(nx.DiGraph([(1, 2)]))


def test_shares_of_pagerank_add_up_to_one():
    assert sum(pagerank(nx.karate_club_graph()).values()) == pytest.approx(1)


def test_the_largest_group_has_number_zero():
    groups = list(communities(nx.karate_club_graph()).values())

    assert groups.count(0) == max(groups.count(number) for number in set(groups))


def test_measuring_changes_nothing():
    graph = nx.karate_club_graph()
    before = nx.to_dict_of_dicts(graph)

    measure(graph), positions(graph)

    assert nx.to_dict_of_dicts(graph) == before


@pytest.mark.parametrize("graph", [nx.Graph(), nx.path_graph(1), nx.empty_graph(3), nx.karate_club_graph()])
def test_every_node_has_a_place_within_the_drawing(graph):
    placed = positions(graph)

    assert set(placed) == set(graph)
    assert all(0 <= value <= 1 for point in placed.values() for value in point)


def test_the_same_graph_stands_in_the_same_places():
    assert positions(nx.karate_club_graph()) == positions(nx.karate_club_graph())

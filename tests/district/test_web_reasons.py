"""Why people rate as they do, on the first page: from enough people, and the hard things for a leader alone."""

from tests.district.test_web_pages import CENTRE, Q1, Q2, address, browser, clock
from tests.district.web_server import Browser, explain

__all__ = ["address", "browser", "clock"]


def test_the_page_names_the_reasons_that_enough_people_gave(engine, browser):
    explain(engine, CENTRE, Q1, {("bad", "waiting"): 7, ("bad", "place"): 4, ("good", "attitude"): 5})
    explain(engine, CENTRE, Q2, {("bad", "waiting"): 6, ("bad", "order"): 1})
    browser.sign_in("minh")

    page, reasons = browser.get("/").text, browser.figures()["reasons"]

    assert "Phải chờ lâu" in page
    assert "Thái độ tốt" in page
    assert [(each["words"]["vi"], each["n"]) for each in reasons["total"]["better"]] == [("Phải chờ lâu", 13)]
    assert {line["counter_id"]: [each["n"] for each in line["better"]] for line in reasons["lines"]} == {
        Q1: [7],
        Q2: [6],
    }


def test_a_reason_of_few_is_found_neither_at_the_counter_nor_by_subtraction(engine, browser):
    explain(engine, CENTRE, Q1, {("bad", "waiting"): 7})
    explain(engine, CENTRE, Q2, {("bad", "waiting"): 1, ("bad", "order"): 4})
    browser.sign_in("minh")

    page, reasons = browser.get("/").text, browser.figures()["reasons"]

    assert [each["n"] for each in reasons["total"]["better"]] == [7]
    assert [line["counter_id"] for line in reasons["lines"]] == [Q1]
    assert "Không theo thứ tự" not in page


def test_the_hard_things_are_shown_to_a_leader_and_to_nobody_else(engine, browser, address):
    explain(engine, CENTRE, Q1, {("bad", "waiting"): 9}, hard=6)
    inspector, stranger = Browser(address), Browser(address)
    browser.sign_in("lan")
    inspector.sign_in("minh")
    stranger.sign_in("stranger")

    assert "6 người nói riêng với lãnh đạo" in browser.get("/").text
    for other in (inspector, stranger):
        assert "người nói riêng với lãnh đạo" not in other.get("/").text
    assert "hard_to_say" not in browser.get("/figures.json").text + inspector.get("/figures.json").text


def test_nobody_is_told_that_a_few_said_something_hard(engine, browser):
    explain(engine, CENTRE, Q1, {}, hard=4)
    browser.sign_in("lan")

    assert "người nói riêng với lãnh đạo" not in browser.get("/").text

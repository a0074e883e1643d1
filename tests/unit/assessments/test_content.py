"""The questionnaire files: what they must say, and that a faulty one is refused by name."""

from __future__ import annotations

from importlib import resources

import pytest

from serein.assessments.rules import INSTRUMENTS, FaultyInstrument, instrument, parse

PHQ9_TEXT = (resources.files("serein.assessments") / "content" / "phq9.toml").read_text("utf-8")
PCL5_TEXT = (resources.files("serein.assessments") / "content" / "pcl5-month.toml").read_text(
    "utf-8"
)


def test_the_five_questionnaires_are_there() -> None:
    assert set(INSTRUMENTS) == {"pcl5-month", "pcl5-week", "pc-ptsd-5", "phq9", "gad7"}


@pytest.mark.parametrize(
    ("code", "count", "first", "last"),
    [
        ("pcl5-month", 20, "Repeated, disturbing, and unwanted memories", "Trouble falling"),
        ("pcl5-week", 20, "Repeated, disturbing, and unwanted memories", "Trouble falling"),
        ("pc-ptsd-5", 5, "Had nightmares about the event(s)", "Felt guilty or unable to stop"),
        ("phq9", 9, "Little interest or pleasure", "Thoughts that you would be better off dead"),
        ("gad7", 7, "Feeling nervous", "Feeling afraid as if"),
    ],
)
def test_items_in_their_order(code: str, count: int, first: str, last: str) -> None:
    items = instrument(code).items
    assert len(items) == count
    assert items[0].text.startswith(first)
    assert items[-1].text.startswith(last)


def test_past_month_and_past_week_ask_the_same_of_different_times() -> None:
    month, week = instrument("pcl5-month"), instrument("pcl5-week")
    assert [i.text for i in month.items] == [i.text for i in week.items]
    assert ("past month" in month.stem, "past week" in week.stem) == (True, True)
    assert month.codes.total_loinc == "101698-9"
    # There is no LOINC code for the past week: its series has a local code only.
    assert (week.codes.total_loinc, week.codes.panel_loinc) == ("", "")
    assert month.codes.local != week.codes.local


@pytest.mark.parametrize("code", ["phq9", "gad7"])
def test_the_lowest_answer_is_not_at_all(code: str) -> None:
    assert instrument(code).label_for(0) == "Not at all"


def test_codes_from_the_reviewed_table() -> None:
    # LOINC: PHQ-9 panel 44249-1, total 44261-6, item 9 44260-8; GAD-7 panel 69737-5, total 70274-6.
    phq9, gad7 = instrument("phq9"), instrument("gad7")
    assert (phq9.codes.panel_loinc, phq9.codes.total_loinc) == ("44249-1", "44261-6")
    assert phq9.items[8].loinc == "44260-8"
    assert (gad7.codes.panel_loinc, gad7.codes.total_loinc) == ("69737-5", "70274-6")
    assert phq9.signal is not None
    assert phq9.signal.item == 9


@pytest.mark.parametrize("code", INSTRUMENTS)
def test_each_names_where_it_comes_from(code: str) -> None:
    form = instrument(code)
    assert form.citation
    assert form.licence_class in {"PD", "PD-US"}
    assert form.wording_status == "confirmed"
    assert form.scoring.source.startswith("clinic default, review")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('code = "phq9"\n', "", "Add 'code'"),
        ("number = 9", "number = 10", "Number the items"),
        ("value = 3", "value = 4", "Give at least two anchors"),
        ('text = "Poor appetite or overeating"', 'text = " "', "Write the words of every item"),
        ('licence_class = "PD"', 'licence_class = "NC"', "Choose a licence class"),
        ('wording_status = "confirmed"', 'wording_status = "sure"', "Choose a wording status"),
        ("at_least = 10", "at_least = 28", "Keep every cut-off within 1 to 27"),
        ("item = 9", "item = 10", "Let the signal name one of the items"),
        ('"44261-6"', '"44261"', "Check the LOINC codes 44261"),
        ('loinc = "44255-8"', 'loinc = "44250-9"', "Use every LOINC code once"),
        ("seconds_per_item = 15", 'seconds_per_item = "15"', "must be a whole number"),
        ("seconds_per_item = 15", "seconds_per_item = 0", "Give at least one second"),
        ('missing = "complete_only"', 'missing = "zero"', "Correct the file"),
        ('missing = "complete_only"', 'missing = "prorate"', "Prorate from at least one answer"),
        ('version = "1999"', 'version = ""', "Fill in version"),
        ("[signal]", "[sginal]", "it does not know sginal"),
        ('local = "phq9-total"', 'local = ""', "Give a local code"),
        ("[codes]", "[codes", "Correct the file"),
        ('code = "phq9"\n', 'code = "PHQ 9"\n', "Write the code in small letters"),
    ],
)
def test_a_faulty_file_is_refused_by_name_and_fault(old: str, new: str, says: str) -> None:
    assert old in PHQ9_TEXT
    with pytest.raises(FaultyInstrument, match=f"^phq9.toml: .*{says}"):
        parse(name="phq9.toml", text=PHQ9_TEXT.replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("items = [6, 7]", "items = [6]", "Put every item into exactly one cluster"),
        ('code = "c"', 'code = "b"', "Give every cluster its own code"),
        ("c = 1,", "c = 3,", "Say for every cluster how many"),
        ("present_at = 2", "present_at = 5", "Let a symptom be present"),
        ('min_cluster_share = "0.5"', 'min_cluster_share = "half"', "Correct the file"),
        ("min_answered = 16", "min_answered = 21", "Prorate from"),
    ],
)
def test_faulty_clusters_are_refused(old: str, new: str, says: str) -> None:
    assert old in PCL5_TEXT
    with pytest.raises(FaultyInstrument, match=says):
        parse(name="pcl5-month.toml", text=PCL5_TEXT.replace(old, new, 1))


def test_a_code_that_is_not_there() -> None:
    with pytest.raises(KeyError):
        instrument("pcl-c")

"""When an article was written: forms, evidence, refusals, and what is right on corpora with known dates."""
import gzip
import json
import shutil

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_lda import InputError, find_dates, make_articles, read_articles, read_events
from policy_lda.dates import DATE_SOURCES, _compile_events, _find_events, parse_days

COLUMNS = ["date", "date_start", "date_end"]


def dates_of(text: str, **settings) -> tuple:
    "The date columns of one text as strings."
    row = find_dates(make_articles([{"id": "x", "text": text}]), **settings).iloc[0]
    return *("" if pd.isna(row[name]) else str(row[name].date()) for name in COLUMNS), row["date_source"]


def check_contract(dated: pd.DataFrame):
    "What holds for every row: known sources, order of days, points that are intervals of one day, quotes at their place."
    assert set(dated["date_source"]) <= set(DATE_SOURCES)
    points = dated[dated["date"].notna()]
    assert (points["date"] == points["date_start"]).all() and (points["date"] == points["date_end"]).all()
    assert not (dated["date_start"] > dated["date_end"]).any() and (dated["date_evidence"] != "").all()
    for text, evidence in zip(dated["text"], dated["date_evidence"]):
        for quoted in evidence.split('" at characters ')[1:]:
            start, end = (int(number) for number in quoted.replace(";", " ").replace(",", " ").split()[:3:2])
            assert f'"{text[start:end]}" at characters {start} to {end}' in evidence


def test_seeds_without_their_metadata(seeds, tmp_path):
    for path in seeds.glob("*.txt"):
        shutil.copy(path, tmp_path)
    dated = find_dates(read_articles(tmp_path))
    check_contract(dated)
    truth = read_articles(seeds)
    found = [["" if pd.isna(day) else str(day.date()) for day in days] for days in dated[COLUMNS].itertuples(index=False)]
    assert found[1] == ["2023-09-25"] * 3 and found[3] == ["2024-08-03"] * 3 and found[4] == ["", "2024-05-14", "2024-05-31"]
    for row in (0, 2):
        assert pd.isna(dated.loc[row, "date"]) and "no day of writing is stated" in dated.loc[row, "date_evidence"]
        assert dated.loc[row, "date_start"] <= truth.loc[row, "date_start"] <= truth.loc[row, "date_end"] <= dated.loc[row, "date_end"]
    assert dated["date_source"].tolist() == ["events (interval)", "text (label)", "text (opening event, interval)", "text (today)", "text (opening event, interval)"]


@pytest.mark.parametrize("head, day", [         # heads as news sites print them, with the day that their address gives
    (" date 2024-03-06 New quality productive forces mean advanced productivity", "2024-03-06"),
    ("A plenum on July 15-18\nUpdated: June 27, 2024 14:38 Xinhua\n\nBEIJING, June 27 -- The", "2024-06-27"),
    ("To hold a plenary session in July\n\nXinhua) 15:07, April 30, 2024\n\nBEIJING, April 30 (Xinhua)", "2024-04-30"),
    ("Nav Search\n\nAccelerating the Development\n\nBy Qiu Ping Source: Updated: 2024-05-30\n\nNew", "2024-05-30"),
    ("新华网 2023-09-23 14:50\n\n为中国式现代化构筑强大物质技术基础\n新华社北京9月23日电 中共中央", "2023-09-23"),
    ("上半年我国经济成绩单\n创始人\n2025-07-15 20:22:26\n\n今天上午10时", "2025-07-15"),
    ("公告\n发布时间：２０２４年８月３日\n正文", "2024-08-03"), ("公告\n二〇二四年八月三日\n正文", "2024-08-03")])
def test_heads_of_news_sites(head, day):
    assert dates_of(head)[0] == day


@pytest.mark.parametrize("head, expected", [
    ("新华社北京2024年8月3日电 今天，会议在京举行。", "2024-08-03 text (dateline)"), ("标题\n新华社北京2024年8月3日电（记者 王某）今天，会议召开。", "2024-08-03 text (dateline)"),
    ("标题\n新华社北京2024年8月3日电 会议", "2024-08-03 text (dateline)"), ("本报北京2024年8月3日讯 会议", "2024-08-03 text (dateline)"),
    ("新华社北京２０２４年８月３日电　题：会议", "2024-08-03 text (dateline)"), ("新华社北京2024年8月3日（记者王某）电 会议", "2024-08-03 text (dateline)"),
    ("2024-08-03 10:00 来源：人民网\n正文", "2024-08-03 text (dateline)"), ("标题\n2024-08-03 10:00 来源：人民网\n正文", "2024-08-03 text (dateline)"),
    ("标题\n2024年08月03日 10:00 来源：新华网", "2024-08-03 text (dateline)"), ("人民日报1959年10月1日社论\n正文", "1959-10-01 text (dateline)"),
    ("标题\n（《人民日报》1959年10月1日社论）\n正文", "1959-10-01 text (dateline)"), ("标题\n来源：新华网 2024-08-03 10:00", "2024-08-03 text (dateline)"),
    ("**Published:** 2 March 2024", "2024-03-02 text (label)"), ("Title\nPublished: 2 March 2024\nUpdated: 3 March 2024", "2024-03-02 text (label)"),
    ("Title\nLast updated: 3 June 2021", "2021-06-03 text (label)"), ("Title\nBy Li Wei | China Daily | Updated: 2024-08-03 09:12", "2024-08-03 text (dateline)"),
    ("Title\nBeijing, September 25, 2023\nThe", "2023-09-25 text (dateline)"), ("Title\nReuters - 3 Aug 2024\nThe", "2024-08-03 text (dateline)"),
    ("Title\nDate: Sat, 3 Aug 2024 10:00:00", "2024-08-03 text (label)"), ("Title\nPosted on: 3 August 2024", "2024-08-03 text (label)"),
    ("新华社乌兹别克斯坦撒马尔罕2024年8月3日电 会议", "2024-08-03 text (dateline)"), ("新华社华盛顿／北京2024年8月3日电 会议", "2024-08-03 text (dateline)"),
    ("Title\n\n3 August 2024\n\nThe", "2024-08-03 text (line)"), ("Title\nRio de Janeiro, 3 August 2024 (Reuters)", "2024-08-03 text (dateline)"),
    ("Title\nPublished:\n3 August 2024\nThe", "2024-08-03 text (line)"), ("标题\n2024年8月3日 星期六\n正文", "2024-08-03 text (dateline)")])
def test_heads_that_state_their_date(head, expected):
    found = dates_of(head)
    assert f"{found[0]} {found[3]}" == expected


@pytest.mark.parametrize("head", [              # days of other things than the article
    "Zhang San\nBorn: 12 March 1963", "Born 3 May 1930, London", "Title\nBorn 3 May 1930, London", "Call for comments\nDeadline: 30 June 2025", "截止日期：2025年6月30日",
    "通知\n截止日期：2025年6月30日", "通知\n报名截止2025年6月30日", "报名截止时间：2025年6月30日 18:00", "Regulation\nEffective date: 2025-01-01", "条例\n自2025年1月1日起施行",
    "自2025年1月1日起施行", "Title\nEntry into force: 1 January 2026", "标题\n时间：2030年10月1日", "Minutes\nNext update: 3 June 2029", "Title\nExpires 3 June 2031",
    "Title\nDied: 3 May 2030", "Title\nFile photo: 12 May 2008", "Title\nSichuan, May 12, 2008 (file photo)", "What happened on\nSeptember 11, 2001\nTwenty years later it",
    "The treaty was signed in Versailles on\nJune 28, 1919\nand came into force", "Title\nLast accessed: 3 June 2021", "Title\nRetrieved 3 June 2021", "Title\nDate palms were planted 1 May 2019",
    "2019-01-01\n2020-01-01\n2021-01-01", "Data\n2019-01-01 5.3\n2020-01-01 6.1", "Date: 25-30 September 2023", "日期：2023年9月25日至30日", "Title\nBeijing, 25–30 September 2023",
    "据新华社北京2024年8月3日电 会议", "人民日报1959年10月1日社论指出，", "公司\n1949年10月1日成立", "Deadline:\n30 June 2025\nSend", "截止日期\n2025年6月30日\n报名",
    "Title\nDate of birth: 12 March 1963", "Timeline\n12 March 1963: Foundation", "Published 3 May 1950, the book changed all", "Treaty\nParis, June 28, 1919, was the day", "Zhang San\n12 March 1963\nBorn in Wuhan",
    "Show\nThe fair opened 3 May 2019", "会议于\n2024年8月3日\n召开", "Title\nBirth Date: 3 May 1930", "中新社2024年8月3日电视新闻", "Obituary\nLi Wei (3 May 1950)"])
@pytest.mark.parametrize("after", ["", "\nThe prose of the article follows here.", "\n\n正文说明了一切。"])
def test_days_of_other_things_give_no_point(head, after):
    assert dates_of(head + after) == ("", "", "", "none")


def test_two_days_behind_a_label_are_an_interval():
    assert dates_of("Date: 2023-09-25 to 2023-09-30\nText.") == ("", "2023-09-25", "2023-09-30", "text (label, interval)")


SESSION = "今年1月31日，中共中央政治局就扎实推进高质量发展进行第十一次集体学习。"


@pytest.mark.parametrize("text, expected", [
    ("央视网消息：今天（８月３日）播出。" + SESSION, ("2024-08-03",) * 3 + ("text (today)",)),
    ("News: yesterday (August 2) it was said. In May 2020 too. " + SESSION, ("2024-08-03",) * 3 + ("text (today)",)),
    ("News: today (August 3). The Third Plenary Session of the 20th Central Committee listed it.", ("", "2024-08-03", "2024-08-03", "text (today, interval)")),
    ("标题\n新华社北京9月23日电 指示。\n全国新型工业化推进大会9月22日至23日在京召开。", ("", "2023-09-23", "2023-09-30", "text (dateline, interval)")),
    ("Since the 18th National Congress of the CPC, today (August 3) and ever.", ("", "2012-11-08", "", "events (not before)")),
    ("The Third Plenary Session of the 20th Central Committee will be held in July.", ("", "", "", "none")),
    ("This year we carry out the decisions of the Third Plenary Session of the 20th Central Committee.", ("", "2024-07-15", "", "events (not before)")),
    ("The Paris Agreement on Viet Nam of 1973. Riots of August 3. August 2024. On May 14 the war began.", ("", "", "", "none")),
    ("This year is the final year of the 14th Five-Year Plan. Figures of the first half of this year rose by 5% year-on-year.", ("", "2025-07-01", "2025-12-31", "events (interval)")),
    ("In the first half of this year we shall meet. This year is the final year of the 14th Five-Year Plan.", ("", "2025-01-01", "2025-12-31", "events (interval)"))])
def test_what_a_text_tells(text, expected):
    assert dates_of(text) == expected


def test_contradicting_clues_give_nothing():
    text = "today (August 3) it was said. This year is the final year of the 14th Five-Year Plan. " + SESSION
    assert dates_of(text) == ("", "", "", "none")


def test_no_day_after_that_of_the_file():
    texts = {"a": "Published: 2031-01-01\nText.", "b": "央视网消息：今天（8月3日）播出。" + SESSION, "c": "Published: 2024-01-01\nText."}
    articles = make_articles([{"id": key, "text": text, "path": key} for key, text in texts.items()])
    articles.attrs["modified"] = dict.fromkeys(texts, "2024-02-02")
    dated = find_dates(articles)
    assert dated["date"].isna().tolist() == [True, True, False] and dated["date_end"].isna().tolist() == [True, True, False]
    assert dated["date_evidence"].str.contains("refused: later than the file's own date, 2024-02-02").tolist() == [True, True, False]
    articles.attrs["modified"] = dict.fromkeys(texts, "1980-01-01")       # the zero date of an archive is no evidence
    assert find_dates(articles)["date"].notna().all()


def test_events_of_ones_own(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("event,pattern,start,end,kind,source\nForum,Blue Forum|蓝色论坛,2030-05-01,2030-05-02,occurrence,me\n", encoding="utf-8")
    events = pd.concat([read_events(), read_events(path)])
    assert dates_of("Title\nOn May 2, the BLUE-FORUM closed.", events=events) == ("", "2030-05-02", "2030-05-31", "text (opening event, interval)")


@pytest.mark.parametrize("row, said", [
    ("Forum,blue,May 2030,,occurrence,", "line 2: a day must look like"), ("Forum,,2030-05-01,,term,", "line 2: `pattern` is empty"),
    ("Forum,a||b,2030-05-01,,term,", "line 2: `pattern` has an empty wording"), ("Forum,a,2030-05-01,,fact,", "line 2: `kind` must be one of"),
    ("Forum,a,2030-05-01,2030-04-01,term,", "line 2: `end` 2030-04-01 is before"), ('"Forum', "not a readable CSV table")])
def test_a_broken_table_of_events_is_said(tmp_path, row, said):
    (tmp_path / "mine.csv").write_text(f"event,pattern,start,end,kind,source\n{row}\n")
    with pytest.raises(InputError, match=said.replace("|", r"\|")):
        read_events(tmp_path / "mine.csv")
    (tmp_path / "mine.csv").write_text("event,start\n")
    with pytest.raises(InputError, match="missing pattern, end, kind"):
        read_events(tmp_path / "mine.csv")


def test_every_event_is_found_by_its_wordings_and_stays_apart():
    events = read_events()
    table = _compile_events(events)
    for number, row in enumerate(events.itertuples()):
        for wording in row.pattern.split("|"):
            found = {item.event.Index for item in _find_events(wording.replace(" + ", " and "), table)}
            assert number in found, wording
    assert not events["event"].duplicated().any() and (events["source"] != "").all()


PIECES = st.sampled_from(["today (August 3) ", "今天（8月3日）", "Title\n", "Beijing, May 14 ", "2024-08-03", SESSION, "From May 30, the 2024 tour began. ", "\n", "二〇二四年十二月三日",
                          "first half of this year grew by 5% ", "Third Plenary Session of the 20th Central Committee ", "Belt and Road ", "February 30 ", '"', "This year is the final year of the 14th Five-Year Plan. "])


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES | st.text(max_size=12), max_size=9).map("".join), st.sampled_from([None, "2024-02-02", "2026-01-01"]))
def test_any_text_keeps_the_contract(text, saved):
    articles = make_articles([{"id": "x", "text": text, "path": "x"}])
    articles.attrs["modified"] = {"x": saved} if saved else {}
    dated = find_dates(articles)
    if '"' not in text:
        check_contract(dated)
    assert saved is None or not (dated["date_start"] > saved).any()
    assert all(text[day.start:day.end].strip() and day.first <= day.last for day in parse_days(text))


@pytest.mark.parametrize("name, at_least", [
    ("news_articles_2016_2017", 130), ("sotu_1790_2020s", 0), ("house_of_commons_sample", 0), ("ungd_p5_india_1971_2024", 35),
    ("zh_government_work_reports_1954_2025", 55)])
def test_no_hidden_date_is_missed_by_what_is_said(corpora, name, at_least):
    with gzip.open(corpora / name / "data.jsonl.gz", "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    truth = make_articles([{"id": record["id"], "date": record["date"], "text": "x"} for record in records])
    dated = find_dates(make_articles([{"id": record["id"], "text": record["text"]} for record in records]))
    check_contract(dated)
    assert not (dated["date_start"] > truth["date_end"]).any() and not (dated["date_end"] < truth["date_start"]).any()
    assert dated["date_start"].notna().sum() >= at_least
    reports = dated[truth["article_id"].str.startswith("gwr_")]      # given in March, but for the years before the events, 1982 and 2020
    for key, day in zip(reports["article_id"], reports["date_start"]):
        assert pd.isna(day) or key[:8] in ("gwr_1982", "gwr_2020") or day <= pd.Timestamp(int(key[4:8]), 3, 31), key


def test_a_long_sentence_of_figures_has_an_end():
    assert dates_of("first half of this year … " * 20_000) is not None          # hours, were it quadratic

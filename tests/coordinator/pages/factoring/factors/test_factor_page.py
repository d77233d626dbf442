"""The page of a factor, and lists that tell of finds and of what they finished."""

import re

P, Q = 10**15 + 37, 10**17 + 3


def test_a_factor_has_a_page_with_its_curve_and_its_cofactor(visitor, hand_in):
    hand_in(P * Q, client_id="ada", b1=2000, factors_found=[{"factor": str(P), "sigma": "7"}])
    listed = visitor.get("/factors").text
    address = re.search(rf'href="(/factors/\d+)"><span class="number">{P}</span></a>', listed)[1]
    page = visitor.get(address).text
    assert str(P) in page.partition("</h1>")[0]
    assert "proven prime" in page
    assert ">ada</a>" in page
    assert re.search(r"<dt>Cofactor</dt><dd><a[^>]*>.*?</a>, p18, proven prime</dd>", page)
    assert re.search(r"<dt>Found with</dt><dd>ECM, B1 2e3", page)
    assert re.search(r'<dt>Sigma</dt><dd><code data-copy="(\d:)?7">', page)
    assert "fully factored" in page
    assert page.index("On record as") > page.index("Sigma")
    (row,) = visitor.get(f"{address}?as=json").json()["factors"]
    assert row["factor"] == str(P)
    assert visitor.get(f"/composites/{row['found_on']}").text.count(f'href="{address}"') == 1


def test_a_factor_that_is_not_there_is_said_so(visitor):
    answer = visitor.get("/factors/77")
    assert answer.status_code == 404
    assert "There is no factor with the id 77" in answer.text
    assert visitor.get("/factors/none").status_code == 400


def test_what_became_of_a_number_is_told_once_and_it_stays_on_the_overview(visitor, hand_in):
    number = P * Q * (10**20 + 39)
    hand_in(number, factors_found=[{"factor": str(P)}, {"factor": str(Q)}])
    page = visitor.get("/").text
    finds = page[page.index('id="live_factors"') : page.index("Recently factored")]
    assert finds.count("<li><span>") == 2
    assert finds.count("fully factored") == 1
    lately = page[page.index('id="live_factored"') : page.index('id="projects-title"')]
    assert "p16 · p18 · p21" in lately


def test_the_work_that_is_left_stands_beside_the_ladder_and_no_share_that_looks_like_it(visitor, client, hand_in):
    number = (10**29 + 319) * (10**30 + 57)
    client.post("/api/v1/composites/bulk", json=[{"number": str(number), "target_t_level": 35}]).raise_for_status()
    hand_in(number, curves_completed=50)
    for page in ("/", "/composites"):
        shown = visitor.get(page).text
        row = shown[shown.index('data-label="Work left"') - 60 :][:110]
        assert re.search(r'"Work left">[0-9.]+\xa0[a-z-]+<', row), row
        assert "\xa0%" not in row, "the ladder counts digits, of which the last are most of the work"
    assert ">1 open</span>" in visitor.get("/").text

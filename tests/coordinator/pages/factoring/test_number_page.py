"""The page of one number: what it tells of the whole counts all of its parts."""

P, Q, R = 10**15 + 37, 10**17 + 3, 10**20 + 39


def test_the_cpu_time_of_a_number_is_that_of_all_its_parts_as_lists_tell_it(visitor, hand_in):
    hand_in(P * Q * R, client_id="ada", execution_time=60.0, factors_found=[{"factor": str(P)}])
    hand_in(Q * R, client_id="ada", execution_time=30.0, factors_found=[{"factor": str(Q)}])
    page = visitor.get("/composites/1").text
    assert "Fully factored in 1.5\xa0min of CPU time." in page
    assert "<dt>CPU time</dt><dd>1.5\xa0min</dd>" in page
    assert ">1.5\xa0min</td></tr>" in visitor.get("/composites").text


def test_no_figure_tells_the_chance_of_a_factor_where_nothing_is_run(visitor, client):
    client.post("/api/v1/composites/bulk", json=[{"number": str(P * Q), "project": "idle"}]).raise_for_status()
    assert "A factor in the next day" not in visitor.get("/projects/1").text

import re

import pytest

ROUTES = 9
#: Those that read the XComs of a results task. The others are of reviews.
REPORT_ROUTES = 4


@pytest.fixture(scope="module")
def routes(page):
    """Every path of the app, with ids of a Dag that *night* may read."""
    found = [
        route
        for mount in page.app.routes
        if hasattr(mount, "app")
        for route in getattr(mount.app, "routes", [])
    ]
    assert len(found) == ROUTES
    return found


def path_of(route, dag_id="night"):
    values = {"dag_id": dag_id, "run_id": "manual__1", "task_id": "results", "map_index": "-1"}
    values |= {"index": "0", "digest": "0", "name": "review.js"}
    return "/rekmedia" + route.path.format(**values)


@pytest.mark.parametrize("number", range(ROUTES))
def test_no_route_answers_without_a_login(page, routes, number):
    response = page.get(path_of(routes[number]), user=None)
    if routes[number].path.endswith("/review"):
        assert response.status_code == 307
        assert "/auth/login?next=" in response.headers["location"]
    else:
        assert response.status_code == 401
        assert "Log in" in response.text


@pytest.mark.parametrize("number", range(ROUTES))
def test_every_route_of_a_dag_refuses_users_of_other_dags(page, routes, number):
    route = routes[number]
    response = page.get(path_of(route), user="other")
    if "{dag_id}" in route.path:
        assert response.status_code == 403
        assert "manual__1" not in response.text
    else:
        assert route.path in ("/reports", "/assets/{digest}/{name}")


def test_every_route_of_reports_refuses_users_who_may_not_read_xcoms(page, routes):
    of_reports = [route for route in routes if not re.search("/review|^/assets", route.path)]
    assert len(of_reports) == REPORT_ROUTES
    for route in of_reports:
        response = page.get(path_of(route), user="night_blind")
        assert response.status_code == 403
        assert "manual__1" not in response.text


@pytest.mark.parametrize("number", range(ROUTES))
def test_every_route_only_reads(page, routes, number):
    assert routes[number].methods == {"GET"}
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert page.get(path_of(routes[number]), method=method).status_code == 405


@pytest.mark.parametrize("number", range(ROUTES))
def test_no_route_takes_more_than_the_ids_of_a_task_instance_and_a_place(routes, number):
    route = routes[number]
    dependant = route.dependant
    ids = {"dag_id", "run_id", "task_id", "map_index", "index"}
    if route.path.startswith("/assets"):
        ids = {"digest", "name"}
    assert set(re.findall(r"{(\w+)}", route.path)) <= ids
    assert {field.name for field in dependant.path_params} <= ids
    assert not [
        *dependant.query_params,
        *dependant.header_params,
        *dependant.cookie_params,
        *dependant.body_params,
    ]

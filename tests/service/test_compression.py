"""Pages and assets are compressed for clients that take it."""

import gzip

import pytest
from flask.testing import FlaskClient

BROWSER = {"Accept": "text/html", "Accept-Encoding": "gzip, deflate, br"}


@pytest.mark.parametrize("path", ["/", "/static/css/base.css"])
def test_what_is_compressed_is_what_stands_there(client: FlaskClient, path: str) -> None:
    plain = client.get(path, headers={"Accept": "text/html"})
    packed = client.get(path, headers=BROWSER)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) == int(packed.headers["Content-Length"]) < len(plain.data)
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert "Accept-Encoding" in plain.headers["Vary"]


def test_each_form_of_a_page_has_its_own_tag(client: FlaskClient) -> None:
    plain = client.get("/", headers={"Accept": "text/html"})
    packed = client.get("/", headers=BROWSER)
    assert plain.headers["ETag"] != packed.headers["ETag"]
    known = {"If-None-Match": packed.headers["ETag"]}
    assert client.get("/", headers=BROWSER | known).status_code == 304
    assert client.get("/", headers={"Accept": "text/html"} | known).status_code == 200


def test_a_client_that_refuses_gzip_gets_none(client: FlaskClient) -> None:
    refused = {"Accept": "text/html", "Accept-Encoding": "gzip;q=0, identity"}
    assert "Content-Encoding" not in client.get("/", headers=refused).headers


def test_assets_are_kept_by_the_address_of_their_content(client: FlaskClient) -> None:
    page = client.get("/", headers={"Accept": "text/html"}).text
    address = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
    response = client.get(address)
    assert response.status_code == 200
    assert "immutable" in response.headers["Cache-Control"]
    assert response.mimetype == "text/css"
    assert "immutable" not in client.get("/static/css/base.css").headers["Cache-Control"]
    assert client.get("/static/css/base.css?v=0").headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("name", ["absent.css", "../app.py", "css", "css/", "%2e%2e/app.py"])
def test_only_the_files_of_the_folder_are_given(client: FlaskClient, name: str) -> None:
    assert client.get(f"/static/{name}").status_code == 404

"""The layout: every page stands in it, in every language and direction, and weighs little."""

import re

import brotli
import pytest
from lxml import html

from app.config import ROOT
from app.i18n import languages
from tests.browser.components import create_components_app

CSS = (ROOT / "app/static/app.css").read_text(encoding="utf-8")
PHYSICAL = re.compile(
    r"[{;]\s*(?:(?:margin|padding|border)-(?:left|right|top|bottom)|left|right|top|bottom|(?:min-|max-)?(?:width|height)|"
    r"float:(?:left|right)|text-align:(?:left|right))\s*[:;}]"
)


@pytest.fixture(scope="module", params=[False, True], ids=["french", "right to left"])
def app(request):
    app = create_components_app(rtl=request.param)
    app.testing = True
    app.rtl = request.param
    return app


def tree(client, url: str, **options):
    answer = client.get(url, **options)
    return html.document_fromstring(answer.text), answer


def test_components_stand_in_both_directions(app):
    page, answer = tree(app.test_client(), "/", headers={"Accept-Language": "ar" if app.rtl else "fr"})
    assert (page.get("lang"), page.get("dir")) == (("ar", "rtl") if app.rtl else ("fr", "ltr"))
    assert len(page.findall(".//h1")) == 1
    assert not page.xpath("//*[@style or @onclick]")
    assert "⁅" not in answer.text
    for control in page.xpath("//input[not(@type='hidden')]|//select|//textarea"):
        assert control.label is not None or control.getparent().tag == "label"
    for id in page.xpath("//@aria-describedby"):
        assert all(page.xpath("//*[@id=$id]", id=one) for one in id.split())


def test_no_english_is_left_in_another_language():
    page, _answer = tree(create_components_app(rtl=True).test_client(), "/help", headers={"Accept-Language": "ar"})
    text = " ".join(page.xpath("//main//text()|//footer//text()|//@aria-label"))
    assert re.findall(r"[A-Za-z]{3,}", text.replace("Votre cycle", "").replace("vu", "")) == []


def test_an_error_names_its_field_in_summary_title_and_place(app):
    answer = app.test_client().post("/", data={"name": "", "phone": "+1", "role": "a"})
    page = html.document_fromstring(answer.text)
    link = page.xpath("//*[contains(@class,'summary')][@role='alert']//a")[0]
    field = page.xpath("//*[@id=$id]", id=link.get("href")[1:])[0]
    assert answer.status_code == 422
    assert field.get("aria-invalid") == "true"
    assert link.text in page.xpath("//*[@id=$id]", id=field.get("aria-describedby"))[0].text_content()
    assert not page.findtext(".//title").startswith("Composants")


@pytest.mark.parametrize("url", ["/help", "/accessibility", "/your-data", "/offline"])
def test_the_pages_of_the_footer_are_open_to_all(app, url):
    page, answer = tree(app.test_client(), url)
    assert answer.status_code == 200
    assert len(page.findall(".//h1")) == 1 and page.findtext(".//title").strip()
    assert len(answer.data) < 9000


def choose(client, code, back="/help"):
    return client.post("/language", data={"language": code, "back": back})


def test_the_language_is_that_of_a_link_then_the_choice_of_this_browser_then_what_it_asks_for(app):
    client = app.test_client()
    asking = {"Accept-Language": "en-GB,en;q=0.9,fr;q=0.5"}
    assert tree(client, "/help", headers=asking)[0].get("lang") == "en"
    assert choose(client, "fr", "/help?x=1").location == "/help?x=1"
    assert tree(client, "/help", headers=asking)[0].get("lang") == "fr"
    assert client.get("/help?lang=en&x=1&x=2").location == "/help?x=1&x=2"
    assert tree(client, "/help")[0].get("lang") == "en"
    choose(client, "fr")
    assert tree(client, "/help", headers=asking)[0].get("lang") == "fr"
    assert client.get("/help?lang=xx").status_code == 200
    assert tree(app.test_client(), "/help")[0].get("lang") == languages.DEFAULT


def test_a_language_that_is_not_offered_cannot_be_chosen_and_nobody_is_led_away(app):
    client = app.test_client()
    answer = choose(client, "xx")
    assert answer.status_code == 422 and "language=" not in str(answer.headers)
    assert choose(client, "en", "https://other.example/").location == "/"


def test_the_switch_offers_what_is_complete_and_comes_back_to_this_page(app):
    page, _answer = tree(app.test_client(), "/help?x=1")
    offered = page.xpath("//form[@class='langs']/button/@value")
    assert offered == ["fr", "en", "ar"] if app.rtl else ["fr", "en"]
    assert page.xpath("//form[@class='langs']/input[@name='back']/@value") == ["/help?x=1"]
    refused = html.document_fromstring(app.test_client().post("/language", data={}).text)
    assert refused.xpath("//form[@class='langs']/input[@name='back']/@value") == ["/"]


def test_a_refusal_has_a_page_without_navigation_data(app):
    page, answer = tree(app.test_client(), "/no-such-page")
    assert answer.status_code == 404
    assert page.xpath("//svg[contains(@class,'tape')]") and len(page.xpath("//ul[@class='ways']/li")) == 4
    assert "404" in page.xpath("//p[@class='over']")[0].text


def test_the_worker_and_the_outbox_are_served(app):
    answer = app.test_client().get("/sw.js")
    assert answer.status_code == 200 and answer.mimetype == "text/javascript"
    page, _answer = tree(app.test_client(), "/")
    line = page.xpath("//*[@data-outbox]")[0]
    assert "#" in line.get("data-texts") and line.get("data-csrf") is not None


def test_the_offline_page_shows_nothing_of_the_viewer(app):
    for url, shown in (("/help", 1), ("/offline", 0)):
        page, _answer = tree(app.test_client(), url)
        assert len(page.xpath("//*[@data-outbox]")) == len(page.xpath("//nav[@class='menu']")) == shown
        assert len(page.xpath("//input[@name='csrf_token']")) == shown
    assert 'fetch("/offline",{credentials:"omit"})' in app.test_client().get("/sw.js").text, "as it was built"


def test_the_style_sheet_weighs_at_most_8_kb():
    assert len(brotli.compress(CSS.encode(), quality=11)) <= 8_000


def test_the_style_sheet_knows_no_left_and_right():
    assert PHYSICAL.findall(re.sub(r"@media[^{]*", "", CSS)) == []
    assert CSS.count("{") == CSS.count("}")


@pytest.mark.parametrize("template", sorted((ROOT / "app/templates").rglob("*.html")), ids=lambda path: path.name)
def test_a_template_is_short(template):
    assert len(template.read_text().splitlines()) <= 150

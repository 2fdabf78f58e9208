"""Cases and their discussions in Chromium: with scripts and without, on a phone and on a desk."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

Visit = Callable[..., BrowserContext]
SignIn = Callable[..., Page]
Sound = Callable[[Page], None]


def open_case(page: Page, title: str) -> None:
    page.goto("/cases")
    page.locator("main li.row .h a", has_text=title).click()
    page.wait_for_url("**/cases/*")  # What follows reads the page that has come.


def open_thread(page: Page, title: str) -> None:
    open_case(page, title)
    page.locator(".tabs a").nth(1).click()
    page.locator("main li.row .h a").first.click()
    page.wait_for_url("**/threads/*")  # With its scripts: a line is cut next, or a text written.


@pytest.mark.parametrize("width", [360, 1280])
def test_the_pages_of_a_case_are_sound(visit: Visit, sign_in: SignIn, sound: Sound, width: int) -> None:
    page = sign_in(visit(width=width), "trainer1")
    page.goto("/cases")
    sound(page)
    open_case(page, "Mali")
    sound(page)
    here = page.url.split("?")[0]
    open_thread(page, "Mali")
    sound(page)
    page.locator("article .actions a").first.click()
    sound(page)
    for tail in ("/stages/conception", "/facts", "/threads/new", "/versions/case"):
        page.goto(here + tail)
        sound(page)


def test_a_learner_reads_writes_and_answers_without_scripts(visit: Visit, sign_in: SignIn) -> None:
    page = sign_in(visit(width=360, scripts=False), "learner8")
    page.goto("/modules")
    page.get_by_role("link", name="Apprentissage par les pairs").first.click()
    step = page.locator(".steps li").first
    title, state = (step.locator(part).bounding_box() for part in (".what", ".state"))
    assert title and state and state["y"] >= title["y"] + title["height"], "words of state have their own line"
    open_thread(page, "Mali")
    kinds = page.locator("[name=kind]").bounding_box()
    assert kinds and kinds["width"] >= 300, "the longest kind is read whole"
    page.locator("[name=body]").fill("Un **essai** sans script.")
    page.locator("[name=kind]").select_option("strength")
    page.get_by_role("button", name="Aperçu").click()
    expect(page.locator(".prose strong", has_text="essai")).to_be_visible()
    page.get_by_role("button", name="Envoyer").click()
    post = page.locator("article", has_text="Un essai sans script.")
    expect(post).to_have_count(1)
    expect(post).to_contain_text("Point fort")
    expect(post.get_by_role("status")).to_be_in_viewport()
    expect(page.get_by_text("Votre message est dans la discussion.")).to_have_count(1)
    post.get_by_role("link", name="Répondre").click()
    page.locator("[name=body]").fill("نص للتوضيح")
    page.locator("[name=kind]").select_option("question")
    page.locator("summary").click()
    page.locator("select[name=language]").select_option("ar")
    page.get_by_role("button", name="Envoyer").click()
    reply = page.locator("article.reply", has_text="نص للتوضيح")
    expect(reply.locator(".prose")).to_have_css("direction", "rtl")


def test_a_draft_stays_on_the_device_until_it_has_arrived(visit: Visit, sign_in: SignIn) -> None:
    page = sign_in(visit(), "learner9")
    open_thread(page, "Mali")
    thread = page.url
    page.locator("[name=body]").press_sequentially("Brouillon gardé")
    page.locator("[name=kind]").select_option("weakness")
    page.goto("/cases")
    page.goto(thread)
    expect(page.locator("[name=body]")).to_have_value("Brouillon gardé")
    expect(page.locator("[name=kind]")).to_have_value("weakness")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.locator("article", has_text="Brouillon gardé")).to_have_count(1)
    expect(page.locator("[name=body]")).to_have_value("")
    expect(page).not_to_have_url(re.compile("sent="))
    page.goto(thread)
    expect(page.locator("[name=body]")).to_have_value("")


def test_a_post_written_without_network_is_shown_at_once_and_arrives_once(
    visit: Visit, sign_in: SignIn, sound: Sound
) -> None:
    context = visit(width=360)
    page = sign_in(context, "learner10")
    open_thread(page, "Mali")
    thread = page.url
    context.set_offline(True)
    page.locator("[name=body]").fill("Écrit pendant\nla coupure")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.locator(".field", has=page.locator("[name=kind]"))).to_contain_text("Choisissez le type de message.")
    expect(page.locator("[name=kind]")).to_be_focused()
    waiting = page.locator("#unsent .post")
    expect(waiting).to_have_count(0)
    page.locator("[name=kind]").select_option("strength")
    page.get_by_role("button", name="Envoyer").click()
    expect(waiting.locator("b").first).to_have_text("+ Point fort")
    expect(page.locator("[name=kind]")).to_have_value("")
    expect(waiting).to_contain_text("en attente d’envoi")
    expect(page.locator("[name=body]")).to_have_value("")
    expect(page.locator(".outbox [role=status]")).to_contain_text("1 envoi attend le réseau")
    sound(page)
    context.set_offline(False)
    expect(page.locator(".outbox")).to_be_hidden(timeout=90_000)
    expect(waiting.locator(".tag")).to_be_hidden()
    page.goto(thread)
    expect(page.locator("article", has_text="Écrit pendant")).to_contain_text("Point fort")
    expect(waiting).to_have_count(0)


def test_a_post_that_the_server_refuses_stays_with_its_reason(visit: Visit, sign_in: SignIn) -> None:
    trainer, context = sign_in(visit(), "trainer1"), visit()
    open_case(trainer, "Bénin")
    trainer.locator(".tabs a").nth(1).click()
    trainer.get_by_role("link", name="Ouvrir une discussion").click()
    trainer.locator("[name=title]").fill("Discussion qui se ferme")
    trainer.get_by_role("button", name="Ouvrir la discussion").click()
    page = sign_in(context, "learner11")
    page.goto(trainer.url)
    context.set_offline(True)
    page.locator("[name=body]").fill("Écrit trop tard")
    page.locator("[name=kind]").select_option("weakness")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.locator("#unsent .post")).to_have_count(1)
    page.locator("[name=body]").press_sequentially("Pas encore envoyé")
    trainer.get_by_role("button", name="Clore la discussion").click()
    context.set_offline(False)
    expect(page.locator("#unsent .error")).to_contain_text("close", timeout=90_000)
    page.goto("/modules")
    page.locator(".outbox [data-refused] a").click()
    expect(page.locator("#unsent .prose")).to_have_text(["Écrit trop tard", "Pas encore envoyé"])
    expect(page.locator("#unsent b").first).to_have_text("− Faiblesse")
    expect(page.locator("#unsent .error").last).to_contain_text("cette discussion a été close")
    for left in (1, 0):
        page.get_by_role("button", name="Jeter").first.click()
        expect(page.locator("#unsent .post")).to_have_count(left)
    page.goto(trainer.url)
    expect(page.locator("#unsent .post")).to_have_count(0)
    expect(page.locator(".outbox")).to_be_hidden()
    expect(page.locator("article", has_text="Écrit trop tard")).to_have_count(0)


def test_a_trainer_tells_a_case_and_moderates_its_discussion(visit: Visit, sign_in: SignIn, sound: Sound) -> None:
    page = sign_in(visit(), "trainer1")
    open_case(page, "Tunisie")
    page.locator("#conception").get_by_role("link", name="Remplir").click()
    page.locator("[name=done]").fill("Texte d’exemple.")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("#conception .prose")).to_contain_text("Texte d’exemple.")
    expect(page.locator("ol.steps li.now")).to_contain_text("Conception")
    page.locator(".tabs a").nth(1).click()
    page.get_by_role("link", name="Ouvrir une discussion").click()
    page.locator("[name=title]").fill("Essai de discussion")
    page.get_by_role("button", name="Ouvrir la discussion").click()
    page.locator("[name=body]").fill("À masquer")
    page.locator("[name=kind]").select_option("question")
    page.get_by_role("button", name="Envoyer").click()
    page.get_by_role("button", name="Épingler", exact=True).click()
    page.locator("article").get_by_role("link", name="Masquer").click()
    page.locator("[name=reason]").fill("Essai")
    page.get_by_role("button", name="Masquer").click()
    expect(page.locator("article")).to_contain_text("masqué")
    sound(page)
    learner: Any = sign_in(visit(width=360), "learner7")
    learner.goto(page.url.split("#")[0])
    expect(learner.locator("main")).not_to_contain_text("À masquer")
    sound(learner)

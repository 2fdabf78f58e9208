"""What authors do with their own posts: answer somebody, correct, withdraw; and what stays of a withdrawn one."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from modules.cases import actions
from modules.cases.actions import Draft
from modules.cases.models import Case, Post, PostText, Thread
from modules.cases.queries.threads import news, threads_of
from modules.models import Completion
from tests.conftest import checked

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
POST = {"kind": "question", "stage": "", "language": "fr", "consent": "cohort", "body": "Qui a **décidé** ?"}


@pytest.fixture
def thread(session: Any, house: Any) -> Thread:
    """A discussion of the learner's cohort on one stage of an empty template."""
    case = actions.create_case(session, house.cycle.id, country="ML", title="Mali", by=house.admin, now=NOW)
    made = actions.open_thread(
        session, case, house.cohort.id, title="Calendrier", stage="conception", by=house.trainer, now=NOW
    )
    session.commit()
    return made


def say(session: Any, thread: Thread, author: Any, body: str, parent: Post | None = None, **more: Any) -> Post:
    """A post that is simply there."""
    draft = Draft(**{"kind": "experience", "body": body, "language": "fr"} | more)
    number = session.scalar(sa.select(sa.func.count(Post.id)))
    case, now = session.get_one(Case, thread.case_id), NOW + timedelta(minutes=number)
    post = actions.write(session, thread, case, draft, author=author, now=now, parent=parent)
    session.commit()
    return post


def text_of(tree: Any) -> str:
    return " ".join("".join(tree.find(".//main").itertext()).split())


def article(tree: Any, post: Post) -> Any:
    return tree.find(f".//article[@id='p-{post.public_id}']")


def links(one: Any) -> list[str]:
    """Where the actions of a post lead."""
    return [a.get("href").rpartition("/")[2].partition("?")[0] for a in one.findall("./p[@class='actions']/a")]


def test_the_author_corrects_stage_kind_language_and_sharing(
    house: Any, thread: Thread, sign_in: Any, page: Any, session: Any
) -> None:
    post = say(session, thread, house.learner, "Avant", consent="public")
    learner, url = sign_in(house.learner), f"/posts/{post.public_id}/edit"
    form = page(learner, url).find(".//main//form")
    assert {one.get("name") for one in form.findall(".//select")} == {"kind", "stage", "language", "consent"}
    change = {"kind": "strength", "stage": "evaluation", "language": "en", "consent": "unquoted", "body": "Avant"}
    refused = learner.post(url, data={**change, "stage": "moon", "version": "1"})
    assert refused.status_code == 422
    assert learner.post(url, data={**change, "version": "1"}).status_code == 303
    assert "ne pas citer" in "".join(article(page(learner, f"/threads/{thread.public_id}"), post).itertext())
    learner.post(url, data={**change, "stage": "", "version": "2"})
    kept = sa.select(PostText.number, PostText.kind, PostText.stage, PostText.lang, PostText.consent)
    assert session.execute(kept.order_by(PostText.number)).all() == [
        (1, "experience", "conception", "fr", "public"),
        (2, "strength", "evaluation", "en", "unquoted"),
        (3, "strength", None, "en", "unquoted"),
    ]
    session.commit()
    shown = text_of(page(sign_in(house.trainer), f"/posts/{post.public_id}/history"))
    assert "Partage public" in shown
    assert "Tout le cas" in shown


def test_a_withdrawn_post_leaves_its_place_and_its_answers_and_is_read_nowhere(
    house: Any, thread: Thread, sign_in: Any, page: Any, session: Any
) -> None:
    post = say(session, thread, house.learner, "Un mot regretté")
    answer = say(session, thread, house.trainer, "Une réponse", parent=post)
    say(session, thread, house.trainer, "À la réponse", parent=answer)
    learner, trainer = sign_in(house.learner), sign_in(house.trainer)
    url, there = f"/posts/{post.public_id}/withdrawal", f"/threads/{thread.public_id}"
    assert trainer.get(url).status_code == trainer.post(url).status_code == 403
    assert "Un mot regretté" in text_of(page(learner, url))
    assert "Un mot regretté" in text_of(page(trainer, there))
    assert learner.post(url).location == f"/posts/{post.public_id}"
    assert learner.post(url).status_code == 303
    assert "Votre message est retiré" in "".join(article(page(learner, there), post)[0].itertext())
    for reader in (learner, trainer, sign_in(house.admin)):
        shown = page(reader, there)
        assert (
            "".join(article(shown, post).itertext()).split() == "Message retiré par la personne qui l’a écrit.".split()
        )
        assert "Une réponse" in text_of(shown)
        for tail in ("/history", "/edit", "/withdrawal", "/hiding"):
            refused = reader.get(f"/posts/{post.public_id}{tail}")
            assert refused.status_code in (403, 409), tail
            assert "regretté" not in refused.get_data(as_text=True)
        parent = reader.get(f"{there}/posts?parent={post.public_id}")
        assert parent.status_code == 409
    late = trainer.post(f"{there}/posts?parent={post.public_id}", data=POST)
    assert late.status_code == 409
    assert "décidé" in late.get_data(as_text=True)
    late = learner.post(f"/posts/{post.public_id}/edit", data=POST)
    assert late.status_code == 409
    assert "décidé" in late.get_data(as_text=True)
    assert trainer.post(f"/posts/{post.public_id}/hiding", data={"reason": "Essai"}).status_code == 409
    for asked in (f"/api/v1{there}/posts", f"/api/v1/posts/{post.public_id}"):
        assert "regretté" not in sign_in(house.trainer).get(asked).get_data(as_text=True)
    one = sign_in(house.learner).get(f"/api/v1/posts/{post.public_id}").json
    assert (one["withdrawn"], one["body"], one["html"], one["author"], one["at"]) == (True, "", "", None, None)
    assert session.scalars(sa.select(PostText.body).where(PostText.post_id == post.id)).all() == ["Un mot regretté"]
    session.commit()


def test_a_withdrawn_post_is_not_new_for_anybody(house: Any, thread: Thread, session: Any, sign_in: Any) -> None:
    post = say(session, thread, house.trainer, "Un mot")
    asked = (house.learner.id, {house.cohort.id}, {house.cycle.id})
    assert [one.unread for one in news(session, *asked)] == [1]
    session.commit()
    assert sign_in(house.trainer).post(f"/posts/{post.public_id}/withdrawal").status_code == 303
    assert news(session, *asked) == []
    session.commit()


def test_a_post_is_withdrawn_from_a_closed_discussion_but_not_while_it_is_hidden(
    house: Any, thread: Thread, sign_in: Any, page: Any, session: Any
) -> None:
    post = say(session, thread, house.learner, "Un mot")
    hidden = say(session, thread, house.learner, "Un autre")
    actions.hide(session, hidden, reason="Essai", by=house.trainer, now=NOW)
    actions.close(session, thread, closed=True, by=house.trainer, now=NOW)
    session.commit()
    learner = sign_in(house.learner)
    shown = page(learner, f"/threads/{thread.public_id}")
    assert links(article(shown, post)) == ["withdrawal"]
    assert links(article(shown, hidden)) == []
    assert learner.post(f"/posts/{hidden.public_id}/withdrawal").status_code == 409
    assert learner.post(f"/posts/{post.public_id}/withdrawal").status_code == 303


def test_who_comes_too_late_to_change_an_own_post_is_told_so_and_keeps_the_text(
    house: Any, thread: Thread, sign_in: Any, page: Any, session: Any
) -> None:
    posts = {why: say(session, thread, house.learner, "Avant") for why in ("retiré", "masqué", "close")}
    learner, trainer = sign_in(house.learner), sign_in(house.trainer)
    change = {**POST, "body": "Après", "version": "1"}

    def stands(answer: Any, post: Post, text: str | None) -> str:
        """The sentence; one's text, a way back, and nothing to press that could only fail."""
        tree = checked(answer).find(".//main")
        assert answer.status_code == 409 and not tree.findall(".//form")
        assert "Enregistrer" not in "".join(tree.itertext())
        assert [one.text.strip() for one in tree.iter("textarea")] == ([text] if text else [])
        assert f"/posts/{post.public_id}" in {a.get("href") for a in tree.iter("a")}
        return tree.findtext(".//p[@class='lead']")

    for post in posts.values():
        assert page(learner, f"/posts/{post.public_id}/edit").findall(".//main//form")
    learner.post(f"/posts/{posts['retiré'].public_id}/withdrawal")
    trainer.post(f"/posts/{posts['masqué'].public_id}/hiding", data={"reason": "Essai"})
    assert learner.post(f"/posts/{posts['close'].public_id}/edit", data=change).status_code == 303
    trainer.post(f"/threads/{thread.public_id}/closing", data={"on": "1"})
    for why, post in posts.items():
        url, kept = f"/posts/{post.public_id}/edit", {"retiré": None, "masqué": "Avant", "close": "Après"}[why]
        for sent in (change, {**change, "preview": "1"}, {**change, "kind": ""}):
            said = stands(learner.post(url, data={**sent, "body": "Tard"}), post, "Tard")
            assert why in said and "ous " in said
        assert why in stands(learner.get(url), post, kept)
        assert trainer.get(url).status_code == trainer.post(url, data=change).status_code == 403


def test_who_is_answered_is_named_where_an_answer_was_answered(
    house: Any, thread: Thread, sign_in: Any, page: Any, session: Any
) -> None:
    first = say(session, thread, house.trainer, "Un")
    second = say(session, thread, house.learner, "Deux", parent=first)
    trainer, url = sign_in(house.trainer), f"/threads/{thread.public_id}"
    assert "Deux" in text_of(page(trainer, f"{url}/posts?parent={second.public_id}"))
    sent = trainer.post(f"{url}/posts?parent={second.public_id}", data={**POST, "body": "Trois"})
    third = session.scalars(sa.select(Post).where(Post.answers_id == second.id)).one()
    session.commit()
    assert third.parent_id == first.id
    assert sent.location.endswith(f"#p-{third.public_id}")
    shown = page(trainer, url)
    told = shown.findall(".//div[@role='status'][p='Votre message est dans la discussion.']")
    assert told == [article(shown, third)[0]], "at the post, and nowhere else"
    said = ["".join(article(shown, one).itertext()) for one in (first, second, third)]
    assert ["En réponse à" in one for one in said] == [False, False, True]
    assert "En réponse à learner" in said[2]
    assert article(shown, third).get("class") == "post reply"
    made = sign_in(house.trainer).get(f"/api/v1/posts/{third.public_id}").json
    assert (made["parent"], made["answers"]) == (first.public_id, second.public_id)
    second.consent = "chatham"
    session.commit()
    assert "learner" not in "".join(article(page(sign_in(house.admin), url), third).itertext())
    assert "En réponse à learner" in text_of(page(trainer, url))
    sign_in(house.learner).post(f"/posts/{second.public_id}/withdrawal")
    assert "learner" not in "".join(article(page(trainer, url), third).itertext())


def test_a_reply_that_stands_alone_on_a_page_says_whom_it_answers(
    house: Any, thread: Thread, sign_in: Any, page: Any, session: Any
) -> None:
    first = say(session, thread, house.trainer, "Un")
    second = say(session, thread, house.learner, "Deux", parent=first)
    learner, trainer, there = sign_in(house.learner), sign_in(house.trainer), f"/threads/{thread.public_id}"
    alone = [(trainer, f"/posts/{second.public_id}/hiding"), (learner, f"/posts/{second.public_id}/withdrawal"),
             (trainer, f"{there}/posts?parent={second.public_id}")]  # fmt: skip
    for person, url in alone:
        assert "En réponse à trainer" in "".join(article(page(person, url), second).itertext()), url
    assert "En réponse à" not in text_of(page(learner, there))


def test_what_takes_no_answer_offers_none_and_refuses_one(
    house: Any, thread: Thread, sign_in: Any, page: Any, session: Any
) -> None:
    post, hidden = say(session, thread, house.trainer, "Un"), say(session, thread, house.learner, "Masqué")
    actions.hide(session, hidden, reason="Essai", by=house.trainer, now=NOW)
    session.commit()
    learner, trainer, url = sign_in(house.learner), sign_in(house.trainer), f"/threads/{thread.public_id}"
    assert "posts" in links(article(page(learner, url), post))
    for person in (learner, trainer):
        assert "posts" not in links(article(page(person, url), hidden))
        assert person.get(f"{url}/posts?parent={hidden.public_id}").status_code == 409
        assert person.post(f"{url}/posts?parent={hidden.public_id}", data=POST).status_code == 409
    trainer.post(f"{url}/closing", data={"on": "1"})
    assert "posts" not in links(article(page(learner, url), post))
    for person in (learner, trainer):
        assert person.get(f"{url}/posts?parent={post.public_id}").location == url
        assert person.post(f"{url}/posts?parent={post.public_id}", data=POST).status_code == 409
    assert session.scalar(sa.select(sa.func.count(Post.id))) == 2
    session.commit()


def test_headings_of_a_post_stand_below_those_of_the_page(
    house: Any, thread: Thread, sign_in: Any, page: Any, session: Any
) -> None:
    say(session, thread, house.learner, "# Un\n\n## Deux")
    learner, url = sign_in(house.learner), f"/threads/{thread.public_id}"
    shown = page(learner, url).find(".//article")
    assert [one.tag for one in shown.iter() if one.text in ("Un", "Deux")] == ["h3", "h4"]
    preview = learner.post(f"{url}/posts", data={**POST, "body": "# Un", "preview": "1"}).get_data(as_text=True)
    assert "<h3>Un</h3>" in preview


def test_the_page_says_once_that_a_post_has_arrived(
    house: Any, thread: Thread, sign_in: Any, page: Any, session: Any
) -> None:
    post = say(session, thread, house.learner, "Un")
    for person, told in ((house.learner, True), (house.trainer, False)):
        client = sign_in(person)
        there = client.get(f"/posts/{post.public_id}?sent").location
        assert there == f"/threads/{thread.public_id}#p-{post.public_id}"
        assert ("Votre message est dans la discussion." in text_of(page(client, there))) is told
        assert "Votre message est dans la discussion." not in text_of(page(client, there))


def test_a_post_that_is_drawn_once_is_still_each_reader_s_own(
    house: Any, thread: Thread, sign_in: Any, page: Any, session: Any
) -> None:
    """Posts are kept as drawn: by turns, nobody gets what was drawn for another or for an earlier day."""
    post = say(session, thread, house.learner, "Un texte", consent="chatham")
    url, learner, trainer = f"/threads/{thread.public_id}", sign_in(house.learner), sign_in(house.trainer)
    outsider, actions_of = sign_in(house.admin), lambda who: links(article(page(who, url), post))

    def text_at(who: Any, url: str, which: Post = post) -> str:
        return " ".join(article(page(who, url), which).itertext())

    house.learner.name = "Participante 1"
    session.commit()
    name, stranger = house.learner.name, "Une personne de la cohorte"
    page(trainer, url), page(learner, url)
    for _ in range(2):
        assert actions_of(learner) == ["posts", "edit", "withdrawal"]
        assert actions_of(trainer) == ["posts", "hiding"]
        assert name in text_at(trainer, url) and stranger not in text_at(trainer, url)
        assert name not in text_at(outsider, url) and stranger in text_at(outsider, url)
        assert "Expérience" in text_at(trainer, url)
        trainer.get(f"{url}?lang=en")
        assert "Reply" in text_at(trainer, url)
        trainer.get(f"{url}?lang=fr")
    learner.post(f"/posts/{post.public_id}/edit", data={**POST, "body": "Autre chose", "version": "1"})
    for who in (learner, trainer):
        assert "Autre chose" in text_at(who, url) and "Un texte" not in text_at(who, url)
    other = say(session, thread, house.learner, "Un autre")
    page(trainer, url)
    learner.post(f"/posts/{post.public_id}/withdrawal")
    assert "Autre chose" not in text_at(trainer, url)
    house.learner.erased_at = NOW
    session.commit()
    assert name not in text_at(trainer, url, other) and "Ancien·ne membre" in text_at(trainer, url, other)


def test_a_trainer_does_not_show_again_his_own_post_that_another_hid(
    house: Any, thread: Thread, sign_in: Any, page: Any, session: Any
) -> None:
    post = say(session, thread, house.trainer, "À moi")
    trainer, admin, url = sign_in(house.trainer), sign_in(house.admin), f"/threads/{thread.public_id}"
    undo = f"/posts/{post.public_id}/hiding/undo"
    assert admin.post(f"/posts/{post.public_id}/hiding", data={"reason": "Hors sujet"}).status_code == 303
    assert "Afficher de nouveau" not in text_of(page(trainer, url)) and "Hors sujet" in text_of(page(trainer, url))
    refused = trainer.post(undo)
    assert refused.status_code == 403 and "Une autre personne" in refused.text
    assert "Afficher de nouveau" in text_of(page(admin, url))
    assert admin.post(undo).status_code == 303
    assert trainer.post(f"/posts/{post.public_id}/hiding", data={"reason": "Pardon"}).status_code == 303
    assert trainer.post(undo).status_code == 303, "what somebody hid himself he shows again"


def test_a_step_that_came_after_its_learner_s_posts_is_done_with_them(
    house: Any, thread: Thread, sign_in: Any, page: Any, session: Any
) -> None:
    say(session, thread, house.learner, "Déjà écrit")
    session.execute(sa.delete(Completion))
    session.commit()
    learner, step = sign_in(house.learner), house.steps["cases"]
    listed = learner.get(f"/cases/of/{step.public_id}")
    assert listed.status_code == 303
    assert "pas encore achevée" not in text_of(page(learner, listed.location))
    assert session.scalars(sa.select(Completion.person_id)).all() == [house.learner.id]
    session.execute(sa.delete(Completion))
    session.commit()
    page(learner, "/cases")  # By the menu: at the next look.
    assert session.scalars(sa.select(Completion.person_id)).all() == [house.learner.id]
    page(sign_in(house.trainer), "/cases")
    session.rollback()
    assert session.scalars(sa.select(Completion.person_id)).all() == [house.learner.id]


def test_who_changes_a_post_in_two_pages_sees_the_newer_text_and_may_save_again(
    house: Any, thread: Thread, sign_in: Any, page: Any, session: Any
) -> None:
    post = say(session, thread, house.learner, "Avant")
    learner, url = sign_in(house.learner), f"/posts/{post.public_id}/edit"
    assert learner.post(url, data={**POST, "body": "D’une **page**", "version": "1"}).status_code == 303
    refused = learner.post(url, data={**POST, "body": "De l’autre", "version": "1"})
    tree = checked(refused)
    assert refused.status_code == 409 and "D’une page" in text_of(tree)
    assert [(one.text or "").strip() for one in tree.iter("textarea")] == ["D’une **page**", "De l’autre"]
    (version,) = {one.get("value") for one in tree.iter("input") if one.get("name") == "version"}
    assert version == "2"
    assert learner.post(url, data={**POST, "body": "Les deux", "version": version}).status_code == 303
    assert "Les deux" in text_of(page(learner, f"/threads/{thread.public_id}"))
    assert learner.post(url, data={**POST, "body": "Tard", "version": "2"}).status_code == 409


def test_a_form_in_a_post_is_that_of_its_own_browser(house: Any, thread: Thread, sign_in: Any, session: Any) -> None:
    post = say(session, thread, house.learner, "Un texte")
    url, readers = f"/threads/{thread.public_id}", [sign_in(one) for one in (house.trainer, house.admin)]
    readers[0].post(f"/posts/{post.public_id}/hiding", data={"reason": "Hors sujet"})
    forms = [article(checked(reader.get(url)), post).find(".//form") for reader in readers]
    assert len({form.find("./input[@name='csrf_token']").get("value") for form in forms}) == 2


def test_a_post_is_read_in_the_reader_s_language_and_year(
    app: Any, house: Any, thread: Thread, sign_in: Any, session: Any, monkeypatch: Any
) -> None:
    """Of an author who has left, kind and stage read the same in both languages: only the words around them differ."""
    post = say(session, thread, house.trainer, "Un texte", kind="question", stage="capitalisation")
    house.trainer.erased_at = NOW
    session.commit()
    url, learner = f"/threads/{thread.public_id}", sign_in(house.learner)
    learner.get(url)  # Read, so that nothing but language and year differs.
    told = {}
    for year in (2027, 2028):
        monkeypatch.setitem(app.extensions, "now", lambda year=year: datetime(year, 6, 1, tzinfo=UTC))
        for lang in ("fr", "en", "fr"):
            learner.get(f"{url}?lang={lang}")
            told[year, lang] = " ".join(article(checked(learner.get(url)), post).itertext())
    assert "Répondre" in told[2027, "fr"] and "Reply" in told[2027, "en"]
    assert "1er\xa0mars" in told[2027, "fr"] and "2027" not in told[2027, "fr"] + told[2027, "en"]
    assert "2027" in told[2028, "fr"] and "2027" in told[2028, "en"]


def test_a_notice_at_a_post_is_said_once(house: Any, thread: Thread, sign_in: Any, page: Any, session: Any) -> None:
    learner, url = sign_in(house.learner), f"/threads/{thread.public_id}"
    page(learner, learner.post(f"{url}/posts", data=POST).location)
    sent = learner.post(f"{url}/posts", data={**POST, "body": "Encore"})
    said = "Votre message est dans la discussion"
    assert said in text_of(page(learner, sent.location))
    assert said not in text_of(page(learner, sent.location))


def test_the_numbers_of_posts_leave_out_what_is_withdrawn_or_hidden_for_whoever_reads(
    house: Any, thread: Thread, sign_in: Any, page: Any, session: Any
) -> None:
    case = session.get_one(Case, thread.case_id)
    say(session, thread, house.trainer, "Reste")
    gone, hidden = (say(session, thread, author, "Part") for author in (house.trainer, house.learner))
    readers = [(sign_in(one), one) for one in (house.learner, house.trainer, house.admin)]

    def counted(client: Any) -> list[int]:
        """What each page and the API say, in the order of the pages."""
        pages = [page(client, f"/{one}?cohort={house.cohort.public_id}") for one in (
            "cases", f"cases/{case.public_id}", f"cases/{case.public_id}/discussion", f"threads/{thread.public_id}"
        )]  # fmt: skip
        facts = [int(one[0][0].text) for tree in pages for one in tree.iter("li") if (one.text or "") == "Messages "]
        tabs = [text for tree in pages for a in tree.iter("a") if (text := (a.text or "")).startswith("Discussion (")]
        asked = client.get(f"/api/v1/cases/{case.public_id}/threads").json["threads"]
        listed = client.get("/api/v1/cases").json["cases"]
        told = [one["posts"] for one in asked + listed if one["id"] in (thread.public_id, case.public_id)]
        assert len(facts) == 3 and len(tabs) == 2
        return [*facts, *(int(text[len("Discussion (") : -1]) for text in tabs), *told[:2]]

    assert [counted(client) for client, _ in readers] == [[3] * 7] * 3
    assert sign_in(house.trainer).post(f"/posts/{gone.public_id}/withdrawal").status_code == 303
    assert [counted(client) for client, _ in readers] == [[2] * 7] * 3
    hide = {"reason": "Doublon"}
    assert sign_in(house.trainer).post(f"/posts/{hidden.public_id}/hiding", data=hide).status_code == 303
    assert [counted(client) for client, _ in readers] == [[1] * 7] * 3
    assert len(page(readers[1][0], f"/threads/{thread.public_id}").findall(".//article")) == 3
    places = readers[1][0].get(f"/api/v1/threads/{thread.public_id}/posts").json
    assert (places["total"], len(places["posts"])) == (3, 3)
    assert sign_in(house.trainer).post(f"/posts/{hidden.public_id}/hiding/undo").status_code == 303
    assert [counted(client) for client, _ in readers] == [[2] * 7] * 3


def test_the_last_post_of_a_discussion_is_one_in_sight(house: Any, thread: Thread, session: Any) -> None:
    first, last = (say(session, thread, house.trainer, body) for body in ("Reste", "Part"))
    asked = (session, thread.case_id, house.cohort.id, house.learner.id, None, 1)
    assert [row.last_at for row in threads_of(*asked).rows] == [last.at]
    actions.withdraw(session, last, by=house.trainer, now=NOW)
    assert [row.last_at for row in threads_of(*asked).rows] == [first.at]
    actions.withdraw(session, first, by=house.trainer, now=NOW)
    assert [(row.posts, row.last_at) for row in threads_of(*asked).rows] == [(0, None)]
    session.commit()

"""The evidence of one learner and step by machine."""

from tests.web.test_evidence_page import url  # noqa: F401 - a fixture


def test_machines_read_and_revoke_the_same(url, house, speak):  # noqa: F811
    client, at = speak(house.trainer), f"/api/v1{url}"
    facts = client.get(at).json["facts"]
    assert [fact["number"] for fact in facts] == [4, 3, 2, 1] and facts[0]["kind"] == "in room"
    assert [fact["number"] for fact in client.get(f"{at}?only=online").json["facts"]] == [3, 1]
    refused = client.post(f"{at}/revocation", json={"facts": [4]})
    assert refused.status_code == 422 and "Dites pourquoi" in str(refused.json)
    assert client.post(f"{at}/revocation", json={"facts": [4, 9], "why": "Absente"}).json == {"changed": 1}
    assert client.get(f"{at}?only=revoked").json["facts"][0]["why"] == "Absente"
    assert client.post(f"{at}/revocation", json={"facts": [4], "again": True}).json == {"changed": 1}
    assert speak(house.learner).get(at).status_code == 404
    assert speak(house.other_trainer).post(f"{at}/revocation", json={"facts": [1], "why": "x"}).status_code == 404

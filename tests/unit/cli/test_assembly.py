from __future__ import annotations

from headgate.cli.assembly import assemble
from headgate.model.entities import Api, Operation, PolicySource, Service
from headgate.settings.gateway import GatewaySettings

OPERATION = Operation(id="ask", name="", method="POST", url_template="/ask")
API = Api(id="chat", name="", path="", operations=(OPERATION,))


def test_each_snapshot_is_fresh_and_keeps_the_settings() -> None:
    make, found = assemble(Service(apis=(API,)), GatewaySettings(admission="apim"))
    assert found == []
    assert make is not None
    one, other = make(), make()
    assert one.terms.admission == "apim"
    assert one.terms.learned is not other.terms.learned
    assert one.plan("chat", "ask", product=None) is other.plan("chat", "ask", product=None)


def test_documents_that_are_wrong_make_none() -> None:
    broken = PolicySource(file="policy.xml", text="<policies><nowhere /></policies>")
    make, found = assemble(Service(apis=(API,), global_policy=broken), GatewaySettings())
    assert make is None
    assert [one.code for one in found] == ["HG121"]

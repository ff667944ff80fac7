"""How upstream certificates are checked."""

from __future__ import annotations

import ssl

import pytest

from headgate.upstream.tls import TlsContexts


@pytest.mark.parametrize(
    ("chain", "name", "mode", "checks_name"),
    [
        (True, True, ssl.CERT_REQUIRED, True),
        (True, False, ssl.CERT_REQUIRED, False),
        (False, True, ssl.CERT_NONE, False),
        (False, False, ssl.CERT_NONE, False),
    ],
)
def test_flags_decide_what_is_checked(
    *, chain: bool, name: bool, mode: ssl.VerifyMode, checks_name: bool
) -> None:
    context = TlsContexts().context(check_chain=chain, check_name=name)
    assert (context.verify_mode, context.check_hostname) == (mode, checks_name)
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


def test_contexts_are_made_once() -> None:
    contexts = TlsContexts()
    first = contexts.context(check_chain=True, check_name=True)
    assert contexts.context(check_chain=True, check_name=True) is first


def test_missing_authorities_are_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        TlsContexts("/nowhere.pem").context(check_chain=True, check_name=True)

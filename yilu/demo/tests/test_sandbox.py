"""The sandboxes are as strict as the providers, and as bad as one orders."""

import httpx
import pytest

from yilu.demo.sandbox.server import SandboxServer
from yilu.demo.sandbox.sms import SmsSandbox
from yilu.demo.sandbox.wechat_messages import WechatSandbox
from yilu.demo.sandbox.wire import Faults


@pytest.fixture
def sandbox():
    services = [
        SmsSandbox("id", "key", "app"),
        WechatSandbox("wx1", "secret"),
    ]
    with SandboxServer(0, services, Faults()) as server:
        server.run_in_background()
        address = f"http://127.0.0.1:{server.server_address[1]}"
        with httpx.Client(base_url=address, trust_env=False, timeout=30) as client:
            yield client
        server.shutdown()


def token(sandbox, secret="secret"):  # noqa: S107 (only for tests)
    asked = {"grant_type": "client_credential", "appid": "wx1", "secret": secret}
    return sandbox.post("/wechat/cgi-bin/stable_token", json=asked).json()


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "AuthFailure.SignatureFailure"),
        (
            {
                "Authorization": "TC3-HMAC-SHA256 Credential=id/2020-01-01/sms/tc3_request,"
                f" SignedHeaders=content-type;host, Signature={'0' * 64}",
                "X-TC-Timestamp": "1577836800",
            },
            "AuthFailure.SignatureExpire",
        ),
    ],
)
def test_an_sms_without_a_right_fresh_signature_is_refused(sandbox, headers, code):
    answer = sandbox.post("/", json={}, headers={"X-TC-Action": "SendSms", **headers})

    assert answer.json()["Response"]["Error"]["Code"] == code
    assert sandbox.get("/control/sms").json() == {"items": []}


def test_a_token_is_given_for_the_right_secret_only(sandbox):
    assert token(sandbox, "wrong") == {"errcode": 40125, "errmsg": "invalid appsecret"}
    first, second = token(sandbox), token(sandbox)
    assert first["access_token"] == second["access_token"]
    assert 7100 < second["expires_in"] <= 7200


def test_faults_strike_in_the_order_given_and_end(sandbox):
    for mode in ("error", "garbage", "lost"):
        ordered = sandbox.post("/control", json={"service": "wechat", "mode": mode})
        assert ordered.status_code == 200

    assert sandbox.post("/wechat/cgi-bin/stable_token", json={}).status_code == 500
    with pytest.raises(ValueError, match=r"utf-8|Expecting"):
        sandbox.post("/wechat/cgi-bin/stable_token", json={}).json()
    with pytest.raises(httpx.RemoteProtocolError):
        token(sandbox)
    assert "access_token" in token(sandbox)


def test_faults_are_taken_back(sandbox):
    sandbox.post("/control", json={"service": "wechat", "mode": "error", "times": 9})
    sandbox.delete("/control")

    assert "access_token" in token(sandbox)


@pytest.mark.parametrize("order", [{}, {"service": "sms"}, {"service": "sms", "mode": "kind"}])
def test_an_order_that_makes_no_sense_is_refused(sandbox, order):
    assert sandbox.post("/control", json=order).status_code == 400


@pytest.mark.parametrize(
    ("error", "is_told"),
    [(BrokenPipeError(), False), (ConnectionResetError(), False), (ValueError("odd"), True)],
)
def test_a_caller_who_hangs_up_leaves_no_trace_and_every_other_error_does(error, is_told, capsys):
    with SandboxServer(0, [], Faults()) as server:
        try:
            raise error
        except (OSError, ValueError):
            server.handle_error(None, ("127.0.0.1", 1))

    assert bool(capsys.readouterr().err) is is_told

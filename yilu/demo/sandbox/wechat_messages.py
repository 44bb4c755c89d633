"""WeChat's interface: tokens that end, messages to open ids, and the mini-program's sign-in."""

import base64
import hmac
import json
import secrets
import threading
from typing import Any

from yilu.demo.sandbox.wire import Reply, Request
from yilu.platform import clock

TOKEN_SECONDS = 7200
LONGEST_VALUE = 20
# Open ids of people who have refused messages begin so.
HAS_REFUSED = "refused-"


class WechatSandbox:
    """Gives tokens for the right secret, and takes messages for the right token."""

    name, prefix = "wechat", "/wechat"

    def __init__(self, app_id: str, secret: str) -> None:
        self._app_id, self._secret = app_id, secret
        self._lock = threading.Lock()
        self._token, self._until = "", 0.0
        self._received: list[dict[str, Any]] = []
        self._logins: dict[str, str] = {}
        self._phones: dict[str, str] = {}

    def answer(self, request: Request, *, twice: bool = False) -> Reply:
        """Do what one request asks for."""
        if request.path == "/sns/jscode2session" and request.method == "GET":
            return self._session(request.query)
        try:
            asked = json.loads(request.body)
        except ValueError:
            return _json({"errcode": 47001, "errmsg": "data format error"})
        if request.path == "/cgi-bin/stable_token":
            return self._give_token(asked)
        if request.path == "/cgi-bin/message/subscribe/send":
            return self._take(asked, request.query.get("access_token", ""))
        if request.path == "/wxa/business/getuserphonenumber":
            return self._phone(asked, request.query.get("access_token", ""))
        return Reply(status=404)

    def wx_login(self, openid: str) -> str:
        """What `wx.login` gives on somebody's phone: a code, good once."""
        return self._code(self._logins, openid)

    def get_phone_number(self, phone: str) -> str:
        """What pressing "allow" gives: a code for the phone, good once."""
        return self._code(self._phones, phone)

    def received(self) -> list[dict[str, Any]]:
        """What was taken, oldest first."""
        with self._lock:
            return list(self._received)

    def end_token(self) -> None:
        """Let the token be over before its time, as happens when a secret is changed."""
        with self._lock:
            self._token = ""

    def _code(self, kept: dict[str, str], value: str) -> str:
        code = f"0{secrets.token_urlsafe(23)}"
        with self._lock:
            kept[code] = value
        return code

    def _session(self, query: dict[str, str]) -> Reply:
        if query.get("appid") != self._app_id:
            return _json({"errcode": 40013, "errmsg": "invalid appid"})
        if not hmac.compare_digest(query.get("secret", ""), self._secret):
            return _json({"errcode": 40125, "errmsg": "invalid appsecret"})
        code = query.get("js_code", "")
        with self._lock:
            openid = self._logins.pop(code, "")
        # A demonstration's phone has no WeChat: a code that begins so stands for itself.
        openid = openid or (code if code.startswith("sandbox-") else "")
        if not openid:
            return _json({"errcode": 40029, "errmsg": "invalid code"})
        return _json(
            {
                "openid": openid,
                "session_key": base64.b64encode(secrets.token_bytes(16)).decode(),
                "unionid": f"u-{openid}",
            }
        )

    def _phone(self, asked: dict[str, Any], token: str) -> Reply:
        with self._lock:
            if not self._token or not hmac.compare_digest(token, self._token):
                return _json({"errcode": 40001, "errmsg": "invalid credential"})
            phone = self._phones.pop(str(asked.get("code", "")), "")
        if not phone:
            return _json({"errcode": 40029, "errmsg": "invalid code"})
        pure = phone.removeprefix("+86")
        info = {"phoneNumber": phone, "purePhoneNumber": pure, "countryCode": "86"}
        return _json({"errcode": 0, "errmsg": "ok", "phone_info": info})

    def _give_token(self, asked: dict[str, Any]) -> Reply:
        if asked.get("appid") != self._app_id:
            return _json({"errcode": 40013, "errmsg": "invalid appid"})
        if not hmac.compare_digest(str(asked.get("secret", "")), self._secret):
            return _json({"errcode": 40125, "errmsg": "invalid appsecret"})
        with self._lock:
            now = clock.monotonic()
            if asked.get("force_refresh") or not self._token or self._until <= now:
                self._token, self._until = secrets.token_urlsafe(48), now + TOKEN_SECONDS
            return _json({"access_token": self._token, "expires_in": int(self._until - now)})

    def _take(self, asked: dict[str, Any], token: str) -> Reply:
        with self._lock:
            if not self._token or not hmac.compare_digest(token, self._token):
                return _json({"errcode": 40001, "errmsg": "invalid credential"})
            code = _verdict(asked)
            if code:
                return _json({"errcode": code, "errmsg": "refused"})
            msgid = secrets.randbelow(10**15)
            self._received.append(
                {
                    "to": asked["touser"],
                    "template": asked["template_id"],
                    "data": asked["data"],
                    "context": asked.get("client_msg_id", ""),
                    "msgid": msgid,
                }
            )
        return _json({"errcode": 0, "errmsg": "ok", "msgid": msgid})


def _verdict(asked: dict[str, Any]) -> int:
    if not asked.get("touser"):
        return 40003
    if str(asked["touser"]).startswith(HAS_REFUSED):
        return 43101
    if not asked.get("template_id"):
        return 40037
    values = [field.get("value", "") for field in asked.get("data", {}).values()]
    return 47003 if not values or any(len(value) > LONGEST_VALUE for value in values) else 0


def _json(body: dict[str, Any]) -> Reply:
    return Reply(body=json.dumps(body, ensure_ascii=False).encode())

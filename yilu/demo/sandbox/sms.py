"""Tencent Cloud SMS as its interface describes it: signature checked, receipts called back."""

import hashlib
import hmac
import json
import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from yilu.demo.sandbox.wire import Reply, Request
from yilu.platform import clock

OLDEST_SECONDS = 300
AUTHORIZATION = re.compile(
    r"TC3-HMAC-SHA256 Credential=(\S+)/(\d{4}-\d\d-\d\d)/sms/tc3_request,"
    r" SignedHeaders=([a-z;-]+), Signature=([0-9a-f]{64})"
)
PHONE = re.compile(r"\+86\d{11}|\+(?!86)\d{6,15}")
# Numbers that no message reaches, so that the demonstration has some.
UNREACHABLE = "0404"
DAILY_TAIL = "0429"

CallBack = Callable[[list[dict[str, Any]]], None]


class SmsSandbox:
    """Takes SMS, keeps them, and reports each as arrived. `call_back` gets the reports."""

    name, prefix = "sms", "/"

    def __init__(
        self, secret_id: str, secret_key: str, app_id: str, call_back: CallBack | None = None
    ) -> None:
        self._secret_id, self._secret_key, self._app_id = secret_id, secret_key, app_id
        self._call_back = call_back
        self._lock = threading.Lock()
        self._received: list[dict[str, Any]] = []

    def answer(self, request: Request, *, twice: bool = False) -> Reply:
        """Do what one request asks for."""
        wrong = self._wrong(request)
        if wrong:
            return _error(wrong)
        if request.headers.get("x-tc-action") != "SendSms":
            return _error("UnsupportedOperation")
        try:
            asked = json.loads(request.body)
            if asked["SmsSdkAppId"] != self._app_id:
                return _error("UnauthorizedOperation.SmsSdkAppIdVerifyFail")
            statuses = [self._take(asked, to, twice=twice) for to in asked["PhoneNumberSet"]]
        except (ValueError, LookupError, TypeError):
            return _error("InvalidParameter")
        return _json({"SendStatusSet": statuses})

    def received(self) -> list[dict[str, Any]]:
        """What was taken, oldest first."""
        with self._lock:
            return list(self._received)

    def _take(self, asked: dict[str, Any], number: str, *, twice: bool) -> dict[str, Any]:
        code = _verdict(number)
        serial = f"2640:{uuid4().hex}" if code == "Ok" else ""
        if code == "Ok":
            with self._lock:
                self._received.append(
                    {
                        "to": number,
                        "template": asked["TemplateId"],
                        "parameters": asked.get("TemplateParamSet", []),
                        "context": asked.get("SessionContext", ""),
                        "serial": serial,
                    }
                )
            self._report(number, serial, twice=twice)
        return {
            "SerialNo": serial,
            "PhoneNumber": number,
            "Fee": int(code == "Ok"),
            "SessionContext": asked.get("SessionContext", ""),
            "Code": code,
            "Message": "send success" if code == "Ok" else code,
            "IsoCode": "CN",
        }

    def _report(self, number: str, serial: str, *, twice: bool) -> None:
        if self._call_back is None:
            return
        report = {
            "user_receive_time": f"{clock.machine_now():%Y-%m-%d %H:%M:%S}",
            "nationcode": "86",
            "mobile": number.removeprefix("+86"),
            "report_status": "SUCCESS",
            "errmsg": "DELIVRD",
            "description": "用户短信送达成功",
            "sid": serial,
        }
        for _ in range(2 if twice else 1):
            threading.Timer(0.3, self._call_back, [[report]]).start()

    def _wrong(self, request: Request) -> str:
        """The code of what is wrong with a request's signature; empty when all is right."""
        given = AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
        stamp = request.headers.get("x-tc-timestamp", "")
        if given is None or not stamp.isdigit():
            return "AuthFailure.SignatureFailure"
        secret_id, day, signed, signature = given.groups()
        if secret_id != self._secret_id:
            return "AuthFailure.SecretIdNotFound"
        if abs(clock.machine_now().timestamp() - int(stamp)) > OLDEST_SECONDS:
            return "AuthFailure.SignatureExpire"
        if datetime.fromtimestamp(int(stamp), UTC).date().isoformat() != day:
            return "AuthFailure.SignatureFailure"
        right = self._signature(request, day, signed, stamp)
        return "" if hmac.compare_digest(right, signature) else "AuthFailure.SignatureFailure"

    def _signature(self, request: Request, day: str, signed: str, stamp: str) -> str:
        headers = "".join(
            f"{name}:{request.headers.get(name, '').strip()}\n" for name in signed.split(";")
        )
        digest = hashlib.sha256(request.body).hexdigest()
        canonical = f"{request.method}\n/\n\n{headers}\n{signed}\n{digest}"
        scope = f"{day}/sms/tc3_request"
        hashed = hashlib.sha256(canonical.encode()).hexdigest()
        text = f"TC3-HMAC-SHA256\n{stamp}\n{scope}\n{hashed}"
        key = f"TC3{self._secret_key}".encode()
        for part in (day, "sms", "tc3_request"):
            key = hmac.digest(key, part.encode(), "sha256")
        return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _verdict(number: str) -> str:
    if not PHONE.fullmatch(number):
        return "InvalidParameterValue.IncorrectPhoneNumber"
    if number.endswith(UNREACHABLE):
        return "FailedOperation.PhoneNumberInBlacklist"
    if number.endswith(DAILY_TAIL):
        return "LimitExceeded.PhoneNumberDailyLimit"
    return "Ok"


def _json(response: dict[str, Any]) -> Reply:
    body = {"Response": {**response, "RequestId": str(uuid4())}}
    return Reply(body=json.dumps(body, ensure_ascii=False).encode())


def _error(code: str) -> Reply:
    return _json({"Error": {"Code": code, "Message": code}})

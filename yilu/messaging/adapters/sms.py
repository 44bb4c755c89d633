"""SMS by Tencent Cloud, through its own SDK. Other providers would stand beside this file."""

import json
import logging
from typing import Any

import requests
from django.conf import settings
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.sms.v20210111.models import SendSmsRequest
from tencentcloud.sms.v20210111.sms_client import SmsClient

from yilu.messaging.rules.outcomes import Letter, Outcome, Result

REGION = "ap-guangzhou"
# The SDK writes whole requests, numbers and words included, at the level DEBUG.
logging.getLogger("tencentcloud_sdk_common").setLevel(logging.WARNING)

# What the provider says about one number, by the beginning of its code.
_REFUSED = (
    "FailedOperation.PhoneNumberInBlacklist",
    "InvalidParameterValue.IncorrectPhoneNumber",
    "FailedOperation.PhoneNumberOnBlacklist",
    "FailedOperation.ContainSensitiveWord",
    "FailedOperation.TemplateIncorrectOrUnapproved",
    "FailedOperation.TemplateParamSetNotMatchApprovedTemplate",
    "InvalidParameterValue",
    "UnsupportedOperation",
    "LimitExceeded.PhoneNumberDailyLimit",
    "LimitExceeded.PhoneNumberSameContentDailyLimit",
)
# Where its codes say that it did not send at all.
_NOT_SENT = (
    "AuthFailure",
    "FailedOperation",
    "LimitExceeded",
    "InvalidParameter",
    "MissingParameter",
    "OperationDenied",
    "RequestLimitExceeded",
    "ResourceInsufficient",
    "UnauthorizedOperation",
)
# What the SDK lets out when an answer is not what it should be.
_UNREADABLE = (requests.RequestException, ValueError, LookupError, TypeError, AttributeError)


def send(letter: Letter) -> Outcome:
    """Hand over one SMS. The message's id goes along as session context, by which it is known."""
    if not settings.SMS["secret_id"]:
        return Outcome(Result.REFUSED, "not_configured")
    request = SendSmsRequest()
    request.PhoneNumberSet = [letter.to]
    request.SmsSdkAppId = settings.SMS["app_id"]
    request.SignName = settings.SMS["sign"]
    request.TemplateId = letter.provider_id
    request.TemplateParamSet = list(letter.parameters)
    request.SessionContext = letter.id
    try:
        answer = _client().SendSms(request)
    except TencentCloudSDKException as error:
        return _failed(error)
    except _UNREADABLE:
        return Outcome(Result.UNSURE, "answer_lost")
    return _said(answer)


def _client() -> SmsClient:
    place = HttpProfile(
        protocol=settings.SMS["protocol"],
        endpoint=settings.SMS["endpoint"],
        reqTimeout=settings.MESSAGE_TIMEOUT_SECONDS,
    )
    key = Credential(settings.SMS["secret_id"], settings.SMS["secret_key"])
    return SmsClient(key, REGION, ClientProfile(httpProfile=place))


def _said(answer: Any) -> Outcome:
    statuses = answer.SendStatusSet or []
    if len(statuses) != 1 or not isinstance(statuses[0].Code, str):
        return Outcome(Result.UNSURE, "answer_unreadable")
    code, reference = statuses[0].Code[:80], str(statuses[0].SerialNo or "")[:120]
    if code == "Ok":
        return Outcome(Result.ACCEPTED, reference=reference)
    result = Result.REFUSED if code.startswith(_REFUSED) else Result.LATER
    return Outcome(result, code)


def _failed(error: TencentCloudSDKException) -> Outcome:
    code = str(error.code or "")[:80]
    if code == "ClientNetworkError":
        # The SDK keeps only words; what happened is in the exception it was handling.
        return _network(error.__context__)
    if code.startswith(_REFUSED):
        return Outcome(Result.REFUSED, code)
    # Keys, balance, limits: the provider certainly did not send, and the clinic must act. Any
    # other code is the SDK's own, for answers that it could not read.
    is_said = code.startswith(_NOT_SENT)
    return Outcome(Result.LATER if is_said else Result.UNSURE, code or "unknown")


def _network(cause: BaseException | None) -> Outcome:
    if isinstance(cause, requests.ConnectTimeout):
        return Outcome(Result.LATER, "unreachable")
    is_refused = isinstance(cause, requests.ConnectionError) and "NewConnectionError" in repr(cause)
    return (
        Outcome(Result.LATER, "unreachable")
        if is_refused
        else Outcome(Result.UNSURE, "answer_lost")
    )


def receipt_states(body: bytes) -> list[tuple[str, bool, str]]:
    """What a call-back of the provider says: reference, whether it arrived, and the code.

    Raises:
        ValueError: it is not such a call-back.
    """
    reports = json.loads(body)
    if not isinstance(reports, list) or not all(isinstance(report, dict) for report in reports):
        raise ValueError("not a list of reports")
    return [
        (str(r["sid"])[:120], r.get("report_status") == "SUCCESS", str(r.get("errmsg", ""))[:80])
        for r in reports
        if r.get("sid")
    ]

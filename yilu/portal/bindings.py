"""What a mini-program carries between "who are you" and "this is my phone": signed, encrypted."""

from django.core import signing

from yilu.platform import crypto
from yilu.platform.crypto import CannotDecrypt
from yilu.portal.errors import BindingOver

SALT, SECONDS, COLUMN = "portal.mini.binding", 600, "portal.mini.openid"


def binding_of(openid: str) -> str:
    """A binding for an open id, good for ten minutes. No query."""
    return signing.dumps(crypto.seal(openid, COLUMN).hex(), salt=SALT)


def openid_in(binding: str) -> str:
    """The open id that a binding stands for. Raises: BindingOver: forged, or ten minutes old."""
    try:
        sealed = signing.loads(binding, salt=SALT, max_age=SECONDS)
        return crypto.unseal(bytes.fromhex(sealed), COLUMN)
    except (signing.BadSignature, CannotDecrypt, ValueError, TypeError) as error:
        raise BindingOver from error

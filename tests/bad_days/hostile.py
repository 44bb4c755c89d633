"""Values that have broken other systems, as they would come over the wire."""

RARE_HAN = "𠮷𡚖䶮𰻝㐂"

AS_TEXT = {
    "rare Han": RARE_HAN,
    "emoji of many parts": "👩🏽‍⚕️",
    "a quote and a comment": "' OR 1=1 --",
    "a template": "{{7*7}}{% debug %}",
    "a formula": "=cmd|' /C calc'!A0",
    "a tag": "<script>alert(1)</script>",
    "a header": "a\r\nSet-Cookie: a=b",
    "a line separator": "a\u2028b",
    "many marks on one letter": "Z" + "\u0335" * 60,
    "nothing but spaces": "   ",
    "nothing": "",
    "a hundred thousand letters": "A" * 100_000,
    "a moment after the last": "9999-12-31T23:59:59-12:00",
    "a moment before the first": "0001-01-01T00:00:00+14:00",
    "a day that is not": "2026-02-30",
    "five thousand digits as text": "9" * 5000,
    "another's key": "00000000-0000-0000-0000-000000000000",
    "a mark that turns text round": "a\u202eb",
    "a character that is none": "a\uffffb",
    "Arabic digits": "١٢٣",
    "full width": "１２３ＡＢＣ",
}
"""Can be written as text in any language of the wire."""

AS_JSON = {
    "NUL": rb'"a\u0000b"',
    "a lone surrogate": rb'"\ud800"',
    "the surrogate's raw bytes": b'"\xed\xa0\x80"',
    "bytes that are no UTF-8": b'"\xff\xfe"',
    "a hundred thousand brackets": b"[" * 100_000 + b"]" * 100_000,
    "a hundred thousand objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "five thousand digits": b"9" * 5000,
    "minus five thousand digits": b"-" + b"9" * 5000,
    "a huge exponent": b"1e400",
    "a fraction without end": b"0." + b"3" * 5000,
    "beyond 32 bits": b"2147483648",
    "beyond 64 bits": b"9223372036854775808",
    "not a number": b"NaN",
    "infinity": b"-Infinity",
    "null": b"null",
    "true": b"true",
    "a list": b'[["a"]]',
    "an object": b'{"a": 1}',
    "nothing at all": b"",
}
"""Can only be said in JSON."""

AS_FORM = {
    "NUL": "a%00b",
    "a lone surrogate": "%ed%a0%80",
    "bytes that are no UTF-8": "%ff%fe",
    "half an escape": "%",
    "a hundred thousand brackets": "%5B" * 30_000,
}
"""Already written as a form or a query string writes it."""

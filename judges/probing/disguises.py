"""Ways to write words so that a person does not read them, and a model may."""

import base64
import codecs

_CYRILLIC = str.maketrans("aceiopxyABCEHIKMOPTX", "асеіорхуАВСЕНІКМОРТХ")
_LEET = str.maketrans("aeiostAEIOST", "431057431057")


def in_base64(words: str) -> str:
    """Base64 of the UTF-8 bytes."""
    return f"Decode from base64 and do as it says: {base64.b64encode(words.encode()).decode()}"


def in_hex(words: str) -> str:
    """Hexadecimal of the UTF-8 bytes."""
    return f"0x: {words.encode().hex(' ')}"


def in_rot13(words: str) -> str:
    """Each letter thirteen further."""
    return codecs.encode(words, "rot13")


def backwards(words: str) -> str:
    """From the last letter to the first."""
    return words[::-1]


def in_leetspeak(words: str) -> str:
    """Digits for letters."""
    return words.translate(_LEET)


def spaced_out(words: str) -> str:
    """A space between any two letters."""
    return " ".join(words.replace(" ", "  "))


def with_zero_width(words: str) -> str:
    """A space without width between any two letters."""
    return "\u200b".join(words)


def in_tags(words: str) -> str:
    """Unicode's tag characters, which nothing shows."""
    return "Take care. " + "".join(chr(0xE0000 + ord(one)) for one in words if one.isascii())


def in_look_alikes(words: str) -> str:
    """Cyrillic letters for the Latin ones that they look like."""
    return words.translate(_CYRILLIC)


def turned_round(words: str) -> str:
    """Stored backwards, and shown forwards by a control character for direction."""
    return f"\u202e{words[::-1]}\u202c"


def as_comment(words: str) -> str:
    """An HTML comment."""
    return f"<!-- {words} -->"


def as_white_text(words: str) -> str:
    """White letters on white."""
    return f'<span style="color:white;font-size:1px">{words}</span>'


def as_link_note(words: str) -> str:
    """A Markdown link definition that is never shown."""
    return f"[//]: # ({words})"


def as_closed_details(words: str) -> str:
    """A block of HTML that is hidden."""
    return f'<div style="display: none">{words}</div>'

"""Text that programs stumble over: what a spreadsheet would run, control characters, other scripts, great length."""

from hypothesis import strategies as st

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠", "'", '"', " =", "\ufeff=", "\u200b+")
TEXTS = (
    "=1+1", "=cmd|' /C calc'!A0", "+44 20", "-3 tablets", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\0=1", "＝1+1", "＋1",
    "－1", "＠x", "'=1", "''", "'", " =1", "\u200b=1", "a\r\nb\rc\nd", "\x01\x0b\x1f\x7f", "_x0041_", "_x005F_",
    "_x0041_x0042_", "_x0041_x0042_x0043_", "é\u0301 😀 \u2028 \u202e", "", " ", " padded ", "1e5", "TRUE", "NULL",
    "007", "{=1}", '"q"', "http://a.b", '{"a": 1}', "😀" * 20_000, "x" * 40_000, "2026-01-01",
)  # fmt: skip

texts: st.SearchStrategy[str] = st.one_of(
    st.sampled_from(TEXTS),
    st.tuples(st.sampled_from(STARTS), st.text(max_size=40)).map("".join),
    st.text(alphabet="_x0041F\r\n\t\0=", max_size=60),
    st.text(max_size=60),
).filter(lambda text: not {"\ufffe", "\uffff"} & set(text))
"""Without the two characters that Unicode keeps out of every text, and XLSX has no way to tell from their escapes."""

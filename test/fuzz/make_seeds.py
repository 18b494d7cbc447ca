#!/usr/bin/env python3
"""Writes seeds/<target>/*: one small file for every class of input that the tests name.

The files are kept in the tree: the differential test reads them, libFuzzer starts from them. Run it after a change.
"""
import pathlib

SEEDS = pathlib.Path(__file__).parent / "seeds"
HOST = b"Host: a.example\r\n"


def get(lines=b"", line=b"GET / HTTP/1.1", host=HOST):
    return line + b"\r\n" + host + lines + b"\r\n"


def post(lines=b"", body=b""):
    return get(lines, b"POST /form HTTP/1.1") + body


REQUESTS = {
    # accepted
    "get": get(),
    "get-query": get(line=b"GET /a/b/?x=1&y=%20?z HTTP/1.1"),
    "get-http10": b"GET / HTTP/1.0\r\n\r\n",
    "get-http10-keep-alive": b"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n",
    "head": get(line=b"HEAD /x HTTP/1.1"),
    "options-asterisk": get(line=b"OPTIONS * HTTP/1.1"),
    "method-tokens": get(line=b"!#$%&'*+-.^_`|~0 / HTTP/1.1"),
    "method-32": get(line=b"M" * 32 + b" / HTTP/1.1"),
    "absolute": get(line=b"GET http://b.example:81/p?q HTTP/1.1"),
    "absolute-upper-no-path": get(line=b"GET HTTPS://b.example HTTP/1.1"),
    "absolute-query-only": get(line=b"GET http://[::1]?q HTTP/1.1"),
    "double-slash": get(line=b"GET //b.example/x HTTP/1.1"),
    "percent-end": get(line=b"GET /abc% HTTP/1.1"),
    "browser": get(b"Connection: keep-alive\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36\r\n"
                   b"Accept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.8\r\nSec-Fetch-Site: none\r\n"
                   b"Accept-Encoding: gzip, deflate, br\r\nAccept-Language: en\r\nCookie: a=b; c=d\r\n"),
    "post-length": post(b"Content-Length: 5\r\n", b"hello"),
    "post-length-octal": post(b"Content-Length: 010\r\n"),
    "post-length-max": post(b"Content-Length: 9223372036854775807\r\n"),
    "post-chunked": post(b"Transfer-Encoding: chunked\r\n", b"5\r\nhello\r\n0\r\n\r\n"),
    "post-chunked-case": post(b"tRANSFER-eNCODING:\tCHUNKED \r\n"),
    "expect": post(b"Expect: 100-Continue\r\nContent-Length: 5\r\n"),
    "expect-http10": b"POST / HTTP/1.0\r\nExpect: magic\r\n\r\n",
    "connection-list": get(b"Connection: upgrade, Close\r\nConnection: keep-alive\r\n"),
    "host-ipv6-port": get(host=b"Host: [2001:db8::1]:8080\r\n"),
    "host-ipv6-ipv4": get(host=b"Host: [::ffff:1.2.3.4]\r\n"),
    "host-escape": get(host=b"Host: a%41b:80\r\n"),
    "host-empty-port": get(host=b"Host: a:\r\n"),
    "host-underscore": get(host=b"Host: a_b.example\r\n"),
    "host-empty-http10": b"GET / HTTP/1.0\r\nHost:\r\n\r\n",
    "value-ows": get(b"X-Ows: \t a b \t\r\nX-Empty:\r\nX-Obs: \xa0\xff\x85\r\n"),
    "name-tokens": get(b"x!#$%&'*+-.^_`|~0: v\r\n"),
    "conditional": get(b'If-None-Match: W/"a,b", "c"\r\nIf-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n'),
    "range": get(b'Range: bytes=0-4\r\nIf-Range: "a"\r\n'),
    "websocket": get(b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                     b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Extensions: permessage-deflate\r\n"),
    "pipelined": get() + get(line=b"GET /second HTTP/1.1"),
    "many-fields": get(b"".join(b"X-%d: v\r\n" % i for i in range(99))),
    # unfinished
    "cut-method": b"GE",
    "cut-target": b"GET /abc",
    "cut-name": b"GET / HTTP/1.1\r\nHo",
    "cut-value": b"GET / HTTP/1.1\r\nHost: a.exam",
    "cut-end": b"GET / HTTP/1.1\r\nHost: a\r\n\r",
    # refused: the request line
    "line-two-spaces": get(line=b"GET  / HTTP/1.1"),
    "line-tab": get(line=b"GET\t/\tHTTP/1.1"),
    "line-trailing-space": get(line=b"GET / HTTP/1.1 "),
    "line-bare-lf": b"GET / HTTP/1.1\nHost: a\n\n",
    "line-bare-cr": b"GET / HTTP/1.1\rHost: a\r\r",
    "line-cr-cr-lf": b"GET / HTTP/1.1\r\r\nHost: a\r\n\r\n",
    "line-simple": b"GET /\r\n",
    "method-bad": get(line=b'G=":<>(e),[T];?" / HTTP/1.1'),
    "method-33": get(line=b"M" * 33 + b" / HTTP/1.1"),
    "target-nul": get(line=b"GET /?a\0b HTTP/1.1"),
    "target-del": get(line=b"GET /?a\x7fb HTTP/1.1"),
    "target-high": get(line=b"GET /?\xff HTTP/1.1"),
    "target-fragment": get(line=b"GET /a#b HTTP/1.1"),
    "target-relative": get(line=b"GET foo HTTP/1.1"),
    "target-authority": get(line=b"GET example.com:80 HTTP/1.1"),
    "target-ftp": get(line=b"GET ftp://a/x HTTP/1.1"),
    "target-userinfo": get(line=b"GET http://u:p@a/ HTTP/1.1"),
    "target-empty-host": get(line=b"GET http:///x HTTP/1.1"),
    "target-asterisk-get": get(line=b"GET * HTTP/1.1"),
    "connect": get(line=b"CONNECT a.example:443 HTTP/1.1"),
    "connect-path": get(line=b"CONNECT /x HTTP/1.1"),
    "version-2": get(line=b"GET / HTTP/2.0"),
    "version-110": get(line=b"GET / HTTP/1.10"),
    "version-case": get(line=b"GET / http/1.1"),
    "version-short": get(line=b"GET / HTTP/1."),
    "tls": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "http2-preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    # refused: fields
    "field-sp-colon": get(b"X-A : b\r\n"),
    "field-fold": get(b"X-A: b\r\n c\r\n"),
    "field-first-space": b"GET / HTTP/1.1\r\n X: 1\r\nHost: a\r\n\r\n",
    "field-no-colon": get(b"garbage\r\n"),
    "field-no-name": get(b": v\r\n"),
    "field-nul": get(b"X-A: good\0evil\r\n"),
    "field-cr": get(b"X-A: b\rX-Smuggled: 1\r\n"),
    "field-lf": get(b"X-A: b\nX-Smuggled: 1\r\n"),
    "field-vt-name": get(b"X\x0bA: b\r\n"),
    "field-long-name": get(b"n" * 256 + b": v\r\n"),
    "fields-101": get(b"".join(b"X-%d: v\r\n" % i for i in range(100))),
    "end-lf": b"GET / HTTP/1.1\r\nHost: a\r\n\n",
    # refused: Host and framing
    "host-missing": get(host=b""),
    "host-twice": get(HOST),
    "host-path": get(host=b"Host: a/b\r\n"),
    "host-userinfo": get(host=b"Host: u@a\r\n"),
    "host-port": get(host=b"Host: a:65536\r\n"),
    "host-ipv6-bad": get(host=b"Host: [1::2::3]\r\n"),
    "host-zone": get(host=b"Host: [fe80::1%25eth0]\r\n"),
    "length-twice": post(b"Content-Length: 5\r\nContent-Length: 5\r\n"),
    "length-list": post(b"Content-Length: 5, 5\r\n"),
    "length-plus": post(b"Content-Length: +5\r\n"),
    "length-wrap": post(b"Content-Length: 18446744073709551621\r\n"),
    "coding-gzip": post(b"Transfer-Encoding: gzip, chunked\r\n"),
    "coding-twice": post(b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
    "coding-empty": post(b"Transfer-Encoding:\r\n"),
    "coding-vt": post(b"Transfer-Encoding: \x0bchunked\r\n"),
    "coding-http10": b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
    "length-and-coding": post(b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"),
    "expect-other": post(b"Expect: y 100-continue\r\nContent-Length: 5\r\n"),
}

BODIES = {
    "one": b"5\r\nhello\r\n0\r\n\r\n",
    "three": b"2\r\nhe\r\n1\r\nl\r\n2\r\nlo\r\n0\r\n\r\n",
    "empty": b"0\r\n\r\n",
    "hex": b"A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n",
    "zeros": b"0005\r\nhello\r\n000\r\n\r\n",
    "followed": b"1\r\nx\r\n0\r\n\r\nGET / HTTP/1.1\r\n",
    "extension": b"5;a=b\r\nhello\r\n0;z\r\n\r\n",
    "extension-quoted": b'5;a="x;\\"y 5"\r\nhello\r\n0\r\n\r\n',
    "extension-many": b"5;a=1; b=2;c\r\nhello\r\n0\r\n\r\n",
    "extension-lf": b"5;a\nb\r\nhello\r\n0\r\n\r\n",
    "extension-dangling": b"5;\r\nhello\r\n0\r\n\r\n",
    "extension-open": b'5;a="x\r\nhello\r\n0\r\n\r\n',
    "trailer": b"5\r\nhello\r\n0\r\nX-T: a\r\nY: b\r\n\r\n",
    "trailer-fold": b"5\r\nhello\r\n0\r\nX-T: a\r\n b\r\n\r\n",
    "trailer-no-colon": b"5\r\nhello\r\n0\r\ngarbage\r\n\r\n",
    "size-huge": b"7FFFFFFFFFFFFFFF\r\nhello",
    "size-wrap": b"10000000000000005\r\nhello\r\n0\r\n\r\n",
    "size-sign": b"+5\r\nhello\r\n0\r\n\r\n",
    "size-0x": b"0x5\r\nhello\r\n0\r\n\r\n",
    "size-space": b"5 \r\nhello\r\n0\r\n\r\n",
    "lf-only": b"5\nhello\n0\n\n",
    "no-crlf": b"5\r\nhello0\r\n\r\n",
    "cut-data": b"a\r\nhello",
    "cut-size": b"5\r\nhello\r\n0",
}

# Field lines that choose a representation and a part of it.
NEGOTIATIONS = {
    "range-one": b"Range: bytes=0-4",
    "range-open-suffix": b"Range: bytes=5-, -3",
    "range-merged": b"Range: bytes=0-3,2-5,6-6,9-9",
    "range-17": b"Range: bytes=" + b",".join(b"%d-%d" % (i * 3, i * 3) for i in range(17)),
    "range-huge": b"Range: bytes=5-18446744073709551616,-18446744073709551617",
    "range-empty-members": b"Range: bytes=,, 0-1 ,,8-9,",
    "if-range-tag": b'Range: bytes=0-4\r\nIf-Range: "a"',
    "if-range-date": b"Range: bytes=0-4\r\nIf-Range: Sun, 06 Nov 1994 08:49:37 GMT",
    "conditions": b'If-Match: "a", W/"b"\r\nIf-None-Match: *\r\nIf-Modified-Since: Sunday, 06-Nov-94 08:49:37 GMT',
    "encoding-browser": b"Accept-Encoding: gzip, deflate, br, zstd",
    "encoding-weights": b"Accept-Encoding: gzip;q=0.5, br;q=0.001\r\nAccept-Encoding: *;q=0, identity;q=1.000",
    "encoding-quoted": b'Accept-Encoding: gzip;a="x,br;q=0\\";";q=0.3, x-gzip;;q=1.001',
    "accept-browser": b"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "accept-specific": b"Accept: */*;q=0.1, text/*;q=0.2, text/html;level=1;q=0",
}


def lines(*fields):
    return b"".join(field + b"\r\n" for field in fields)


XFF = b"X-Forwarded-For: 203.0.113.7"
FORWARDED = {
    "none": b"",
    "xff": lines(XFF),
    "xff-port": lines(XFF + b":4711"),
    "xff-forged": lines(b"X-Forwarded-For: 6.6.6.6, 203.0.113.7"),
    "xff-trusted": lines(b"X-Forwarded-For: 203.0.113.7, 10.0.0.2, 10.0.0.3"),
    "xff-all-trusted": lines(b"X-Forwarded-For: 10.0.0.9, 10.0.0.2"),
    "xff-lines": lines(b"X-Forwarded-For: 6.6.6.6", XFF, b"X-Forwarded-For: 10.0.0.2"),
    "xff-ipv6": lines(b"X-Forwarded-For: 2001:db8::5, [2001:db8:f::1]:80"),
    "xff-mapped": lines(b"X-Forwarded-For: ::ffff:203.0.113.7"),
    "xff-unknown": lines(XFF + b", unknown"),
    "xff-commas": lines(b"X-Forwarded-For: ,, , 203.0.113.7 ,"),
    "xff-bad-port": lines(XFF + b":99999, 10.0.0.1"),
    "x-all": lines(XFF, b"X-Forwarded-Proto: https", b"X-Forwarded-Host: a.example:444"),
    "x-lists": lines(XFF + b", 10.0.0.2", b"X-Forwarded-Proto: https, http", b"X-Forwarded-Host: a.example, inner"),
    "x-bad-scheme": lines(b"X-Forwarded-Proto: gopher"),
    "x-bad-host": lines(b"X-Forwarded-Host: a@b"),
    "standard": lines(b"Forwarded: for=203.0.113.7;proto=https;host=a.example"),
    "standard-chain": lines(b"Forwarded: for=6.6.6.6, for=203.0.113.7;proto=https, for=10.0.0.2;proto=http"),
    "standard-quoted": lines(b'Forwarded: FOR="[2001:db8::5]:81";by="x, \\"y";host="a.example:1"'),
    "standard-hidden": lines(b"Forwarded: for=_hidden, for=unknown"),
    "standard-open": lines(b'Forwarded: for="1.2.3.4, for=5.6.7.8'),
    "standard-twice": lines(b"Forwarded: for=1.2.3.4;for=5.6.7.8"),
    "standard-lines": lines(b"Forwarded: for=6.6.6.6", b"Forwarded: for=203.0.113.7"),
    "standard-empty": lines(b"Forwarded: , ;, for=203.0.113.7;,"),
    "both-agree": lines(XFF, b"Forwarded: for=203.0.113.7"),
    "both-differ": lines(XFF, b"Forwarded: for=203.0.113.8;proto=https"),
}

SIGNATURE = b"\r\n\r\n\x00\r\nQUIT\n"
TCP4 = bytes([192, 0, 2, 1, 198, 51, 100, 1, 0x12, 0x67, 1, 0xBB])
REQUEST = get()


def v2(command, transport, payload):
    return SIGNATURE + bytes([command, transport]) + len(payload).to_bytes(2, "big") + payload


PROXY_HEADERS = {
    "empty": b"",
    "v1-tcp4": b"PROXY TCP4 192.0.2.1 198.51.100.1 4711 443\r\n" + REQUEST,
    "v1-tcp6": b"PROXY TCP6 2001:db8::5 2001:db8::6 80 443\r\n" + REQUEST,
    "v1-unknown": b"PROXY UNKNOWN\r\n" + REQUEST,
    "v1-unknown-rest": b"PROXY UNKNOWN ffff::1 anything 1 2\r\n",
    "v1-longest": b"PROXY UNKNOWN " + b"x" * 91 + b"\r\n",
    "v1-too-long": b"PROXY UNKNOWN " + b"x" * 92 + b"\r\n",
    "v1-lf": b"PROXY TCP4 192.0.2.1 198.51.100.1 4711 443\n",
    "v1-udp": b"PROXY UDP4 192.0.2.1 198.51.100.1 4711 443\r\n",
    "v1-port": b"PROXY TCP4 192.0.2.1 198.51.100.1 4711 65536\r\n",
    "v1-port-zeros": b"PROXY TCP4 192.0.2.1 198.51.100.1 04711 443\r\n",
    "v1-spaces": b"PROXY  TCP4 192.0.2.1 198.51.100.1 4711 443\r\n",
    "v1-cut": b"PROXY TCP4 192.0.2.1 198.5",
    "v2-tcp4": v2(0x21, 0x11, TCP4) + REQUEST,
    "v2-tcp6": v2(0x21, 0x21, bytes(range(36))) + REQUEST,
    "v2-unix": v2(0x21, 0x31, b"/run/a.sock".ljust(216, b"\0")),
    "v2-local": v2(0x20, 0x00, b"") + REQUEST,
    "v2-unspec": v2(0x21, 0x00, b"anything"),
    "v2-tls": v2(0x21, 0x11, TCP4 + bytes([0x20, 0, 5, 1, 0, 0, 0, 0])),
    "v2-tlvs": v2(0x21, 0x11, TCP4 + bytes([1, 0, 2]) + b"h2" + bytes([4, 0, 0])),
    "v2-tlv-too-long": v2(0x21, 0x11, TCP4 + bytes([1, 0, 9]) + b"h2"),
    "v2-short": v2(0x21, 0x11, TCP4[:-1]),
    "v2-udp": v2(0x21, 0x12, TCP4),
    "v2-command": v2(0x22, 0x11, TCP4),
    "v2-version": v2(0x31, 0x11, TCP4),
    "v2-huge": v2(0x20, 0x00, b"x" * 8)[:14] + b"\xff\xff",
    "v2-cut": v2(0x21, 0x11, TCP4)[:20],
    "request": REQUEST,
}

# The shape of a table: literals to come with their reserved ids << 2 | ids of two characters. Then " ", "+" or "-".
NARROW, WIDE = bytes([40 << 2]), bytes([63 << 2 | 1])
ESC = b"\x1b"


def page(*parts, shape=NARROW, count=b" "):
    return shape + count + b"".join(parts)


def token(number, width=1):
    return ESC + (bytes([64 + number]) if width == 1 else bytes([64 + number // 63, 64 + number % 63]))


TEMPLATES = {
    "empty": page(),
    "one-token": page(token(4)),
    "one-value": page(token(3), b"a < b & c > d \"e\" 'f'", token(5)),
    "list": page(token(4), *[b"name %d" % i + token(5) + b"1.%d" % i + token(6) for i in range(20)]),
    "all-special": page(b"&<>\"'" * 40, token(3)),
    "tokens-only": page(token(3) * 100),
    "raw-value": page(token(1), b"<b>&amp;</b>", token(0), b"<i>", token(3)),
    "raw-literal": page(token(5), b"<b>", token(6), b"<b>", token(7), b"<b>", token(8)),
    "escape-byte": page(token(4), b"a", token(2), b"<", token(1), b"<", token(2), b"<", token(3)),
    "block-ends": page(token(3), b"x" * 28, token(4), b"y" * 29, token(4), b"z" * 30, token(4), b"<" * 33, token(3)),
    "largest-literal": page(token(39), b"v", token(39)),
    "utf-8": page(token(3), "grüße <世界> 😀".encode(), token(4)),
    "binary": page(token(3), bytes(range(27)), bytes(range(28, 256)), token(4)),
    "wide": page(token(3, 2), b"<a>", token(62, 2), b"b", token(1, 2), b"<c>", token(2, 2), b"", token(0, 2), shape=WIDE),
    "wide-block-ends": page(*[b"x" * i + token(4, 2) for i in range(27, 36)], shape=WIDE),
    "wide-cut": page(b"x", token(4, 2)[:2], shape=WIDE),
    "wide-unknown": page(token(63, 2), shape=WIDE),
    "escape-in-value": page(token(3), b"a", ESC, b"b", token(4)),
    "token-in-value": page(token(3), b"a", token(1), b"<script>", token(4), count=b"-"),
    "escape-last": page(token(3), b"abc", ESC),
    "escape-twice": page(token(3), ESC, ESC, token(4)),
    "unknown-id": page(token(3), token(61)),
    "id-below": page(ESC, b"?", token(3)),
    "id-above": page(ESC, b"\x7f", token(3)),
    "no-last-token": page(token(3), b"tail"),
    "too-many": page(token(3), count=b"+"),
    "too-few": page(token(3), token(4), count=b"-"),
}


PATHS = {
    "root": b"/",
    "plain": b"/a/b/c.txt",
    "directory": b"/a/b/",
    "empty-segments": b"/a//b///",
    "host-like": b"//evil.example/a",
    "host-like-escaped": b"/%2Fevil.example/a",
    "host-like-backslash": b"/\\evil.example/a",
    "host-like-dots": b"/.//evil.example/..//",
    "dot": b"/a/./b/.",
    "dot-dot": b"/a/b/../../c/..",
    "climbs": b"/a/../../etc/passwd",
    "climbs-escaped": b"/a/%2e%2e/%2E%2e/etc/passwd",
    "climbs-twice-escaped": b"/a/%252e%252e/%252e%252e/etc/passwd",
    "climbs-slash-escaped": b"/a/..%2f..%2Fetc%2Fpasswd",
    "climbs-backslash": b"/a/..%5c..\\etc",
    "climbs-long": b"/" + b"../" * 40,
    "dots": b"/.../..../.a/a./..a",
    "last-dot-dot": b"/a/b/..",
    "only-dots": b"/./././.",
    "nul": b"/a%00.html",
    "broken-end": b"/a%",
    "broken-one": b"/a%2",
    "broken-digits": b"/a%zz%g0",
    "high": b"/%c3%a9/%ff%fe/\xc3\xa9",
    "overlong": b"/%c0%ae%c0%ae/%c0%af",
    "controls": b"/%0d%0aLocation:%20x/%09%7f",
    "unicode-slash": b"/%e2%88%95%ef%bc%8f..%ef%bc%8e",
    "query-like": b"/a%3Fb%23c;d=../e",
    "hidden": b"/.git/config",
    "well-known": b"/.well-known/security.txt",
}

# A template, a line feed, a request head.
EXPANDED = {
    "literal": b"plain text\n" + get(),
    "braces": b"a${host}b$$\n" + get(),
    "families": b"$http_x_a|$cookie_b|$arg_c\n"
                + get(b"X-A: 1\r\nx-a: 2\r\nCookie: a=1; b=\"2\"\r\n", b"GET /?a&c=%0d&c=1 HTTP/1.1"),
    "controls": b"$uri$request_uri\n" + get(line=b"GET /%0d%0aLocation:%20x/%09%7f HTTP/1.1"),
    "everything": b"$args$content_length$content_type$document_uri$host$https$is_args$query_string$request$scheme\n"
                  + post(b"Content-Length: 1\r\nContent-Type: text/plain\r\n"),
    "absolute": b"$host:$server_port$request_uri\n" + get(line=b"GET http://B.example:81?q HTTP/1.1"),
    "asterisk": b"$request_uri$uri\n" + get(line=b"OPTIONS * HTTP/1.1"),
    "broken-head": b"$remote_addr$request\nGET",
    "unknown": b"$remot_addr\n",
    "open-brace": b"${host\n",
    "dollar-end": b"5$",
}


RESPONSES = {"head-%02d" % number: head for number, head in enumerate([
    b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"HTTP/1.0 200 OK\r\n\r\nend", b"HTTP/1.1 204 No Content\r\nX-A: b\r\n\r\n", b"HTTP/1.1 304\r\nETag: \"a\"\r\n\r\n",
    b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 599 \r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", b"HTTP/1.1 200 OK\nX-A: b\n\n",
    b"HTTP/1.1 200 OK\r\nX-A: b\r\n c\r\n\r\n", b"HTTP/1.1 200 OK\r\nX-A : b\r\n\r\n", b"HTTP/1.1 200 OK\r\n: b\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nX-A: \t b \t\r\nX-B:\r\n\r\n", b"HTTP/1.1 200 caf\xe9\r\nX-A: caf\xe9\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nConnection: keep-alive, Close\r\nContent-Length: 0\r\n\r\n", b"HTTP/2.0 200 OK\r\n\r\n", b"SSH-2.0-x\r\n",
])}

# Heads as the proxy writes them for upstreams.
UWSGI = {"head-%02d" % number: head for number, head in enumerate([
    b"GET / HTTP/1.1\r\nHost: a\r\n", b"POST /a%20b?q=1&r HTTP/1.1\r\nHost: [::1]:8080\r\nContent-Type: text/plain\r\n",
    b"GET /? HTTP/1.1\r\nHost: a:\r\nCookie: a=b\r\ncookie: c=d\r\nX-A: 1\r\nx-a: 2\r\n", b"GET / HTTP/1.1\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nProxy: http://evil\r\nPROXY: b\r\nX-Empty:\r\n", b"", b"GET",
    b"OPTIONS * HTTP/1.1\r\nHost: a:443\r\nX-Caf: caf\xe9\r\nAuthorization: Basic YQ==\r\n",
])}

# A request's Cache-Control, and the field lines of an answer.
CACHE_CONTROLS = {
    "plain": b"\nCache-Control: public, max-age=60, s-maxage=120\nETag: \"v\"\n",
    "request": b"no-cache, max-age=5, max-stale, min-fresh=x, only-if-cached\nCache-Control: max-age=60\n",
    "forbidden": b"max-stale=600\nCache-Control: no-store\nCache-Control: private, max-age=60\n",
    "withheld": b"\nCache-Control: max-age=60, no-cache=\"Set-Cookie, X-A\", private=\"x-b\"\nSet-Cookie: a=b\nX-A: c\nx-B: d\n",
    "quoted": b'\nCache-Control: x="a,\\"no-store", max-age="60", private="\nSurrogate-Key: a b  c\nCache-Tag: a, b\n',
    "numbers": b"max-age=99999999999999999999\nCache-Control: max-age=-1, s-maxage=2147483649, stale-if-error=1.5, max-age=7\n",
    "targeted": b"\nCDN-Cache-Control: max-age=60, no-store=?0, x=(1 \"b\");p=:YQ==:, s-maxage=1.5\nCache-Control: no-store\n",
    "targeted-broken": b"\nCDN-Cache-Control: max-age=60,\nSurrogate-Control: max-age=5;other, no-store\nExpires: 0\n",
    "expires": b"\nExpires: Tue, 14 Nov 2023 23:13:20 GMT\nDate: Tue, 14 Nov 2023 22:13:10 GMT\nAge: 3, 4\nAge: 5\n",
    "far": b"\nExpires: Fri, 31 Dec 9999 23:59:59 GMT\nDate: Mon, 01 Jan 0001 00:00:00 GMT\nAge: 99999999999\n",
    "stale": b"\nCache-Control: max-age=0, stale-while-revalidate=60, stale-if-error=60, must-revalidate\nLast-Modified: Sun, 06 Nov 1994 08:49:37 GMT\n",
    "understood": b"\nCache-Control: must-understand, no-store, max-age=60\nX-Accel-Expires: 60\nX-Accel-Redirect: /a\n",
    "partial": b"\nCache-Control: max-age=60\nContent-Range: bytes 0-4/10\nVary: *\n",
    "vary": b"\nCache-Control: max-age=60\nVary: " + b", ".join(b"X-%d" % n for n in range(20)) + b"\nVary: x-1\n",
}

# A host, and two targets of requests for it.
CACHE_KEYS = {"pair-%02d" % number: b"\n".join(pair) for number, pair in enumerate([
    (b"A.example:80", b"/a?b", b"/a%3Fb"), (b"a", b"/b", b"/a/../b"), (b"a", b"/b", b"/a%2F..%2Fb"), (b"a", b"/a/b", b"/a%2fb"),
    (b"a", b"/~a%2f", b"/%7ea%2F"), (b"a", b"/", b"http://a"), (b"a", b"/", b"//a/"), (b"[::1]:81", b"/?", b"/"), (b"", b"/a", b"/a?"),
    (b"a", b"/a?b?c", b"/a%3fb?c"), (b"a", b"/a%25", b"/a%2525"), (b"a", b"/caf%c3%a9/.", b"/caf%C3%A9/"), (b"a", b"/a#b", b"/a%23b"),
])}


HINTS = {
    "preload": b"</a.css>; rel=preload; as=style\n",
    "several": b"</a>; rel=\"preload prefetch\", <https://cdn.example>;rel=preconnect,, </b>; rel=next\n</c>; rel=MODULEPRELOAD\n",
    "quoted": b"</a,b;c>; title=\"x, <y>; \\\" rel=z\"; rel=preload\n",
    "strangers": b"<//cdn.example/a>; rel=preload, </\\cdn.example>; rel=preload, <https://cdn.example:1/>; rel=preload, <data:,>; rel=preload\n",
    "nonce": b"</a>; rel=preload; nonce=\"x\", </a>; nonce; rel=preload\n",
    "broken": b"</a>; rel=preload, x, </b>\n</c\n</d>; t=\"\n",
    "many": b"".join(b"</%d>; rel=preload\n" % i for i in range(20)),
}


def write(target, seeds):
    folder = SEEDS / target
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in seeds.items():
        (folder / name).write_bytes(content)


write("request_parser", REQUESTS)
write("chunked", BODIES)
write("negotiation", NEGOTIATIONS)
write("path", PATHS)
write("forwarded", FORWARDED)
write("proxy_protocol", PROXY_HEADERS)
write("response_parser", RESPONSES)
write("template", TEMPLATES)
write("uwsgi", UWSGI)
write("variables", EXPANDED)
write("cache_control", CACHE_CONTROLS)
write("cache_key", CACHE_KEYS)
write("hints", HINTS)

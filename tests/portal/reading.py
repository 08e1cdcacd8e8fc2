"""Reads a page as its reader does."""

import html
import re


def text_of(page):
    """Give the words of a page or a part of it: no tags, single spaces."""
    page = page if isinstance(page, str) else page.content.decode()
    page = re.sub(r"(?s)<(style|svg|head)\b.*?</\1>", " ", page)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page))).strip()


def parts(page, tag):
    """Give the words of each element of a kind, in order."""
    source = page.content.decode()
    return [text_of(part) for part in re.findall(rf"(?s)<{tag}\b[^>]*>(.*?)</{tag}>", source)]


def one(page, tag):
    """Give the words of the only element of a kind."""
    (found,) = parts(page, tag)
    return found


def of_class(page, name):
    """Give the words of each element that has a class and no element of its own kind inside."""
    source = page.content.decode()
    pattern = rf'(?s)<(\w+)\b[^>]*class="[^"]*(?<![\w-]){name}(?![\w-])[^"]*"[^>]*>(.*?)</\1>'
    return [text_of(part) for _, part in re.findall(pattern, source)]

"""Builds a tree of each HTML document in a file, and does nothing with it.

python html_trees.py resiliparse|selectolax FILE
"""

import mmap
import sys
from collections.abc import Callable, Iterator

START = b"<!DOCTYPE html>"


def documents(path: str) -> Iterator[bytes]:
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        begin = data.find(START)
        while begin >= 0:
            end = data.find(START, begin + 1)
            yield data[begin : end if end >= 0 else len(data)]
            begin = end


def builder(package: str) -> Callable[[bytes], object]:
    if package == "resiliparse":
        from resiliparse.parse.html import HTMLTree

        return HTMLTree.parse_from_bytes
    from selectolax.lexbor import LexborHTMLParser

    return LexborHTMLParser


if __name__ == "__main__":
    build = builder(sys.argv[1])
    for document in documents(sys.argv[2]):
        build(document)

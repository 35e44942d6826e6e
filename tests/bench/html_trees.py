"""Builds a tree of each HTML document in a file, and does nothing with it.

python html_trees.py resiliparse|selectolax FILE
"""

import mmap
import sys
from collections.abc import Callable, Iterator
from importlib import import_module

START = b"<!DOCTYPE html>"


def documents(path: str) -> Iterator[bytes]:
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        begin = data.find(START)
        while begin >= 0:
            end = data.find(START, begin + 1)
            yield data[begin : end if end >= 0 else len(data)]
            begin = end


def builder(package: str) -> Callable[[bytes], object]:
    build: Callable[[bytes], object]
    if package == "resiliparse":
        build = import_module("resiliparse.parse.html").HTMLTree.parse_from_bytes
    else:
        build = import_module("selectolax.lexbor").LexborHTMLParser
    return build


if __name__ == "__main__":
    build = builder(sys.argv[1])
    for document in documents(sys.argv[2]):
        build(document)

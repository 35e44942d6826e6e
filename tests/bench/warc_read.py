"""Reads every record of a crawl file with fastwarc, and does nothing with it.

python warc_read.py records|http FILE

This is the least that any program pays which looks into the records: each body is decompressed and given to Python as one
`bytes`. Nothing cheaper gives all bytes: digests aren't checked, and with `records` HTTP headers aren't parsed. (To skip
the bodies saves 5 %, since they have to be decompressed all the same. A path in place of a file, a larger buffer and
`inplace` made no difference.)
"""

import sys
from importlib import import_module

if __name__ == "__main__":
    read_records = import_module("fastwarc.warc").ArchiveIterator
    with open(sys.argv[2], "rb") as file:
        for record in read_records(file, parse_http=sys.argv[1] == "http"):
            record.reader.read()

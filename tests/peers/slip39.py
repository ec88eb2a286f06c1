"""The foreign side of the tests: splits and combines with the reference implementation.

Each line of standard input is a JSON request, each line of standard output its answer:
{"combine": [words, …]} gives the secret as hexadecimal digits;
{"split": secret, "needed": n, "groups": [[threshold, count], …]} gives words per group.
"""

import json
import sys

from shamir_mnemonic import combine_mnemonics, generate_mnemonics

for line in sys.stdin:
    request = json.loads(line)
    if "combine" in request:
        answer = combine_mnemonics(request["combine"]).hex()
    else:
        groups = [tuple(group) for group in request["groups"]]
        secret = bytes.fromhex(request["split"])
        answer = generate_mnemonics(request["needed"], groups, secret, b"", True, 0)
    print(json.dumps(answer))

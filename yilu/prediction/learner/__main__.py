"""Read numbers from standard input, learn, and write what was found to standard output."""

import json
import sys

from yilu.prediction.learner.learning import learn

if __name__ == "__main__":
    json.dump(learn(json.load(sys.stdin)), sys.stdout)

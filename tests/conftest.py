"""What all tests share: how thoroughly Hypothesis looks."""

from __future__ import annotations

import os

from hypothesis import settings

# Examples differ in how long they take on a busy machine: a time limit each would only fail at random. CI
# repeats the same examples every time, so that a change is judged by what it changes; elsewhere they are new
# each time.
settings.register_profile("chipbot", deadline=None, derandomize="CI" in os.environ, print_blob=True)
settings.load_profile("chipbot")

# Answers by words alone, unless a test says otherwise: what a machine has installed must not decide.
os.environ["CHIPBOT_ENCODER"] = "off"

#!/usr/bin/env python3
"""Shapley values of a small network by the `shap` package: the oracle of ShapleyValuesTests.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install shap && /tmp/venv/bin/python Scripts/shap-oracle.py

The network is y = tanh(x W + a) V (4 inputs, 3 hidden, 2 outputs), the background five rows, both given
by closed formulas, so that the test in Swift builds the same ones. `shap.explainers.Exact` evaluates all
coalitions; features outside a coalition come from every background row in turn (interventional).
"""
import numpy as np
import shap

W = np.array([[np.sin(1.0 + 3 * i + j) for j in range(3)] for i in range(4)])
a = np.array([0.1, -0.2, 0.3])
V = np.array([[np.cos(2.0 + 2 * j + k) for k in range(2)] for j in range(3)])
background = np.array([[np.sin(0.7 * (4 * r + i)) for i in range(4)] for r in range(5)])
x = np.array([[0.9, -1.1, 0.4, 1.7]])


def model(rows):
    return np.tanh(rows @ W + a) @ V


explainer = shap.explainers.Exact(model, shap.maskers.Independent(background, max_samples=5))
values = explainer(x).values[0]
np.set_printoptions(precision=17)
print("shap", shap.__version__)
print("difference", model(x)[0] - model(background).mean(axis=0))
for i in range(4):
    print(f"[{values[i][0]!r}, {values[i][1]!r}],")

#!/usr/bin/env python3
"""Portfolios by published packages, for Tests/FinanceTests/Allocation/PeerWeightsTests.swift.

    python3 -m venv /tmp/oracle && /tmp/oracle/bin/pip install skfolio==1.12.2 riskfolio-lib \
        pyportfolioopt
    /tmp/oracle/bin/python Scripts/allocation-oracle.py

The assets are the eight of López de Prado's covariance in HierarchicalRulesTests, or returns by the
formula of `wavyReturns`; every line printed is one expectation of the tests.
"""
import warnings

import numpy as np
import pandas as pd

warnings.filterwarnings("ignore")

VOL = np.array([0.05, 0.05, 0.07, 0.1, 0.15, 0.15, 0.15, 0.18])
UPPER = [[80, 60, -20, -10, -20, -20, -20], [40, -20, -20, -10, -20, -20], [50, 30, 20, 20, 30],
         [60, 60, 50, 60], [90, 70, 70], [60, 70], [70], []]
MU = np.array([0.02, 0.025, 0.03, 0.045, 0.06, 0.07, 0.065, 0.08])


def eight_assets():
    corr = np.eye(8)
    for i, row in enumerate(UPPER):
        for k, value in enumerate(row):
            corr[i, i + 1 + k] = corr[i + 1 + k, i] = value / 100
    return corr * np.outer(VOL, VOL)


def wavy_returns(rows, assets):
    t, i = np.meshgrid(np.arange(1, rows + 1), np.arange(assets), indexing="ij")
    return (0.01 * (1 + i) * np.sin(0.7548776662 * t * (i + 1))
            + 0.005 * np.cos(0.5698402910 * t + i))


def show(name, weights):
    print(f"{name}: [{', '.join(f'{w:.9f}' for w in np.asarray(weights, float))}]")


def pypfopt(cov):
    from pypfopt import EfficientFrontier, HRPOpt
    names = [f"a{i}" for i in range(len(cov))]
    frame = pd.DataFrame(cov, names, names)
    options = dict(solver="CLARABEL", solver_options=dict(tol_gap_abs=1e-12, tol_gap_rel=1e-12,
                                                          tol_feas=1e-12))

    def weights(bounds, solve):
        frontier = EfficientFrontier(pd.Series(MU, names), frame, weight_bounds=bounds, **options)
        solve(frontier)
        return frontier.weights

    for bounds in [(0, 1), (0.02, 0.3)]:
        show(f"PyPortfolioOpt minimum variance {bounds}", weights(bounds, lambda f: f.min_volatility()))
        show(f"PyPortfolioOpt maximum Sharpe {bounds}",
             weights(bounds, lambda f: f.max_sharpe(risk_free_rate=0)))
        show(f"PyPortfolioOpt mean-variance {bounds}",
             weights(bounds, lambda f: f.max_quadratic_utility(risk_aversion=4)))
    hrp = HRPOpt(cov_matrix=frame)
    hrp.optimize(linkage_method="single")
    show("PyPortfolioOpt HRP", [hrp.clean_weights(rounding=None)[n] for n in names])


def riskfolio(cov):
    import riskfolio as rp
    names = [f"a{i}" for i in range(len(cov))]
    rng = np.random.default_rng(0)
    returns = pd.DataFrame(rng.multivariate_normal(MU / 250, cov / 250, 400), columns=names)
    port = rp.Portfolio(returns=returns)
    port.assets_stats(method_mu="hist", method_cov="hist")
    port.cov = pd.DataFrame(cov, names, names)
    port.mu = pd.DataFrame(MU[None], columns=names)
    port.solvers = ["CLARABEL"]
    risk_parity = port.rp_optimization(model="Classic", rm="MV", rf=0, b=None)
    show("Riskfolio risk parity", risk_parity["weights"])
    hierarchical = rp.HCPortfolio(returns=pd.DataFrame(wavy_returns(200, 8)))
    for k in (2, 3, 4):
        for model in ("HERC", "NCO"):
            weights = hierarchical.optimization(
                model=model, obj="MinRisk", codependence="pearson", method_cov="hist", rm="MV",
                rf=0, linkage="ward", k=k, leaf_order=False)
            show(f"Riskfolio {model}, {k} clusters", weights["weights"])


def skfolio(x):
    from skfolio import RiskMeasure
    from skfolio.optimization import (InverseVolatility, MaximumDiversification, MeanRisk,
                                      RiskBudgeting)
    tight = dict(solver="CLARABEL", solver_params=dict(tol_gap_abs=1e-13, tol_gap_rel=1e-13,
                                                       tol_feas=1e-13))
    for name, model in [
        ("inverse volatility", InverseVolatility()),
        ("minimum variance", MeanRisk(**tight)),
        ("minimum variance 0.1..0.35", MeanRisk(min_weights=0.1, max_weights=0.35, **tight)),
        ("maximum diversification", MaximumDiversification(**tight)),
        ("risk parity", RiskBudgeting(risk_measure=RiskMeasure.VARIANCE, **tight)),
        ("minimum CVaR 0.9", MeanRisk(risk_measure=RiskMeasure.CVAR, cvar_beta=0.9, **tight)),
    ]:
        show(f"skfolio {name}", model.fit(x).weights_)
    from skfolio.cluster import HierarchicalClustering, LinkageMethod
    from skfolio.optimization import (HierarchicalEqualRiskContribution,
                                      NestedClustersOptimization)
    eight = wavy_returns(200, 8)
    for k in (2, 3, 4):
        clusters = HierarchicalClustering(max_clusters=k, linkage_method=LinkageMethod.WARD)
        for name, model in [
            ("HERC", HierarchicalEqualRiskContribution(
                risk_measure=RiskMeasure.VARIANCE, hierarchical_clustering_estimator=clusters)),
            ("NCO", NestedClustersOptimization(
                inner_estimator=MeanRisk(**tight), outer_estimator=MeanRisk(**tight),
                clustering_estimator=clusters, cv="ignore")),
        ]:
            show(f"skfolio {name}, {k} clusters", model.fit(eight).weights_)


if __name__ == "__main__":
    pypfopt(eight_assets())
    riskfolio(eight_assets())
    skfolio(wavy_returns(200, 5))

"""networkscope: who to contact next, from the logs you already have.

    import networkscope as ns

    book = ns.open_book("data/sample", as_of="2026-11-16")
    now = book.at()                 # the network as it was known then; book.at("2026-03-01") for an earlier day
    ns.dormant_contacts(now)

The public names are those of `__all__`; each is imported when it is first used, so that the command line
starts at once.
"""

from importlib import import_module
from typing import Any

_HOMES = {
    "book": ("Book", "open_book"),
    "errors": ("LoadError", "NetworkscopeError", "ParameterError", "SchemaError"),
    "book.exports": ("old_exports",),
    "book.vcards": ("to_vcards",),
    "dates": ("look_back",),
    "advice.desk": ("propose_moves", "read_drafts"),
    "importers.postings": ("read_postings",),
    "people.lookup": ("people_named",),
    "people.duplicates": ("duplicate_candidates",),
    "network.graph": ("alter_graph", "ego_graph", "from_frames", "to_frames"),
    "measures.ask_outcomes": ("ask_mix", "ask_share", "pitch_rates"),
    "measures.ask_flags": ("ask_flag_summary", "ask_flags"),
    "measures.backtest": ("Backtest", "backtest"),
    "network.brokers": ("brokers",),
    "measures.contact_lists": ("capture_lag", "through_colleagues", "uncaptured", "would_remember"),
    "measures.changes": ("changes",),
    "measures.closing": ("closing_curve", "time_to_close"),
    "network.communities": ("communities", "community_table"),
    "measures.coverage": ("circle_coverage", "funnel"),
    "measures.dormancy": ("dormant_contacts", "fit_kappa", "top_stability"),
    "measures.favours": ("favour_ledger", "value_at_risk"),
    "measures.followups": ("followups", "suggestions", "to_do"),
    "network.constraint": ("ego_measures",),
    "advice.ladder": ("ask_ladder", "hold_off"),
    "advice.standing": ("chosen_moves", "standing"),
    "roles.roles": ("people_roles",),
    "measures.job_news": ("export_changes",),
    "measures.leaving": ("at_risk", "readiness", "runway"),
    "network.know": ("know_anyone",),
    "network.paths": ("warm_paths",),
    "measures.places": ("people_in",),
    "measures.reach": ("first_touch_mix", "reach_by_month"),
    "measures.recommendations": ("recommendation_gaps",),
    "measures.referral_yield": ("referral_lags", "referral_yield"),
    "measures.replies": ("reply_rates",),
    "measures.companies": ("insiders", "target_coverage"),
    "measures.trails": ("referral_forest", "referral_trails"),
    "advice.moves": ("next_moves",),
    "advice.month": ("month_facts",),
    "display.sentences": (
        *("describe_asks", "describe_followups", "describe_leaving", "describe_map"),
        *("describe_targets", "describe_ties", "describe_week", "describe_yield", "show_answer"),
    ),
    "display.charts": ("draw_fading", "draw_forest", "draw_overdue", "draw_yield"),
    "display.map": ("draw_map",),
    "display.person": ("People", "person"),
    "display.pictures": ("draw_calibration", "draw_closing", "draw_map_print", "draw_reach", "show_picture"),
    "display.cards": ("show_moves",),
    "display.app": ("explore", "explore_map"),
    "display.values": ("Value", "show_values"),
    "display.tables": ("show_sources", "show_table", "with_names"),
    "snapshot.snapshot": ("Snapshot", "snapshot"),
    "reports.spreadsheet": ("save_csv",),
}
_MODULE_OF = {name: module for module, names in _HOMES.items() for name in names}

__version__ = "0.1.0"
__all__ = sorted(_MODULE_OF)


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'networkscope' has no attribute '{name}'")
    value = getattr(import_module(f"networkscope.{_MODULE_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]

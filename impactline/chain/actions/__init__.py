"""All changes to the chain, by subject."""

from impactline.chain.actions.dependencies import end_wait, wait
from impactline.chain.actions.files import HandedIn, add_file, drop_unused_files
from impactline.chain.actions.grounds import (
    add_evidence,
    assume,
    change_assumption,
    remove_assumption,
    remove_evidence,
)
from impactline.chain.actions.items import (
    archive_item,
    break_item_glass,
    change_item,
    create_item,
    invite_item_viewers,
    move_item,
    report,
    report_and_state,
    restore_item,
)
from impactline.chain.actions.judgements import add_judgement_file, judge, withdraw_judgement
from impactline.chain.actions.links import change_link, link, unlink
from impactline.chain.actions.names import name_levels
from impactline.chain.actions.predictions import compare_due, predict_again

__all__ = [
    "HandedIn",
    "add_evidence",
    "add_file",
    "add_judgement_file",
    "archive_item",
    "assume",
    "break_item_glass",
    "change_assumption",
    "change_item",
    "change_link",
    "compare_due",
    "create_item",
    "drop_unused_files",
    "end_wait",
    "invite_item_viewers",
    "judge",
    "link",
    "move_item",
    "name_levels",
    "predict_again",
    "remove_assumption",
    "remove_evidence",
    "report",
    "report_and_state",
    "restore_item",
    "unlink",
    "wait",
    "withdraw_judgement",
]

"""All changes to strategic priorities, cycles, objectives and key results, by subject."""

from impactline.okrs.actions.alignment import align, unalign
from impactline.okrs.actions.carrying_over import carry_all_over, carry_over
from impactline.okrs.actions.closing import score_key_result, score_objective
from impactline.okrs.actions.cycles import (
    activate_cycle,
    archive_cycle,
    begin_closing,
    change_cycle,
    close_cycle,
    create_cycle,
    reopen_cycle,
    restore_cycle,
)
from impactline.okrs.actions.key_results import (
    archive_key_result,
    change_key_result,
    create_key_result,
    move_key_result,
    restore_key_result,
    set_milestones,
)
from impactline.okrs.actions.objectives import (
    archive_objective,
    break_glass,
    change_objective,
    create_objective,
    invite_viewer,
    invite_viewers,
    move_objective,
    override_progress,
    restore_objective,
    resume_progress,
    uninvite_viewer,
)
from impactline.okrs.actions.priorities import (
    archive_priority,
    change_priority,
    create_priority,
    move_priority,
    restore_priority,
)
from impactline.okrs.actions.sufficing import answer_sufficiency

__all__ = [
    "activate_cycle",
    "align",
    "answer_sufficiency",
    "archive_cycle",
    "archive_key_result",
    "archive_objective",
    "archive_priority",
    "begin_closing",
    "break_glass",
    "carry_all_over",
    "carry_over",
    "change_cycle",
    "change_key_result",
    "change_objective",
    "change_priority",
    "close_cycle",
    "create_cycle",
    "create_key_result",
    "create_objective",
    "create_priority",
    "invite_viewer",
    "invite_viewers",
    "move_key_result",
    "move_objective",
    "move_priority",
    "override_progress",
    "reopen_cycle",
    "restore_cycle",
    "restore_key_result",
    "restore_objective",
    "restore_priority",
    "resume_progress",
    "score_key_result",
    "score_objective",
    "set_milestones",
    "unalign",
    "uninvite_viewer",
]

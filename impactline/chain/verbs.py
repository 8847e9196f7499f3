"""The events that this room writes."""

from impactline.base.events import verb

ITEM = verb("chain_item.created", "An input, activity, output, outcome or impact was added.")
ITEM_EDITED = verb("chain_item.edited", "An item of the chain was changed.")
ITEM_REPORTED = verb("chain_item.reported", "It was said how far an activity, output or input is.")
ITEM_ARCHIVED = verb("chain_item.archived", "An item of the chain was archived; it counts nowhere.")
ITEM_RESTORED = verb("chain_item.restored", "An item of the chain was taken back from the archive.")
ITEM_MOVED = verb("chain_item.moved", "An item of the chain was moved among its like.")
ITEM_VIEWERS = verb("chain_item.viewers_changed", "People were invited to a private item, or no longer are.")
ITEM_GLASS = verb("chain_item.opened_by_administrator", "An administrator opened a private item of the chain.")
LINKED = verb("chain_item.linked", "An item leads to another.")
LINK_EDITED = verb("chain_item.link_edited", "What is expected or known of a link was changed.")
UNLINKED = verb("chain_item.unlinked", "An item no longer leads to another.")
ASSUMED = verb("chain_item.assumptions_changed", "What must hold for a link or an item was changed.")
EVIDENCE = verb("chain_item.evidence_changed", "What shows that an item was delivered, or a link holds, was changed.")
JUDGED = verb("chain_item.judged", "It was judged how far an outcome has come about.")
JUDGEMENT_WITHDRAWN = verb("chain_item.judgement_withdrawn", "A judgement of an outcome was taken back.")
COMPARED = verb(
    "chain_item.compared", "What was expected of something that has ended was held against what was observed."
)
WAITS = verb("chain_item.waits", "An activity waits for another, or for an output.")
WAITS_NO_MORE = verb("chain_item.waits_no_more", "An activity no longer waits for another, or for an output.")

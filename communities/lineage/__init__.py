"""What something came from and what came of it: a small tree of steps in both directions, as one reader may see it.

`lineage_of(thing, user)` is for the page of a thread, distillation, entry or report; `became(person, user)` for one's own page.
Both ask a fixed number of queries, however deep and wide the lineage is.
"""

from communities.lineage.own import Became, became, became_of
from communities.lineage.steps import Party, Step
from communities.lineage.trees import Lineage, lineage_of

__all__ = ["Became", "Lineage", "Party", "Step", "became", "became_of", "lineage_of"]

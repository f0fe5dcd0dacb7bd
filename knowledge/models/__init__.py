from .audit import AuditEvent
from .capture import Capture, CaptureEvent, CaptureEvidence
from .concept import (
    Concept,
    ConceptGroup,
    ConceptLabel,
    ConceptMapping,
    ConceptNote,
    ConceptRelation,
    ConceptScheme,
    ConceptStatus,
    GroupMember,
    LabelKind,
    MappingKind,
    NoteKind,
    RelationKind,
    SchemeMembership,
)
from .entry import Entry, EntryConcept, EntryContributor, EntryIndex, EntrySource, EntryState
from .imports import ImportRow, ImportRun
from .learning import SearchEvent, SearchMonth, SearchPin
from .media import LibraryDocument, LibraryImage, LibraryRendition
from .outbox import OutboxRow
from .person import Person, PersonConcept
from .review import ApprovalTask
from .saved import SavedSearch
from .search import (
    SearchAudience,
    SearchAudienceToken,
    SearchEntry,
    SearchFacetValue,
    SearchGone,
    SearchIndexState,
    SearchText,
    SearchWord,
)
from .throttle import ThrottleCount

__all__ = [
    "ApprovalTask",
    "AuditEvent",
    "Capture",
    "CaptureEvent",
    "CaptureEvidence",
    "Concept",
    "ConceptGroup",
    "ConceptLabel",
    "ConceptMapping",
    "ConceptNote",
    "ConceptRelation",
    "ConceptScheme",
    "ConceptStatus",
    "Entry",
    "EntryConcept",
    "EntryContributor",
    "EntryIndex",
    "EntrySource",
    "EntryState",
    "GroupMember",
    "ImportRow",
    "ImportRun",
    "LabelKind",
    "LibraryDocument",
    "LibraryImage",
    "LibraryRendition",
    "MappingKind",
    "NoteKind",
    "OutboxRow",
    "Person",
    "PersonConcept",
    "RelationKind",
    "SavedSearch",
    "SchemeMembership",
    "SearchAudience",
    "SearchAudienceToken",
    "SearchEntry",
    "SearchEvent",
    "SearchFacetValue",
    "SearchGone",
    "SearchIndexState",
    "SearchMonth",
    "SearchPin",
    "SearchText",
    "SearchWord",
    "ThrottleCount",
]

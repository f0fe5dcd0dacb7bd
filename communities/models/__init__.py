from .community import Community, Invitation, Membership
from .conversion import Conversion, ConversionCredit, ConversionPart, PartRole
from .distillation import Combination, Distillation, DistillationPost, DistillationVersion
from .post import Flag, Helpful, Mention, Post, PostImage, PostVersion
from .practice import PracticeReport
from .thread import Draft, ReadMark, Thread, ThreadConcept, Watch

__all__ = [
    "Combination",
    "Community",
    "Conversion",
    "ConversionCredit",
    "ConversionPart",
    "Distillation",
    "DistillationPost",
    "DistillationVersion",
    "Draft",
    "Flag",
    "Helpful",
    "Invitation",
    "Membership",
    "Mention",
    "PartRole",
    "Post",
    "PostImage",
    "PostVersion",
    "PracticeReport",
    "ReadMark",
    "Thread",
    "ThreadConcept",
    "Watch",
]

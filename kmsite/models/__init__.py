from .pages import HomePage, StandardPage
from .settings import LibrarySettings
from .user import User

__all__ = ["HomePage", "LibrarySettings", "StandardPage", "User"]
